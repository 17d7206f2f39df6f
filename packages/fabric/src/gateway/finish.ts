/** Ends a call: tells the client, the ledger, the kept answers, metrics, log and span. */
import type { Nano } from "@daydream/engine/money"
import { isDaydreamError } from "@daydream/engine/errors"
import type { RequestClosing, RequestOutcome } from "../ledger/index.ts"
import { priceTokens } from "../price/index.ts"
import type { Reply } from "../replies/index.ts"
import { shedCode, targetKey } from "../routing/index.ts"
import { errorFromFailure, statusOf, wireErrors } from "../wire/index.ts"
import type { CallRun } from "./call-run.ts"
import type { GiveUp, RunEnd } from "./carry-out.ts"
import { closeSurely } from "./close-surely.ts"
import { gatewayErrors } from "./errors.ts"
import { chargeFor, quotaUse } from "./settle.ts"

/** What the tenant pays: by the price of the name it said, else what the target that answered costs. */
function chargeOf(run: CallRun, end: RunEnd): Nano {
  if (end.outcome === "failed" || end.last.outcome === "not-sent" && run.delivered.length === 0) return 0n
  const isNothing = end.tokens.input === 0 && end.tokens.output === 0 && end.outcome !== "completed"
  if (isNothing && end.last.outcome === "not-sent") return 0n
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
  if (retryAfterMs !== null && !run.exchange.hasBegun)
    run.exchange.headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)))
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
  if (last !== null && (run.claim !== null || run.cacheAs !== null)) run.exchange.keep(last)
  await keepReply(run, end.outcome, error)
  // Handed to the ledger before the client sees the end: what it sends next finds this call settled.
  const closed = closeSurely(run.core, run.principal.tenant.id, closing)
  answer(run, end, last, error)
  record(run, end, charge, error)
  await closed
}

/** What is still to be sent: the whole answer, the end of a stream, or the event that tells of its failure. */
function lastBytes(run: CallRun, end: RunEnd): Uint8Array | null {
  if (end.outcome === "completed") return end.last.answer
  if (end.outcome !== "cut" || !run.exchange.hasBegun || run.relay === null) return null
  return run.relay.fail(end.givenUp?.failure ??
    { kind: "truncated", message: "The service is shutting down.", afterFirstToken: true })
}

function answer(run: CallRun, end: RunEnd, last: Uint8Array | null, error: unknown): void {
  const { exchange, call } = run
  if (end.outcome === "client-gone") return
  if (exchange.hasBegun) return exchange.end(last)
  if (error !== null) return exchange.sendError(error)
  exchange.send(200, call.isStream ? "text/event-stream; charset=utf-8" : "application/json", last ?? new Uint8Array())
}

/** Keeps the answer for who repeats the call: successes, and what would be refused again. Else the key is free again. */
async function keepReply(run: CallRun, outcome: RequestOutcome, error: unknown): Promise<void> {
  const { claim, cacheAs, exchange, call } = run
  if (claim === null && cacheAs === null) return
  const isDefinite = error !== null && isDaydreamError(error) && !error.isRetryable && statusOf(error) < 500 && outcome === "failed"
  const reply = outcome === "completed" ? replyOf(run, call.isStream ? "text/event-stream; charset=utf-8" : "application/json") : null
  const { replies, log } = run.core.parts
  try {
    if (claim !== null) {
      if (outcome === "completed") await claim.keep(reply)
      else if (isDefinite) await claim.keep(exchange.errorReply(error))
      else await claim.release()
    }
    if (cacheAs !== null && reply !== null) await replies.cache(run.principal.tenant.id, cacheAs.hash, reply, cacheAs.seconds)
  } catch (err) {
    // The client gets its answer all the same; only repeating it is lost.
    log.error({ err, requestId: exchange.requestId }, "an answer could not be kept")
  }
}

function replyOf(run: CallRun, contentType: string): Reply | null {
  const body = run.exchange.recorded()
  if (body === null) return null
  const headers: Record<string, string> = { "content-type": contentType }
  for (const name of ["x-daydream-model", "x-daydream-attempts"]) {
    const value = run.exchange.headers[name]
    if (value !== undefined) headers[name] = value
  }
  return { status: 200, headers, body }
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
