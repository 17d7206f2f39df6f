/** Ends a call: tells the client, the ledger, the kept answers, metrics, log and span. */
import type { Nano } from "@daydream/engine/money"
import { isDaydreamError } from "@daydream/engine/errors"
import type { RequestClosing, RequestOutcome } from "../ledger/index.ts"
import { priceTokens } from "../price/index.ts"
import { shedCode, targetKey } from "../routing/index.ts"
import { errorEvent, errorFromFailure, wireErrors } from "../wire/index.ts"
import type { CallRun } from "./call-run.ts"
import type { GiveUp, RunEnd } from "./carry-out.ts"
import { closeSurely } from "./close-surely.ts"
import { gatewayErrors } from "./errors.ts"
import type { KeptAnswer } from "./kept-answer.ts"
import { eventStream, relayOptionsOf } from "./relay-stream.ts"
import { chargeFor, inputTokensOf, outputTokensOf, quotaUse } from "./settle.ts"

/** What the tenant pays: by the price of the name it said, else what the target that answered costs. */
function chargeOf(run: CallRun, end: RunEnd): Nano {
  // Where nothing was produced, nothing is charged, not even what a request costs.
  if (end.outcome !== "completed" && inputTokensOf(end.tokens) + outputTokensOf(end.tokens) === 0) return 0n
  // Of a function never more than was reserved: what it needs beyond its worst case is its host's affair.
  if (end.lastTarget.tellsCost === true) {
    const charge = run.plan.chargePrice === undefined ? end.last.cost ?? 0n : chargeFor(end.tokens, run.plan.chargePrice)
    return charge < run.plan.mostCharge ? charge : run.plan.mostCharge
  }
  if (run.plan.chargePrice !== undefined) return chargeFor(end.tokens, run.plan.chargePrice)
  if (end.last.cost !== null) return end.last.cost
  return end.lastTarget.price === undefined ? 0n : priceTokens(end.tokens, end.lastTarget.price)
}

/** The error of a call that nobody answered. */
export function errorOfGivingUp(run: CallRun, givenUp: GiveUp): unknown {
  const { failure, retryAfterMs, reason } = givenUp
  if (failure === null) {
    if (reason === "no-target" && run.plan.targets.size === 0)
      return wireErrors.wrong_interface({ model: run.call.model, api: run.call.api })
    return gatewayErrors.no_target({ model: run.call.model, retryAfterMs })
  }
  if (failure.code === shedCode) return wireErrors.overloaded({ retryAfterMs: failure.retryAfterMs ?? retryAfterMs ?? 1000 })
  if (failure.code === "not_translatable" && run.refusal !== null) return run.refusal
  if (retryAfterMs !== null) run.exchange.comeBackAfter(retryAfterMs)
  return errorFromFailure(failure)
}

/** Ends the call on all sides. Resolves when the ledger has it. */
export async function finish(run: CallRun, end: RunEnd): Promise<void> {
  const charge = chargeOf(run, end)
  const closing: RequestClosing = {
    requestId: run.exchange.requestId, outcome: end.outcome, charge, tokens: end.tokens, attempt: end.lastClosing,
    quotaUsed: quotaUse(run.takes, end.tokens),
  }
  const error = end.outcome === "completed" || end.outcome === "client-gone" ? null
    : end.givenUp === null ? wireErrors.shutting_down({}) : errorOfGivingUp(run, end.givenUp)
  const last = lastBytes(run, end)
  if (run.kept !== null) await keep(run, run.kept, end.outcome, last, error)
  // Handed to the ledger before the client sees the end: what it sends next finds this call settled.
  const closed = closeSurely(run.core, run.principal.tenant.id, closing)
  answer(run, end, last, error)
  record(run, end, charge, error)
  await closed
}

const typeOf = (run: CallRun): string => run.call.isStream ? eventStream : "application/json"

/** Keeps the answer for whoever repeats the call, before the client has its end: what it sends next finds it kept. */
function keep(run: CallRun, kept: KeptAnswer, outcome: RequestOutcome, last: Uint8Array | null, error: unknown): Promise<void> {
  if (outcome === "failed") return kept.fail(error)
  if (outcome !== "completed") return kept.release()
  if (last !== null) run.exchange.keep(last)
  return kept.succeed(typeOf(run))
}

/** What is still to be sent: the whole answer, the end of a stream, or the event that tells of its failure. */
function lastBytes(run: CallRun, end: RunEnd): Uint8Array | null {
  if (end.outcome === "completed") return end.last.answer
  if (end.outcome !== "cut" || !run.exchange.hasBegun || run.relay === null) return null
  return run.relay.fail(end.givenUp?.failure ??
    { kind: "truncated", message: "The service is shutting down.", afterFirstToken: true })
}

function answer(run: CallRun, end: RunEnd, last: Uint8Array | null, error: unknown): void {
  const { exchange } = run
  if (end.outcome === "client-gone") return
  if (exchange.hasBegun) return exchange.end(last)
  if (error !== null && exchange.isQuiet) return exchange.end(errorEvent(run.call, error, relayOptionsOf(run)))
  if (error !== null) return exchange.sendError(error)
  exchange.send(200, typeOf(run), last ?? new Uint8Array())
}

/** Tells metrics, log and span. */
function record(run: CallRun, end: RunEnd, charge: Nano, error: unknown): void {
  const { exchange, call, principal, core, plan } = run
  const { metrics, log, now } = core.parts
  const status = end.outcome === "client-gone" ? 499 : exchange.response.statusCode
  const code = error === null ? null : isDaydreamError(error) ? error.code : "internal_error"
  const milliseconds = now() - exchange.startedAt
  metrics.request({
    api: call.api, model: plan.route.name, tenant: principal.tenant.id, outcome: end.outcome, status,
    seconds: milliseconds / 1000, tokens: end.tokens, charge: Number(charge) / 1e9, attempts: run.attempts,
  })
  log.info({
    requestId: exchange.requestId, tenant: principal.tenant.id, key: principal.keyId, api: call.api, model: plan.route.name,
    target: run.answeredBy === null ? null : targetKey(run.answeredBy), outcome: end.outcome, status, code,
    attempts: run.attempts, milliseconds,
  }, "request")
  run.span?.end({
    outcome: end.outcome, status, answeredModel: end.last.facts?.model ?? null, answerId: end.last.facts?.id ?? null,
    finishReason: end.last.facts?.finishReason ?? null, tokens: end.tokens, errorCode: code,
    text: end.last.facts?.text ?? "",
  })
}
