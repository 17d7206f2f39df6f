/** Reading a world that is expected to be right. */
import { parseWorld } from "./compile.ts"
import type { WorldDefinition } from "./definition.ts"
import { worldErrors } from "./errors.ts"
import type { WorldFile } from "./source.ts"

/** The definition in `files`; throws `invalid_world` with every problem where there is an error. */
export function requireWorld(files: readonly WorldFile[]): WorldDefinition {
  const { definition, problems } = parseWorld(files)
  if (definition === undefined) throw worldErrors.invalid_world({ problems })
  return definition
}
