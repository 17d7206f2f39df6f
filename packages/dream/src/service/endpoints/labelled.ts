/** The labels of whole answers. */
import type { SessionEvent } from "../../protocol/index.ts"
import type { Caller } from "../caller.ts"
import { involvementOf, labelHeaders } from "../content-label.ts"
import type { Service } from "../endpoint.ts"

/** Of texts that are not known yet, or were written at different times. `content` names them. */
export async function labelOfContent(
  { options }: Service,
  { account }: Caller,
  content: string
): Promise<Record<string, string>> {
  const [model, dreams] = await Promise.all([options.modelOf?.(account) ?? null, options.dreams(account)])
  const isPossible = model !== null || dreams.some(({ made }) => made.by === "wish")
  return labelHeaders(isPossible ? "possible" : "none", options.producer, content)
}

/** Of these events. */
export const labelOfEvents = (
  { options }: Service,
  events: readonly SessionEvent[],
  content: string
): Record<string, string> => labelHeaders(involvementOf(events), options.producer, content)
