import { isDaydreamError } from "@daydream/engine/errors"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createFairQueue } from "./fair-queue.ts"
import type { Entering, FairQueue, FairQueueOptions, Slot } from "./fair-queue.ts"
import { ServiceCounters } from "./service-counters.ts"
import type { Waiting } from "./service-counters.ts"

let clock = 0
const queueOf = (options: Partial<FairQueueOptions> = {}) => {
  clock = 0
  return createFairQueue({ concurrency: 1, mostWaiting: 1_000, tenantShare: 1, batchShare: 1, now: () => clock, ...options })
}
const call = (tenant: string, rest: Partial<Entering> = {}): Entering =>
  ({ tenant, weight: 1, requestClass: "interactive", inputTokens: 10, ...rest })
const turn = () => new Promise<void>((resolve) => { setImmediate(resolve) })

/** Enters and notes the order in which names are admitted. */
function watch(queue: FairQueue) {
  const order: string[] = []
  const slots: Slot[] = []
  const enter = async (name: string, entering: Entering) => {
    const slot = await queue.enter(entering)
    order.push(name)
    slots.push(slot)
  }
  /** Ends the oldest admitted request. */
  const next = async () => { slots.shift()?.leave(); await turn() }
  return { order, slots, enter, next }
}

test("who was served least goes next, whoever asked first", async () => {
  const queue = queueOf()
  const { order, slots, enter, next } = watch(queue)
  void enter("a1", call("a"))
  await turn()
  for (const name of ["a2", "a3", "b1", "b2"]) void enter(name, call(name.slice(0, 1)))
  slots[0]!.served(100)
  for (let i = 0; i < 5; i++) await next()
  expect(order).toEqual(["a1", "b1", "b2", "a2", "a3"])
})

test("a tenant that was away has no claim on the time it was not there", async () => {
  const queue = queueOf()
  const { order, enter, next } = watch(queue)
  for (let i = 0; i < 20; i++) void enter("a", call("a"))
  await turn()
  for (let i = 0; i < 10; i++) await next()
  for (let i = 0; i < 20; i++) void enter("b", call("b"))
  for (let i = 0; i < 10; i++) await next()
  const later = order.slice(11)
  // Without the lift, the ten dispatches would all be b's.
  expect(later.filter((name) => name === "a").length).toBeGreaterThanOrEqual(4)
  expect(later.filter((name) => name === "b").length).toBeGreaterThanOrEqual(4)
})

test("output that was never told before the end is charged at the end, and input that was guessed too high is given back", async () => {
  const queue = queueOf()
  const { order, slots, enter, next } = watch(queue)
  void enter("a1", call("a", { inputTokens: 1_000 }))
  await turn()
  void enter("b1", call("b", { inputTokens: 50 }))
  void enter("a2", call("a"))
  void enter("b2", call("b"))
  slots.shift()!.leave({ inputTokens: 10, outputTokens: 5 })
  await turn()
  // a was served 20: b's counter was lifted to a's 1000 before that was corrected.
  expect(order).toEqual(["a1", "a2"])
  await next()
  expect(order).toEqual(["a1", "a2", "b1"])
})

test("leaving twice gives one slot back", async () => {
  const queue = queueOf()
  const slot = await queue.enter(call("a"))
  slot.leave()
  slot.leave()
  slot.served(1_000)
  expect(queue.state.running).toBe(0)
  expect(queue.tryEnter(call("a"))).not.toBeNull()
  expect(queue.tryEnter(call("a"))).toBeNull()
})

describe("aborting", () => {
  test("a request that is aborted while it waits takes no slot", async () => {
    const queue = queueOf()
    const slot = await queue.enter(call("a"))
    const aborting = new AbortController()
    const waits = queue.enter(call("a", { signal: aborting.signal }))
    const other = queue.enter(call("b"))
    aborting.abort(new Error("gone"))
    await expect(waits).rejects.toThrow("gone")
    expect(queue.state.waiting).toBe(1)
    slot.leave()
    await other
    expect(queue.state).toMatchObject({ running: 1, waiting: 0 })
  })

  test("one that is aborted already never enters, and one aborted after it entered keeps its slot until it leaves", async () => {
    const queue = queueOf()
    await expect(queue.enter(call("a", { signal: AbortSignal.abort(new Error("gone")) }))).rejects.toThrow("gone")
    const holder = await queue.enter(call("a"))
    const aborting = new AbortController()
    const waits = queue.enter(call("b", { signal: aborting.signal }))
    holder.leave()
    const slot = await waits
    aborting.abort()
    expect(queue.state.running).toBe(1)
    slot.leave()
    expect(queue.state.running).toBe(0)
  })
})

describe("batch calls", () => {
  test("take what interactive calls leave", async () => {
    const queue = queueOf()
    const { order, enter, next } = watch(queue)
    void enter("first", call("a"))
    await turn()
    void enter("batch", call("b", { requestClass: "batch" }))
    for (const name of ["i1", "i2", "i3"]) void enter(name, call("a"))
    for (let i = 0; i < 4; i++) await next()
    expect(order).toEqual(["first", "i1", "i2", "i3", "batch"])
  })

  test("are served at last below endless interactive calls, at most one in five", async () => {
    const queue = queueOf({ batchFloorMs: 1_000 })
    const { order, enter, next } = watch(queue)
    void enter("i", call("a"))
    await turn()
    for (let i = 0; i < 5; i++) void enter("batch", call("b", { requestClass: "batch" }))
    for (let i = 0; i < 60; i++) {
      void enter("i", call("a"))
      clock += 10_000
      await next()
    }
    const places = order.flatMap((name, i) => (name === "batch" ? [i] : []))
    expect(places).toHaveLength(5)
    for (const [i, place] of places.slice(1).entries()) expect(place - places[i]!).toBe(5)
  })
})

describe("the waiting room", () => {
  test("sheds with a time to come back, and no promise is left hanging", async () => {
    const queue = queueOf({ mostWaiting: 2 })
    await queue.enter(call("a"))
    void queue.enter(call("a"))
    void queue.enter(call("b"))
    const error = await queue.enter(call("c")).catch((reason: unknown) => reason)
    expect(isDaydreamError(error) && error.code).toBe("overloaded")
    expect(isDaydreamError(error) && error.facts["retryAfterMs"]).toBe(queue.state.retryAfterMs)
    expect(queue.state.waiting).toBe(2)
  })

  test("one tenant alone cannot fill it, and room is left for one who comes new", async () => {
    const queue = queueOf({ mostWaiting: 100, tenantShare: 0.8 })
    await queue.enter(call("a"))
    for (let i = 0; i < 200; i++) queue.enter(call("a")).catch(() => undefined)
    expect(queue.state.waiting).toBe(80)
    for (let i = 0; i < 200; i++) queue.enter(call("b")).catch(() => undefined)
    expect(queue.state.waiting).toBeLessThan(100)
    void queue.enter(call("c"))
    await turn()
    expect(queue.state.waiting).toBeGreaterThan(80)
  })

  test("batch calls of many tenants fill at most their part", async () => {
    const queue = queueOf({ mostWaiting: 100, batchShare: 0.5 })
    await queue.enter(call("a"))
    for (let i = 0; i < 200; i++) queue.enter(call(`t${i}`, { requestClass: "batch" })).catch(() => undefined)
    expect(queue.state.waitingBatch).toBe(50)
  })

  test("the time to come back follows how long requests take", async () => {
    const queue = queueOf()
    for (let i = 0; i < 100; i++) {
      const slot = await queue.enter(call("a"))
      clock += 4_000
      slot.leave()
    }
    await queue.enter(call("a"))
    void queue.enter(call("a"))
    expect(queue.state.retryAfterMs).toBe(8_000)
  })
})

test("no slot is idle while anyone waits, and none is lost, whatever happens in whatever order", async () => {
  const act = fc.record({
    kind: fc.constantFrom("enter", "enter", "leave", "abort", "served", "resize"), tenant: fc.nat(4),
    batch: fc.boolean(), tokens: fc.nat(50), which: fc.nat(),
  })
  await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 120 }), async (acts) => {
    let concurrency = 2
    const queue = queueOf({ concurrency, mostWaiting: 20, tenantShare: 0.8, batchShare: 0.5 })
    const slots: Slot[] = []
    const aborts = new Set<AbortController>()
    for (const { kind, tenant, batch, tokens, which } of acts) {
      clock += which % 40_000
      if (kind === "enter") {
        const aborting = new AbortController()
        aborts.add(aborting)
        void (async () => {
          const entering = { requestClass: batch ? "batch" as const : "interactive" as const, inputTokens: tokens }
          const slot = await queue.enter(call(`t${tenant}`, { ...entering, signal: aborting.signal })).catch(() => null)
          if (slot !== null) slots.push(slot)
          aborts.delete(aborting)
        })()
      } else if (kind === "abort") [...aborts][which % Math.max(1, aborts.size)]?.abort(new Error("gone"))
      else if (kind === "resize") queue.resize({ concurrency: (concurrency = 1 + (tokens % 4)), mostWaiting: 20 })
      else if (kind === "served") slots[which % Math.max(1, slots.length)]?.served(tokens)
      else slots.splice(which % Math.max(1, slots.length), 1)[0]?.leave({ outputTokens: tokens })
      await turn()
      const { running, waiting } = queue.state
      expect(running).toBe(slots.length)
      expect(waiting === 0 || running >= concurrency).toBe(true)
      expect(waiting).toBeLessThanOrEqual(20)
      expect(aborts.size).toBe(waiting)
    }
  }), { numRuns: 40 })
})

test("tenants that left are forgotten once the others have caught up", () => {
  const counters = new ServiceCounters<Waiting>({ input: 1, output: 2 })
  for (let i = 0; i < 1_000; i++) {
    const account = counters.account(`t${i}`, 1)
    counters.begin(account, 10)
    counters.end(account)
  }
  counters.sweep()
  expect(counters.size).toBeLessThan(5)
})
