/** A circuit breaker for one target, as a pure reducer: state and event in, state out. */
import { classifyFailure } from "./classify.ts"
import type { AttemptFailure } from "./routing.ts"

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly consecutive: number
  /** Share of failures that opens it, over about `windowMs`, once so many calls were seen. */
  readonly failureRate: number
  readonly leastCalls: number
  readonly windowMs: number
  /** An open breaker lets a probe through after so long; doubles with each failed probe, up to `mostCooldownMs`. */
  readonly cooldownMs: number
  readonly mostCooldownMs: number
  /** A probe that reported nothing for so long counts as lost; another is let through. */
  readonly probeLeaseMs: number
  /** Longest Retry-After that is believed. */
  readonly mostRetryAfterMs: number
}

export const breakerSettings: BreakerSettings = {
  consecutive: 3, failureRate: 0.5, leastCalls: 20, windowMs: 30_000,
  cooldownMs: 5_000, mostCooldownMs: 15_000, probeLeaseMs: 30_000, mostRetryAfterMs: 300_000,
}

export interface BreakerState {
  readonly breaker: "closed" | "open" | "half-open"
  /**
   * Nobody is let through before (ms since epoch). Closed: a Retry-After. Open: when the probe may go. Half-open: when
   * the probe counts as lost.
   */
  readonly notBefore: number
  /** Failures since the last success. */
  readonly consecutive: number
  /** Times that it opened without closing between. */
  readonly openings: number
  /** Two windows of counted calls, this one and the one before: a rate over one to two windows. */
  readonly windowStart: number
  readonly calls: number
  readonly failures: number
  readonly earlierCalls: number
  readonly earlierFailures: number
}

/** `isProbe`: the attempt was let through by a breaker that was not closed. */
export type BreakerEvent =
  | { readonly kind: "began" }
  | { readonly kind: "succeeded"; readonly isProbe: boolean }
  | { readonly kind: "failed"; readonly isProbe: boolean; readonly failure: AttemptFailure }
  /** Nobody will know how it would have ended: the client went away. */
  | { readonly kind: "abandoned"; readonly isProbe: boolean }

export const closedBreaker: BreakerState = {
  breaker: "closed", notBefore: 0, consecutive: 0, openings: 0,
  windowStart: 0, calls: 0, failures: 0, earlierCalls: 0, earlierFailures: 0,
}

/** True where an attempt may begin. One that begins while the breaker is not closed is the probe. */
export const mayPass = (state: BreakerState, now: number): boolean => now >= state.notBefore

function counted(state: BreakerState, hasFailed: boolean, now: number, windowMs: number): BreakerState {
  const age = now - state.windowStart
  const isCurrent = age < windowMs
  const isNext = !isCurrent && age < 2 * windowMs
  return {
    ...state,
    consecutive: hasFailed ? state.consecutive + 1 : 0,
    windowStart: isCurrent ? state.windowStart : isNext ? state.windowStart + windowMs : now,
    calls: (isCurrent ? state.calls : 0) + 1,
    failures: (isCurrent ? state.failures : 0) + (hasFailed ? 1 : 0),
    earlierCalls: isCurrent ? state.earlierCalls : isNext ? state.calls : 0,
    earlierFailures: isCurrent ? state.earlierFailures : isNext ? state.failures : 0,
  }
}

function opened(state: BreakerState, retryAfterMs: number, now: number, settings: BreakerSettings): BreakerState {
  const cooldown = Math.min(settings.mostCooldownMs, settings.cooldownMs * 2 ** Math.min(state.openings, 16))
  return {
    ...closedBreaker, breaker: "open", openings: state.openings + 1,
    notBefore: Math.max(state.notBefore, now + Math.max(cooldown, retryAfterMs)),
  }
}

function failed(state: BreakerState, failure: AttemptFailure, isProbe: boolean, now: number, settings: BreakerSettings): BreakerState {
  const retryAfterMs = Math.min(settings.mostRetryAfterMs, Math.max(0, failure.retryAfterMs ?? 0))
  const { blames } = classifyFailure(failure)
  if (isProbe && state.breaker === "half-open") {
    // The target answered, and the caller was at fault: that is what the probe was to find out.
    if (blames === "caller") return closedBreaker
    if (blames === "target") return opened({ ...state, notBefore: 0 }, retryAfterMs, now, settings)
    return { ...state, breaker: "open", notBefore: now }
  }
  if (blames !== "target") return state
  const later = { ...state, notBefore: Math.max(state.notBefore, retryAfterMs > 0 ? now + retryAfterMs : 0) }
  // Attempts that began before it opened tell nothing new, save that it is to be left alone for longer.
  if (state.breaker === "open") return later
  if (state.breaker === "half-open") return state
  // A target that says when to come back is alive: it is left alone until then, and not held to be broken.
  if (failure.status === 429 && retryAfterMs > 0) return later
  const next = counted(later, true, now, settings.windowMs)
  const calls = next.calls + next.earlierCalls
  const failures = next.failures + next.earlierFailures
  const isOverRate = calls >= settings.leastCalls && failures >= settings.failureRate * calls
  return next.consecutive >= settings.consecutive || isOverRate ? opened(next, retryAfterMs, now, settings) : next
}

/**
 * The state after an event at `now`. Closed opens on failures in a row or on their rate; open lets one probe through
 * after `notBefore` (then half-open); its success closes, its failure opens for longer. Failures that are the caller's
 * own never count.
 */
export function breakerAfter(
  state: BreakerState, event: BreakerEvent, now: number, settings: BreakerSettings = breakerSettings,
): BreakerState {
  switch (event.kind) {
    case "began":
      if (state.breaker === "closed" || !mayPass(state, now)) return state
      return { ...state, breaker: "half-open", notBefore: now + settings.probeLeaseMs }
    case "succeeded":
      if (state.breaker === "closed") return counted(state, false, now, settings.windowMs)
      return event.isProbe ? closedBreaker : state
    case "failed":
      return failed(state, event.failure, event.isProbe, now, settings)
    default: // abandoned
      return event.isProbe && state.breaker === "half-open" ? { ...state, breaker: "open", notBefore: now } : state
  }
}
