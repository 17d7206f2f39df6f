import * as fc from "fast-check"
import { expect, test } from "vitest"
import { createHealthBoard } from "./health-board.ts"
import { LatencySample } from "./latency.ts"
import { status } from "./cases.test.support.ts"
import type { BreakerChange, HealthBoard } from "./health-board.ts"

let clock = 0
const boardOf = (replica: string) => createHealthBoard({ now: () => clock, replica })
const fail = (board: HealthBoard, times = 1) => {
  for (let i = 0; i < times; i++) board.begin("p/m")?.fail(status(500))
}

test("one attempt counts once, and what is under way is known", () => {
  clock = 0
  const board = boardOf("x")
  const attempt = board.begin("p/m")!
  expect(board.health.get("p/m")!.inFlight).toBe(1)
  for (let i = 0; i < 5; i++) attempt.fail(status(500))
  expect(board.health.get("p/m")).toMatchObject({ inFlight: 0, breaker: "closed" })
})

test("an open target lets one probe through", () => {
  clock = 0
  const board = boardOf("x")
  fail(board, 3)
  expect(board.begin("p/m")).toBeNull()
  clock = 5_000
  const probe = board.begin("p/m")!
  expect(probe.isProbe).toBe(true)
  expect(board.begin("p/m")).toBeNull()
  probe.succeed()
  expect(board.begin("p/m")!.isProbe).toBe(false)
})

test("replicas share what they found out, and a later finding wins", () => {
  clock = 0
  const [x, y] = [boardOf("x"), boardOf("y")]
  fail(x, 3)
  const opened = x.export()
  expect(opened).toHaveLength(1)
  expect(x.export()).toHaveLength(0)
  y.merge(JSON.parse(JSON.stringify(opened)) as BreakerChange[])
  expect(y.begin("p/m")).toBeNull()
  expect(y.export()).toHaveLength(0)
  clock = 5_000
  y.begin("p/m")!.succeed()
  x.merge(y.export())
  expect(x.health.get("p/m")!.breaker).toBe("closed")
  // The old news comes late.
  x.merge(opened)
  expect(x.health.get("p/m")!.breaker).toBe("closed")
})

test("changes merge to the same state in any order and any number of times", () => {
  const change = fc.record({
    target: fc.constantFrom("p/m", "q/m"), breaker: fc.constantFrom("open" as const, "closed" as const),
    notBefore: fc.nat(100), openings: fc.nat(3), at: fc.nat(20), by: fc.constantFrom("x", "y", "z"),
  })
  // One replica makes one change of a target at a time.
  const changes = fc.uniqueArray(change, { selector: ({ target, at, by }) => `${target} ${at} ${by}`, minLength: 1, maxLength: 20 })
  const orders = changes.chain((list) => fc.tuple(
    fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.array(fc.constantFrom(...list))))
  const view = (board: HealthBoard) => [...board.health].map(([key, { breaker, notBefore }]) => [key, breaker, notBefore])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
  fc.assert(fc.property(orders, ([list, shuffled, again]) => {
    const [one, two] = [boardOf("a"), boardOf("b")]
    one.merge(list)
    for (const each of shuffled) two.merge([each])
    two.merge(again)
    expect(view(two)).toEqual(view(one))
  }))
})

test("forgotten targets leave nothing behind, also where an attempt ends later", () => {
  clock = 0
  const board = boardOf("x")
  fail(board, 2)
  const last = board.begin("p/m")!
  board.retain(new Set())
  last.fail(status(500))
  expect(board.health.size).toBe(0)
  expect(board.export()).toHaveLength(0)
})

test("the 95th percentile is that of the latest answers, unknown below three, and forgotten when it is old", () => {
  const sample = new LatencySample()
  sample.add(26_000, 0)
  sample.add(100, 0)
  expect(sample.p95(0)).toBeNull()
  for (let i = 1; i <= 100; i++) sample.add(i, 1_000)
  // The last 64 are 37 to 100; the 61st of them.
  expect(sample.p95(1_000)).toBe(97)
  expect(sample.p95(1_000 + 10 * 60_000)).toBeNull()
})

test("a finding that follows another is later than it, also where the other replica's clock runs ahead", () => {
  clock = 100
  const [x, y] = [boardOf("x"), boardOf("y")]
  const ahead = [{ target: "p/m", breaker: "open" as const, notBefore: 100, openings: 1, at: 90_000, by: "y" }]
  for (const board of [x, y]) board.merge(ahead)
  x.begin("p/m")!.succeed()
  y.merge(x.export())
  expect(y.health.get("p/m")!.breaker).toBe("closed")
})
