/** One attempt at one target: waits for its place, calls, and relays or collects the answer. */
import { setTimeout as sleep } from "node:timers/promises"
import { isDaydreamError } from "@daydream/engine/errors"
import type { Nano } from "@daydream/engine/money"
import type { MeteredTokens } from "../call/index.ts"
import { shedFailure, targetKey } from "../routing/index.ts"
import type { AttemptFailure, OpenAttempt, Step, Timeouts } from "../routing/index.ts"
import type { Slot } from "../quota/index.ts"
import type { UpstreamResponse } from "../upstream/index.ts"
import { encodeCall } from "../wire/index.ts"
import { failureOfResponse } from "./collect.ts"
import {
  interruptedBeforeSending, outcomeOfFailure, skippedAttempt, unsentAttempt,
} from "./attempt-result.ts"
import type { AttemptResult } from "./attempt-result.ts"
import type { CallRun } from "./call-run.ts"
import { failureOfThrown, faultOf, outOfTime } from "./failure-of-thrown.ts"
import { costHeader } from "./function-upstream.ts"
import { meteredTokens } from "./metered.ts"
import type { TargetPlan } from "./plan-call.ts"
import type { Reception } from "./reception.ts"
import { relayStream } from "./relay-stream.ts"
import { inputTokensOf, outputTokensOf } from "./settle.ts"
import { readWhole } from "./read-whole.ts"

export type TryStep = Extract<Step, { kind: "try" }>

/** Makes the attempt. Never throws for what an upstream or a client does. */
export async function makeAttempt(run: CallRun, step: TryStep, target: TargetPlan): Promise<AttemptResult> {
  const { exchange, core, call, principal, plan } = run
  if (step.waitMs > 0) await sleep(step.waitMs, undefined, { signal: exchange.signal }).catch(() => undefined)
  if (exchange.signal.aborted) return endedBeforeSending(run)
  const entering = {
    tenant: principal.tenant.id, weight: principal.tenant.weight, requestClass: plan.requestClass,
    inputTokens: Math.ceil(call.mostInputTokens / 4), signal: exchange.signal,
  }
  const queue = core.gates.of(target.pool)
  let slot = queue.tryEnter(entering)
  if (slot === null) {
    const since = performance.now()
    try {
      slot = await queue.enter(entering)
    } catch (error) {
      if (exchange.signal.aborted) return endedBeforeSending(run)
      if (!isDaydreamError(error) || error.code !== "overloaded") throw error
      core.parts.metrics.shed("queue")
      return unsentAttempt(shedFailure(target.pool.name, Number(error.facts["retryAfterMs"]), exchange.hasBegun))
    }
    core.parts.metrics.queueWaited(target.pool.name, (performance.now() - since) / 1000)
  }
  return inSlot(run, step, target, slot)
}

const endedBeforeSending = (run: CallRun): AttemptResult =>
  run.exchange.interruption === null ? unsentAttempt(outOfTime(run)) : interruptedBeforeSending

async function inSlot(run: CallRun, step: TryStep, target: TargetPlan, slot: Slot): Promise<AttemptResult> {
  const open = run.core.health.begin(targetKey(step.target))
  if (open === null) {
    slot.leave({ inputTokens: 0 })
    return skippedAttempt
  }
  let tokens: MeteredTokens | undefined
  try {
    const result = await dispatch(run, step, target, slot, open)
    tokens = result.tokens
    if (result.failure !== null) open.fail(result.failure)
    else if (result.outcome === "completed") open.succeed()
    return result
  } finally {
    // Without effect where it succeeded or failed.
    open.abandon()
    slot.leave(tokens === undefined ? {} : { inputTokens: inputTokensOf(tokens), outputTokens: outputTokensOf(tokens) })
  }
}

async function dispatch(
  run: CallRun, step: TryStep, target: TargetPlan, slot: Slot, open: OpenAttempt,
): Promise<AttemptResult> {
  const body = encodeFor(run, step, target)
  if (typeof body !== "string") return unsentAttempt(body)
  const began = performance.now()
  let response: UpstreamResponse | null = null
  let reception: Reception
  try {
    response = await callUpstream(run, step, target, body)
    reception = response.status >= 200 && response.status < 300
      ? await receive(run, step, target, slot, open, response)
      : failedReception(await failureOfResponse(response, run.exchange.hasBegun, run.core.parts.now()))
  } catch (error) {
    reception = failedReception(failureOfThrown(run, error))
  }
  return conclude(run, target, reception, { response, totalMs: performance.now() - began })
}

async function callUpstream(run: CallRun, step: TryStep, target: TargetPlan, body: string): Promise<UpstreamResponse> {
  try {
    return await target.upstream.call({
      dialect: target.dialect, model: step.target.model, body, isStream: run.call.isStream,
      headers: passedHeaders(run), requestId: run.exchange.requestId,
    }, { signal: run.exchange.signal, timeouts: timeoutsLeft(run) })
  } catch (error) {
    throw faultOf(run, error)
  }
}

const failedReception = (failure: AttemptFailure | null): Reception =>
  ({ failure, facts: null, answer: null, firstTokenMs: null, said: "" })

const receive = (
  run: CallRun, step: TryStep, target: TargetPlan, slot: Slot, open: OpenAttempt, response: UpstreamResponse,
): Promise<Reception> => run.call.isStream
  ? relayStream({ run, target, slot, open, body: response.body, continuesPartial: step.continuesPartial })
  : readWhole({ run, target, open, body: response.body })

/** What the attempt amounts to. */
async function conclude(
  run: CallRun, target: TargetPlan, reception: Reception,
  seen: { readonly response: UpstreamResponse | null; readonly totalMs: number },
): Promise<AttemptResult> {
  const { facts, firstTokenMs, answer } = reception
  const interrupted = run.exchange.interruption
  // An answer that was complete when the client left is complete.
  const failure = interrupted === null ? reception.failure : null
  const isComplete = reception.failure === null && facts !== null && (interrupted === null || answer !== null)
  const outcome = isComplete ? "completed" : failure !== null ? outcomeOfFailure(failure)
    : interrupted === "shutdown" ? "cut" : "client-gone"
  return {
    outcome, failure, isSkipped: false, facts, answer, firstTokenMs, totalMs: seen.totalMs,
    tokens: await meteredTokens(run.call, reception, outcome), cost: costTold(target, seen.response),
    joules: joulesTold(seen.response),
  }
}

/** The body for this target, or why it cannot be said in its interface. */
function encodeFor(run: CallRun, step: TryStep, target: TargetPlan): string | AttemptFailure {
  const { call, relay } = run
  const partial = step.continuesPartial ? relay?.partial ?? "" : ""
  const said = run.delivered.reduce((sum, tokens) => sum + outputTokensOf(tokens), 0)
  const outputCap = partial === "" ? target.outputCap : Math.max(1, target.outputCap - said)
  try {
    return encodeCall(call, {
      dialect: target.dialect, model: step.target.model, outputCap, ...(partial === "" ? {} : { partial }),
    })
  } catch (error) {
    if (!isDaydreamError(error)) throw error
    run.refusal = error
    return { kind: "status", status: 501, code: "not_translatable", message: error.message, afterFirstToken: run.exchange.hasBegun }
  }
}

function timeoutsLeft(run: CallRun): Timeouts {
  const { timeouts } = run.plan.route
  const spent = run.core.parts.now() - run.exchange.startedAt
  return { ...timeouts, totalMs: Math.max(1, timeouts.totalMs - spent) }
}

const passed = ["anthropic-beta", "anthropic-version", "openai-beta"] as const
const nothing: Readonly<Record<string, string>> = {}

function passedHeaders(run: CallRun): Readonly<Record<string, string>> {
  const { headers } = run.exchange.request
  let found: Record<string, string> | null = null
  for (const name of passed) {
    const value = headers[name]
    if (typeof value === "string") (found ??= {})[name] = value
  }
  return found ?? nothing
}

/** Energy as the server measured it. */
function joulesTold(response: UpstreamResponse | null): number | null {
  const told = Number(response?.headers["x-energy-joules"] ?? Number.NaN)
  return Number.isFinite(told) && told >= 0 ? told : null
}

/** What an upstream within this process says that it cost; others are not believed. */
function costTold(target: TargetPlan, response: UpstreamResponse | null): Nano | null {
  if (!target.tellsCost || response === null) return null
  const told = response.headers[costHeader]
  return told === undefined ? null : BigInt(told)
}

