/** The tokens of an attempt: as reported, else estimated and marked so. */
import { noTokens } from "../call/index.ts"
import type { CallFacts, MeteredTokens } from "../call/index.ts"
import type { AttemptOutcome } from "../ledger/index.ts"
import { estimateInput, estimateTokens } from "../wire/index.ts"
import type { AnswerFacts } from "../wire/index.ts"
import { estimated } from "./settle.ts"

/** What was produced: all of a complete answer, what came of a broken one, the prompt alone where the client left early. */
export function meteredTokens(
  call: CallFacts, seen: { readonly facts: AnswerFacts | null; readonly said: string }, outcome: AttemptOutcome,
): MeteredTokens {
  const { facts } = seen
  if (facts !== null && facts.tokens !== null) return facts.tokens
  const isProduced = outcome === "completed" || outcome === "client-gone" || seen.said !== ""
  if (!isProduced) return noTokens
  return estimated(estimateInput(call), seen.said === "" ? 0 : estimateTokens(seen.said))
}
