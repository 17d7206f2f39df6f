/** The order in which a strategy would ask targets, best first. Waiting and failures are not its business. */
import { rendezvousScore } from "./rendezvous.ts"
import { targetKey } from "./target.ts"
import type { RoutingContext } from "./context.ts"
import type { Route, Target } from "./routing.ts"

type Ranked = readonly Target[]
const isSaturated = (context: RoutingContext, target: Target): boolean =>
  context.health.get(targetKey(target))?.isSaturated === true

/** Descending by a number for each target; equal ones keep their order. */
function byScore(targets: Ranked, score: (target: Target) => number): Ranked {
  const scored = targets.map((target) => ({ target, score: score(target) }))
  return scored.toSorted((a, b) => (a.score === b.score ? 0 : a.score > b.score ? -1 : 1)).map((entry) => entry.target)
}

/** Saturated targets go behind the others: the call spills over instead of waiting. */
function spill(targets: Ranked, context: RoutingContext): Ranked {
  if (!targets.some((target) => isSaturated(context, target))) return targets
  return [
    ...targets.filter((target) => !isSaturated(context, target)),
    ...targets.filter((target) => isSaturated(context, target)),
  ]
}

/**
 * A random order in which each target comes first as often as its weight says, and so on for the rest (Efraimidis and
 * Spirakis 2006, in logarithms). Weight 0 comes last: it takes no share, and helps only when the others cannot.
 */
const weighted = (targets: Ranked, random: () => number): Ranked =>
  byScore(targets, (target) => (target.weight > 0 ? Math.log(1 - random()) / target.weight : Number.NEGATIVE_INFINITY))

/**
 * Cheapest first among the targets that are fast enough, then the others, fastest first. A target of unknown speed
 * counts as fast enough while no call is with it: so one call at a time finds out, and the others do not pay for it.
 */
function cheapest(targets: Ranked, route: Route, context: RoutingContext): Ranked {
  const rows = targets.map((target) => {
    const key = targetKey(target)
    const health = context.health.get(key)
    const p95 = health?.firstTokenP95Ms ?? null
    const isFastEnough = route.latencyTargetMs === undefined ||
      (health?.isSaturated !== true && (p95 === null ? (health?.inFlight ?? 0) === 0 : p95 <= route.latencyTargetMs))
    return { target, p95: p95 ?? Number.POSITIVE_INFINITY, cost: context.costs?.get(key), isFastEnough }
  })
  rows.sort((a, b) => {
    if (a.isFastEnough !== b.isFastEnough) return a.isFastEnough ? -1 : 1
    if (!a.isFastEnough && a.p95 !== b.p95) return a.p95 < b.p95 ? -1 : 1
    if (a.cost === b.cost) return 0
    if (a.cost === undefined || b.cost === undefined) return a.cost === undefined ? 1 : -1
    return a.cost < b.cost ? -1 : 1
  })
  return rows.map((row) => row.target)
}

/**
 * `targets` in the order of the route's strategy. `fallback` keeps the listed order even where the first is saturated:
 * the operator named the order, and the fair queue waits.
 */
export function rankTargets(route: Route, targets: Ranked, context: RoutingContext, random: () => number): Ranked {
  if (targets.length < 2) return targets
  switch (route.strategy) {
    case "single":
    case "fallback":
      return targets
    case "weighted":
      return spill(weighted(targets, random), context)
    case "cheapest":
      return cheapest(targets, route, context)
    default: // prefix
      return spill(byScore(targets, (target) =>
        rendezvousScore(context.prefixKey, targetKey(target), target.weight)), context)
  }
}
