/** Which target is tried next, after what wait, or why the call is given up. */
import { backoffMs, spreadMs } from "./backoff.ts"
import { classifyAttempt, shedCode } from "./classify.ts"
import { giveUp } from "./give-up.ts"
import { rankTargets } from "./rank.ts"
import { targetKey } from "./target.ts"
import type { Need, PoolAbilities, RoutingContext } from "./context.ts"
import type { Route, Step, Target, TriedAttempt } from "./routing.ts"

/** A call that has not been sent anywhere waits so long for a target that is to be left alone; longer, and it is refused. */
const patienceMs = 5_000

/** True where the pool has what the call needs. */
export function canServe(pool: PoolAbilities, context: RoutingContext): boolean {
  if (!context.dialects.some((dialect) => pool.dialects.includes(dialect))) return false
  if (pool.lacks?.some((need: Need) => context.needs[need]) === true) return false
  return pool.contextTokens === null || (context.leastInputTokens ?? 0) <= pool.contextTokens
}

/** Room that a target must have more than, after others said that the call is too long; null where nobody said so. */
function roomNeeded(tried: readonly TriedAttempt[], context: RoutingContext): number | null {
  let room: number | null = null
  for (const attempt of tried) {
    if (classifyAttempt(attempt).retry !== "larger-context") continue
    // Where the room of the refusing target is unknown, no other is known to have more.
    room = Math.max(room ?? 0, context.pools.get(attempt.target.pool)?.contextTokens ?? Number.POSITIVE_INFINITY)
  }
  return room
}

const isSame = (a: Target, b: Target): boolean => a.pool === b.pool && a.model === b.model

/** What is left of the longest wait that a target asked of this call. */
function askedWait(attempts: readonly TriedAttempt[], now: number): number {
  let wait = 0
  for (const { failure, failedAt } of attempts) {
    if (failure.retryAfterMs !== undefined) wait = Math.max(wait, (failedAt ?? now) + failure.retryAfterMs - now)
  }
  return wait
}

interface Candidate {
  readonly target: Target
  readonly waitMs: number
  readonly isFresh: boolean
}

/** The first in rank that may be asked at once and was not; else the one that may be asked soonest. */
function choose(
  ranked: readonly Target[], context: RoutingContext, tried: readonly TriedAttempt[], now: number, random: () => number,
): Candidate | null {
  let best: Candidate | null = null
  for (const target of ranked) {
    const own = tried.filter((attempt) => isSame(attempt.target, target))
    const notBefore = context.health.get(targetKey(target))?.notBefore ?? 0
    const asked = Math.max(notBefore - now, askedWait(own, now))
    const waitMs = Math.max(spreadMs(asked, random), backoffMs(own.length, random))
    const candidate = { target, waitMs, isFresh: own.length === 0 }
    if (candidate.isFresh && waitMs === 0) return candidate
    if (best === null || waitMs < best.waitMs) best = candidate
  }
  return best
}

/**
 * Decides the next step of one call. Ask before the first attempt and after each failure; after a wait, or where the
 * health board lets nobody through, ask again with the same `tried`. Pure: the same arguments give the same step.
 */
export function nextStep(
  route: Route, context: RoutingContext, tried: readonly TriedAttempt[], now: number, random: () => number,
): Step {
  const end = (reason: Parameters<typeof giveUp>[0], targets: readonly Target[]) =>
    giveUp(reason, context, tried, targets, now)
  const named = route.strategy === "single" ? route.targets.slice(0, 1) : route.targets
  const able = named.filter((target) => {
    const pool = context.pools.get(target.pool)
    return pool !== undefined && canServe(pool, context)
  })
  if (able.length === 0) return end("no-target", [])

  const last = tried.at(-1)
  if (last !== undefined && classifyAttempt(last).retry === "nobody") return end("would-repeat", [])
  const { partial } = context
  const isSaid = route.mode === "stream" && tried.some((attempt) => attempt.failure.afterFirstToken) &&
    !(partial?.isPlainText === true && partial.text === "")
  if (isSaid && !(route.continues && partial?.isPlainText === true)) return end("cut", able)

  const room = roomNeeded(tried, context)
  const eligible = able.filter((target) => {
    const pool = context.pools.get(target.pool)
    if (isSaid && pool?.acceptsPrefill !== true) return false
    if (room !== null && !((pool?.contextTokens ?? 0) > room)) return false
    return !tried.some((attempt) => isSame(attempt.target, target) && isRefusal(attempt, isSaid))
  })
  if (eligible.length === 0) return isSaid ? end("cut", able) : end(room === null ? "exhausted" : "would-repeat", able)

  const sent = tried.filter((attempt) => attempt.failure.code !== shedCode)
  if (sent.length >= route.attempts) return end("attempts", eligible)
  const left = context.startedAt + route.timeouts.totalMs - now
  if (left <= 0) return end("time", eligible)

  const choice = choose(rankTargets(route, eligible, context, random), context, tried, now, random)
  if (choice === null) return end("exhausted", eligible)
  const { target, waitMs } = choice
  // A wait must leave time in which the attempt can still connect.
  const isInTime = waitMs === 0 || waitMs + Math.min(1_000, route.timeouts.connectMs) <= left
  if (!isInTime) return end(sent.length === 0 ? "unavailable" : "time", eligible)
  if (sent.length === 0 && waitMs > patienceMs) return end("unavailable", eligible)
  return { kind: "try", target, waitMs, continuesPartial: isSaid }
}

/** True where the target will not serve this call however long one waits. A refused half-said answer leaves a fresh start open. */
function isRefusal(attempt: TriedAttempt, isSaid: boolean): boolean {
  if (attempt.failure.code === shedCode) return true
  if (!isSaid && attempt.failure.kind === "refused-prefill") return false
  const { retry } = classifyAttempt(attempt)
  return retry === "others" || retry === "larger-context"
}
