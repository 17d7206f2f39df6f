import type { AnyEndpoint } from "../endpoint.ts"
import { dreamEndpoints } from "./dreams.ts"
import { memoryEndpoints } from "./memories.ts"
import { playerEndpoints } from "./players.ts"
import { sessionEndpoints } from "./sessions.ts"
import { turnEndpoints } from "./turns.ts"

export { interrupt } from "./turns.ts"

/** Every endpoint; of two that match a path, the first. */
export const endpoints: readonly AnyEndpoint[] = [
  ...dreamEndpoints,
  ...playerEndpoints,
  ...sessionEndpoints,
  ...turnEndpoints,
  ...memoryEndpoints,
]
