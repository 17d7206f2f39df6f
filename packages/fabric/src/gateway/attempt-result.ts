/** How one attempt ended, and what that means for the ledger. Pure. */
import type { Nano } from "@daydream/engine/money"
import { noTokens } from "../call/index.ts"
import type { MeteredTokens } from "../call/index.ts"
import type { AttemptClosing, AttemptOutcome } from "../ledger/index.ts"
import { priceTokens } from "../price/index.ts"
import type { AttemptFailure } from "../routing/index.ts"
import type { AnswerFacts } from "../wire/index.ts"
import type { TargetPlan } from "./plan-call.ts"
import { joulesOf } from "./settle.ts"

export interface AttemptResult {
  readonly outcome: AttemptOutcome
  /** Null where it completed, was interrupted, or was not let through. */
  readonly failure: AttemptFailure | null
  /** True where the target's breaker let nobody through any more: routing is asked again. */
  readonly isSkipped: boolean
  readonly tokens: MeteredTokens
  /** What it cost, where the target says so itself. */
  readonly cost: Nano | null
  /** Joules, where the server measured them. */
  readonly joules: number | null
  readonly facts: AnswerFacts | null
  /** The whole answer, in the client's interface, where it was not streamed through. */
  readonly answer: Uint8Array | null
  readonly firstTokenMs: number | null
  readonly totalMs: number
}

const unsent: AttemptResult = {
  outcome: "not-sent", failure: null, isSkipped: false, tokens: noTokens, cost: null, joules: null, facts: null, answer: null,
  firstTokenMs: null, totalMs: 0,
}
export const interruptedBeforeSending: AttemptResult = unsent
export const skippedAttempt: AttemptResult = { ...unsent, isSkipped: true }
export const unsentAttempt = (failure: AttemptFailure): AttemptResult => ({ ...unsent, failure })

/** The ledger's word for a failure. */
export function outcomeOfFailure(failure: AttemptFailure): AttemptOutcome {
  const { kind, afterFirstToken } = failure
  if (kind === "connect" || kind === "address-refused") return "not-sent"
  if (kind === "refused-prefill") return "refused"
  if (kind === "truncated") return "cut"
  if (kind === "connect-timeout" || kind === "first-token-timeout" || kind === "total-timeout") return "timed-out"
  if (afterFirstToken) return "cut"
  if (kind === "stall") return "timed-out"
  return kind === "status" && (failure.status ?? 500) < 500 ? "refused" : "failed"
}

/** The attempt as the ledger closes it. */
export function closingOf(attemptId: string, result: AttemptResult, target: TargetPlan): AttemptClosing {
  const isSent = result.outcome !== "not-sent"
  const cost = result.cost ?? (target.price === undefined || !isSent || result.tokens === noTokens
    ? 0n : priceTokens(result.tokens, target.price))
  const joules = result.joules !== null ? { amount: result.joules, source: "measured" as const }
    : isSent ? joulesOf(target.pool, result.totalMs / 1000) : undefined
  return {
    attemptId, outcome: result.outcome, tokens: result.tokens, cost, totalMs: result.totalMs,
    ...(result.facts?.id == null ? {} : { upstreamId: result.facts.id }),
    ...(result.facts?.model == null ? {} : { answeredModel: result.facts.model }),
    ...(result.firstTokenMs === null ? {} : { firstTokenMs: result.firstTokenMs }),
    ...(joules === undefined ? {} : { joules }),
  }
}
