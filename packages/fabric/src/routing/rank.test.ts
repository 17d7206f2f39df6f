import { createRandom } from "@daydream/engine/random"
import { expect, test } from "vitest"
import { rankTargets } from "./rank.ts"
import { contextOf, routeTo, target } from "./cases.test.support.ts"
import type { TargetHealth } from "./routing.ts"

const targets = ["a", "b", "c", "d"].map((pool) => target(pool))
const health = (pool: string, rest: Partial<TargetHealth>): [string, TargetHealth] => [`${pool}/m`,
  { breaker: "closed", notBefore: 0, firstTokenP95Ms: null, inFlight: 0, isSaturated: false, ...rest }]
const pools = (ranked: readonly { readonly pool: string }[]) => ranked.map(({ pool }) => pool).join("")
const zero = () => 0

test("weighted: each comes first as often as its weight says, and weight 0 last", () => {
  const random = createRandom("rank")
  const weighted = [target("a", 1), target("b", 3), target("c", 0)]
  const route = routeTo(weighted, { strategy: "weighted" })
  let first = 0
  for (let i = 0; i < 10_000; i++) {
    const order = pools(rankTargets(route, weighted, contextOf(route), () => random.next()))
    if (order.startsWith("b")) first++
    expect(order.at(-1)).toBe("c")
  }
  // Standard deviation 43.
  expect(Math.abs(first - 7_500)).toBeLessThan(200)
})

test("cheapest: the cheapest that is fast enough, then the others by speed", () => {
  const route = routeTo(targets, { strategy: "cheapest", latencyTargetMs: 500 })
  const costs = new Map([["a/m", 1n], ["b/m", 2n], ["c/m", 3n], ["d/m", 4n]])
  const order = (entries: [string, TargetHealth][]) =>
    pools(rankTargets(route, targets, contextOf(route, { costs, health: new Map(entries) }), zero))
  const seen = [health("a", { firstTokenP95Ms: 900 }), health("b", { firstTokenP95Ms: 400 }),
    health("c", { firstTokenP95Ms: 700 }), health("d", { firstTokenP95Ms: 300 })]
  expect(order(seen)).toBe("bdca")
  // Unknown speed: one call at a time finds out.
  expect(order([health("a", { inFlight: 0 }), ...seen.slice(1)])).toBe("abdc")
  expect(order([health("a", { inFlight: 1 }), ...seen.slice(1)])).toBe("bdca")
  // None is fast enough: the fastest.
  expect(order(seen.map(([key, each]) => [key, { ...each, firstTokenP95Ms: each.firstTokenP95Ms! + 600 }]))).toBe("dbca")
  // A saturated pool would let it wait.
  expect(order([...seen.slice(0, 1), health("b", { firstTokenP95Ms: 400, isSaturated: true }), ...seen.slice(2)])).toBe("dbca")
})

test("cheapest: without a latency target price alone decides, and unknown prices come last", () => {
  const route = routeTo(targets, { strategy: "cheapest" })
  const costs = new Map([["b/m", 2n], ["c/m", 1n]])
  expect(pools(rankTargets(route, targets, contextOf(route, { costs }), zero))).toBe("cbad")
})

test("prefix: a key keeps its target, and when one goes only its own keys move", () => {
  const route = routeTo(targets, { strategy: "prefix" })
  const without = targets.filter(({ pool }) => pool !== "b")
  const counts = new Map<string, number>()
  for (let i = 0; i < 4_000; i++) {
    const context = contextOf(route, { prefixKey: `prefix ${i}` })
    const before = rankTargets(route, targets, context, zero)
    const owner = before[0]!.pool
    counts.set(owner, (counts.get(owner) ?? 0) + 1)
    const after = rankTargets(route, without, context, zero)[0]!.pool
    expect(after).toBe(owner === "b" ? before[1]!.pool : owner)
  }
  // 1000 each; standard deviation 27.
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(140)
})

test("prefix: weights set the shares, and a saturated owner spills to the next", () => {
  const weighted = [target("a", 3), target("b", 1)]
  const route = routeTo(weighted, { strategy: "prefix" })
  let owned = 0
  for (let i = 0; i < 4_000; i++) {
    const prefixKey = `key ${i}`
    if (rankTargets(route, weighted, contextOf(route, { prefixKey }), zero)[0]!.pool !== "a") continue
    owned++
    const full = contextOf(route, { prefixKey, health: new Map([health("a", { isSaturated: true })]) })
    expect(pools(rankTargets(route, weighted, full, zero))).toBe("ba")
  }
  expect(Math.abs(owned - 3_000)).toBeLessThan(140)
})

test("fallback keeps the order that the operator named, also where the first is saturated", () => {
  const route = routeTo(targets)
  expect(pools(rankTargets(route, targets, contextOf(route, { health: new Map([health("a", { isSaturated: true })]) }), zero))).toBe("abcd")
})
