/** What a client is told when a call is given up. */
import { classifyAttempt, shedCode } from "./classify.ts"
import { targetKey } from "./target.ts"
import type { RoutingContext } from "./context.ts"
import type { AttemptFailure, GiveUpReason, Step, Target, TriedAttempt } from "./routing.ts"

/** Where targets are healthy and only luck was bad, the client may come back after so long. */
const leastRetryAfterMs = 1_000

/** How much a failure tells the client: its own fault first, then "too much at once", then faults of upstreams, of our set-up last. */
function weight(attempt: TriedAttempt, isLast: boolean): number {
  const { failure } = attempt
  const { retry, blames } = classifyAttempt(attempt)
  if (retry === "nobody" && blames === "caller") return 11
  // A client that got a part of an answer is told why it broke off, not who refused to go on.
  if (failure.afterFirstToken && failure.kind !== "refused-prefill" && attempt.continuesPartial !== true) return 10
  // "Too long" is the answer only where no larger target was asked after it.
  if (retry === "larger-context") return isLast ? 8 : 0
  if (failure.code === shedCode) return 5
  if (retry !== "others-then-same") return failure.kind === "total-timeout" ? 7 : 1
  if (failure.status === 429) return 6
  if (failure.status === 503 || failure.status === 529) return 5
  return failure.kind === "status" ? 4 : 3
}

/** The most telling failure, of equal ones the last. */
export function mostTelling(tried: readonly TriedAttempt[]): AttemptFailure | null {
  let best: { readonly failure: AttemptFailure; readonly weight: number } | null = null
  for (const [i, attempt] of tried.entries()) {
    const own = weight(attempt, i === tried.length - 1)
    if (best === null || own >= best.weight) best = { failure: attempt.failure, weight: own }
  }
  return best?.failure ?? null
}

/** When the first of `targets` may be asked again, as far as known. */
function earliest(targets: readonly Target[], context: RoutingContext, tried: readonly TriedAttempt[], now: number): number | null {
  let best: number | null = null
  for (const target of targets) {
    let at = Math.max(now, context.health.get(targetKey(target))?.notBefore ?? 0)
    let isRefused = false
    for (const attempt of tried) {
      if (attempt.target.pool !== target.pool || attempt.target.model !== target.model) continue
      if (attempt.failure.retryAfterMs !== undefined) {
        at = Math.max(at, (attempt.failedAt ?? now) + attempt.failure.retryAfterMs)
      } else if (classifyAttempt(attempt).retry === "others") isRefused = true
    }
    if (!isRefused) best = Math.min(best ?? Number.POSITIVE_INFINITY, at - now)
  }
  return best === null ? null : Math.max(leastRetryAfterMs, Math.ceil(best))
}

/** The step that ends a call. `targets`: those that could serve it at another time. */
export function giveUp(
  reason: GiveUpReason, context: RoutingContext, tried: readonly TriedAttempt[], targets: readonly Target[], now: number,
): Step {
  const retryAfterMs = reason === "would-repeat" || reason === "no-target" ? null : earliest(targets, context, tried, now)
  return { kind: "give-up", reason, failure: mostTelling(tried), retryAfterMs }
}
