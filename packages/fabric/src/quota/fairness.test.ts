import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { createFairQueue } from "./fair-queue.ts"
import type { Slot } from "./fair-queue.ts"

interface TenantPlan {
  readonly weight: number
  /** Longest input and output of its requests. */
  readonly input: number
  readonly output: number
  /** Backlogged tenants always have requests waiting; the others come and go. */
  readonly isBacklogged: boolean
}

interface Running { readonly tenant: number; readonly slot: Slot; left: number }

/**
 * Serves one token of each running request a step, as continuous batching does. Gives each tenant's service (input
 * tokens once at the start, output tokens twice, as the paper weighs them) after every step.
 */
async function simulate(plans: readonly TenantPlan[], options: { concurrency: number; steps: number; seed: number }) {
  const random = createRandom("fairness", options.seed)
  let clock = 0
  const queue = createFairQueue({ concurrency: options.concurrency, mostWaiting: 1e6, tenantShare: 1, now: () => clock })
  const running = new Set<Running>()
  const waiting = plans.map(() => 0)
  const service = plans.map(() => 0)
  const history: number[][] = []
  const enter = async (tenant: number, plan: TenantPlan) => {
    const input = 1 + random.integer(plan.input)
    const output = 1 + random.integer(plan.output)
    waiting[tenant]!++
    const slot = await queue.enter({ tenant: `t${tenant}`, weight: plan.weight, requestClass: "interactive", inputTokens: input })
    waiting[tenant]!--
    service[tenant]! += input
    running.add({ tenant, slot, left: output })
  }
  for (; clock < options.steps; clock++) {
    for (const [tenant, plan] of plans.entries()) {
      if (!plan.isBacklogged) { if (random.next() < 0.05) void enter(tenant, plan) }
      // More than can be dispatched in one step, so that it never runs dry.
      else while (waiting[tenant]! < options.concurrency + 2) void enter(tenant, plan)
    }
    await new Promise<void>((resolve) => { queueMicrotask(() => queueMicrotask(resolve)) })
    expect(queue.state.waiting === 0 || queue.state.running === options.concurrency).toBe(true)
    for (const request of running) {
      request.slot.served(1)
      service[request.tenant]! += 2
      if (--request.left > 0) continue
      running.delete(request)
      request.slot.leave()
    }
    await Promise.resolve()
    history.push([...service])
  }
  return history
}

/** Largest difference of service by weight between two tenants over any interval. */
function widest(history: readonly number[][], plans: readonly TenantPlan[], f: number, g: number): number {
  const differences = history.map((row) => row[f]! / plans[f]!.weight - row[g]! / plans[g]!.weight)
  return Math.max(...differences) - Math.min(...differences)
}

const aPlan = fc.record({
  weight: fc.constantFrom(1, 1, 2, 0.5, 3), input: fc.integer({ min: 1, max: 40 }), output: fc.integer({ min: 1, max: 40 }),
  isBacklogged: fc.boolean(),
})

test("two backlogged tenants differ in service, over any interval, by no more than the paper's bound", async () => {
  const plans = fc.tuple(fc.array(aPlan, { minLength: 0, maxLength: 4 }), aPlan, aPlan).map(([others, f, g]) =>
    [{ ...f, isBacklogged: true }, { ...g, isBacklogged: true }, ...others])
  await fc.assert(fc.asyncProperty(plans, fc.integer({ min: 1, max: 6 }), fc.nat(), async (plans, concurrency, seed) => {
    const history = await simulate(plans, { concurrency, steps: 600, seed })
    const input = Math.max(...plans.map((plan) => plan.input))
    const output = Math.max(...plans.map((plan) => plan.output))
    // M of the paper: tokens that the running batch can hold.
    const most = concurrency * (input + output)
    const least = Math.min(...plans.map((plan) => plan.weight))
    const bound = (2 * Math.max(input, 2 * most)) / least
    const backlogged = plans.flatMap((plan, i) => (plan.isBacklogged ? [i] : []))
    const differences = backlogged.flatMap((f) => backlogged.map((g) => widest(history, plans, f, g)))
    expect(Math.max(...differences)).toBeLessThanOrEqual(bound)
  }), { numRuns: 60, seed: 20240101 })
}, 20_000)

test("the difference does not grow with time, and taking turns by requests would break the bound", async () => {
  const plans: TenantPlan[] = [
    { weight: 1, input: 200, output: 200, isBacklogged: true }, { weight: 1, input: 4, output: 4, isBacklogged: true },
  ]
  const history = await simulate(plans, { concurrency: 2, steps: 8_000, seed: 1 })
  const bound = 2 * 2 * 2 * 400
  expect(widest(history, plans, 0, 1)).toBeLessThanOrEqual(bound)
  // As many requests each: 50 times the tokens for the first. The bound is less than a quarter of what was served.
  expect(history.at(-1)![0]!).toBeGreaterThan(4 * bound)
  expect(history.at(-1)![0]! / history.at(-1)![1]!).toBeCloseTo(1, 0.5)
})

test("service follows the weights", async () => {
  const plans = [1, 2, 4].map((weight) => ({ weight, input: 10, output: 20, isBacklogged: true }))
  const last = (await simulate(plans, { concurrency: 4, steps: 6_000, seed: 2 })).at(-1)!
  expect(last[1]! / last[0]!).toBeGreaterThan(1.9)
  expect(last[1]! / last[0]!).toBeLessThan(2.1)
  expect(last[2]! / last[0]!).toBeGreaterThan(3.8)
  expect(last[2]! / last[0]!).toBeLessThan(4.2)
})
