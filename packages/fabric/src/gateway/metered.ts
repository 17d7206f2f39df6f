/** The tokens of an attempt: as reported, else estimated and marked so. */
import { noTokens } from "../call/index.ts"
import type { CallFacts, MeteredTokens } from "../call/index.ts"
import type { AttemptOutcome } from "../ledger/index.ts"
import { estimateTokens } from "../wire/index.ts"
import type { AnswerFacts } from "../wire/index.ts"

/** What was produced: all of a complete answer, what came of a broken one, the prompt alone where the client left early. */
export async function meteredTokens(
  call: CallFacts, seen: { readonly facts: AnswerFacts | null; readonly said: string }, outcome: AttemptOutcome,
): Promise<MeteredTokens> {
  const { facts } = seen
  if (facts !== null && facts.tokens !== null && outcome === "completed") return facts.tokens
  const isProduced = outcome === "completed" || outcome === "client-gone" || seen.said !== ""
  if (!isProduced) return facts?.tokens ?? noTokens
  const tokens = await estimateTokens(call, seen.said)
  // Of a broken stream only the beginning was reported (Anthropic tells the input first): what came after is counted.
  return facts === null || facts.tokens === null ? tokens
    : { ...facts.tokens, output: Math.max(facts.tokens.output, tokens.output), isEstimated: true }
}
