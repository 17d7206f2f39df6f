/** Takes an opened call through its attempts, to the one that answers or to the reason why none does. */
import { noTokens } from "../call/index.ts"
import type { MeteredTokens } from "../call/index.ts"
import { timeOrderedId } from "../ledger/index.ts"
import type { AttemptClosing, RequestOutcome } from "../ledger/index.ts"
import { nextStep, targetKey } from "../routing/index.ts"
import type { Step } from "../routing/index.ts"
import { makeAttempt } from "./attempt.ts"
import type { TryStep } from "./attempt.ts"
import { closingOf } from "./attempt-result.ts"
import type { AttemptResult } from "./attempt-result.ts"
import type { CallRun } from "./call-run.ts"
import { tellDoubt } from "./doubt.ts"
import type { TargetPlan } from "./plan-call.ts"
import { joinTokens } from "./settle.ts"

export type GiveUp = Extract<Step, { kind: "give-up" }>

/** How the call ended; its last attempt is not closed in the ledger yet. */
export interface RunEnd {
  readonly outcome: RequestOutcome
  /** Tokens that the tenant pays for. */
  readonly tokens: MeteredTokens
  readonly last: AttemptResult
  readonly lastTarget: TargetPlan
  readonly lastClosing: AttemptClosing
  /** Where nobody answered. */
  readonly givenUp: GiveUp | null
}

/** A breaker can close a target between the decision and the call; after so many such turns the call is given up. */
const mostSkips = 8

export const decide = (run: CallRun): Step =>
  nextStep(run.plan.route, run.context(), run.tried, run.core.parts.now(), run.core.parts.random)

export const targetOf = (run: CallRun, step: TryStep): TargetPlan => {
  const target = run.plan.targets.get(targetKey(step.target))
  if (target === undefined) throw new Error("routing chose a target that is not planned")
  return target
}

/** Runs attempts until one answers or routing gives up. `firstId`: the first attempt, which the ledger has opened. */
export async function carryOut(run: CallRun, first: TryStep, firstId: string): Promise<RunEnd> {
  const { ledger } = run.core.parts
  let step = first
  run.attemptId = firstId
  for (let skips = 0; ;) {
    const target = targetOf(run, step)
    run.answeredBy = step.target
    run.attempts++
    run.exchange.headers["x-daydream-model"] = targetKey(step.target)
    run.exchange.headers["x-daydream-attempts"] = String(run.attempts)
    const result = await makeAttempt(run, step, target)
    const closing = closingOf(run.attemptId, result, target)
    observe(run, step, result, closing)
    const end = (givenUp: GiveUp | null): RunEnd => endOf(run, { result, target, closing, givenUp })
    if (result.failure === null && !result.isSkipped) return end(null)
    if (result.failure !== null) noteFailure(run, step, result)
    const next = decide(run)
    if (next.kind === "give-up") return end(next)
    if (result.isSkipped && ++skips > mostSkips)
      return end({ kind: "give-up", reason: "unavailable", failure: null, retryAfterMs: next.waitMs })
    step = next
    run.attemptId = timeOrderedId(run.core.parts.now())
    const opening = {
      attemptId: run.attemptId, pool: next.target.pool, targetModel: next.target.model, mostCost: targetOf(run, next).mostCost,
    }
    // Handed in together, they share one commit.
    await Promise.all([
      ledger.closeAttempt(run.exchange.requestId, closing), ledger.openAttempt(run.exchange.requestId, opening),
    ])
  }
}

function noteFailure(run: CallRun, step: TryStep, result: AttemptResult): void {
  if (result.failure === null) return
  const failedAt = run.core.parts.now()
  run.tried.push({ target: step.target, failure: result.failure, failedAt, continuesPartial: step.continuesPartial })
  const hasSaid = result.facts !== null && result.facts.text !== ""
  if (run.goesThrough && run.exchange.hasBegun && hasSaid) run.delivered.push(result.tokens)
}

function endOf(run: CallRun, seen: {
  readonly result: AttemptResult; readonly target: TargetPlan; readonly closing: AttemptClosing; readonly givenUp: GiveUp | null
}): RunEnd {
  const { result, target, closing, givenUp } = seen
  const base = { last: result, lastTarget: target, lastClosing: closing, givenUp }
  if (result.outcome === "completed") return { ...base, outcome: "completed", tokens: joinTokens(run.delivered, result.tokens) }
  const isInterrupted = givenUp === null
  // The text of attempts that broke is with the client; a last one that said nothing adds nothing.
  const earlier = run.delivered.at(-1) === result.tokens ? run.delivered.slice(0, -1) : run.delivered
  const isSilent = result.facts === null || result.facts.text === ""
  const tokens = isSilent && run.delivered.length > 0 ? joinAll(run.delivered) : joinTokens(earlier, result.tokens)
  if (isInterrupted && result.outcome !== "cut") return { ...base, outcome: "client-gone", tokens }
  if (run.exchange.hasBegun) return { ...base, outcome: "cut", tokens }
  // Nothing reached the client: nothing is charged.
  return { ...base, outcome: isInterrupted ? "cut" : "failed", tokens: noTokens }
}

const joinAll = (tokens: readonly MeteredTokens[]): MeteredTokens => {
  const last = tokens.at(-1)
  return last === undefined ? noTokens : joinTokens(tokens.slice(0, -1), last)
}

function observe(run: CallRun, step: TryStep, result: AttemptResult, closing: AttemptClosing): void {
  const { metrics } = run.core.parts
  const doubt = result.facts?.usageDoubt
  if (doubt !== undefined) tellDoubt(run.core, { target: targetKey(step.target), requestId: run.exchange.requestId, doubt })
  metrics.attempt({
    pool: step.target.pool, outcome: result.outcome, seconds: result.totalMs / 1000, cost: Number(closing.cost) / 1e9,
    firstTokenSeconds: result.firstTokenMs === null ? null : result.firstTokenMs / 1000,
  })
  run.span?.attempt({
    pool: step.target.pool, model: step.target.model, outcome: result.outcome,
    ...(result.failure === null ? {} : { failure: result.failure.kind }),
  })
}
