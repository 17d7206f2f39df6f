import { isDaydreamError } from "@daydream/engine/errors"
import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createBudgetAdministration, createLedger, queryUsage } from "./index.ts"
import type { Ledger, QuotaTake, RequestOpening } from "./index.ts"
import { closingOf, faultsOf, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
let ledgers: readonly Ledger[]
beforeAll(async () => {
  trial = await openTrial()
  ledgers = await Promise.all([createLedger(trial.store), createLedger(trial.store, { mostInBatch: 3 })])
})
afterAll(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.shutdown()))
  await trial.end()
})

/** The ledger as one would write it for a single thread: a few sums. */
function createModel(limits: ReadonlyMap<string, number>, places: number) {
  const spent = new Map<string, number>()
  const open = new Map<string, { readonly path: readonly string[]; readonly most: number; readonly takes: number }>()
  const reservedOf = (tenant: string) =>
    [...open.values()].reduce((sum, one) => sum + (one.path.includes(tenant) ? one.most : 0), 0)
  const taken = () => [...open.values()].reduce((sum, one) => sum + one.takes, 0)
  const charge = (path: readonly string[], amount: number) => {
    for (const tenant of path) spent.set(tenant, (spent.get(tenant) ?? 0) + amount)
  }
  return {
    open(id: string, path: readonly string[], most: number, takes: number): "budget_exceeded" | "quota_exceeded" | "opened" {
      for (const tenant of path) {
        const limit = limits.get(tenant)
        if (limit !== undefined && (spent.get(tenant) ?? 0) + reservedOf(tenant) + most > limit) return "budget_exceeded"
      }
      if (taken() + takes > places) return "quota_exceeded"
      open.set(id, { path, most, takes })
      return "opened"
    },
    close(id: string, amount: number) {
      charge(open.get(id)?.path ?? [], amount)
      open.delete(id)
    },
    adjust: charge,
    state: (tenant: string) => [BigInt(spent.get(tenant) ?? 0), BigInt(reservedOf(tenant))],
    spentOf: (tenant: string) => spent.get(tenant) ?? 0,
  }
}

const opening = fc.record({ child: fc.nat(2), most: fc.nat(60), takes: fc.nat(1) })
const closing = fc.record({ at: fc.nat(50), share: fc.double({ min: 0, max: 1.4, noNaN: true }) })
const round = fc.oneof(
  fc.record({ act: fc.constant("open" as const), with: fc.nat(1), all: fc.array(opening, { minLength: 1, maxLength: 8 }) }),
  fc.record({ act: fc.constant("close" as const), with: fc.nat(1), all: fc.array(closing, { minLength: 1, maxLength: 6 }) }),
  fc.record({ act: fc.constant("adjust" as const), with: fc.nat(1), all: fc.array(fc.record({ at: fc.nat(50), charge: fc.integer({ min: 0, max: 20 }) }), { maxLength: 2 }) }),
)

test("random openings, closings and adjustments on two ledgers give what a simple model gives", async () => {
  const budgets = createBudgetAdministration(trial.store)
  await fc.assert(fc.asyncProperty(
    fc.array(round, { minLength: 4, maxLength: 14 }), fc.array(fc.option(fc.nat(300), { nil: undefined }), { minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 12 }),
    async (rounds, ceilings, places) => {
      const root = newTenant()
      const children = [newTenant(), newTenant(), newTenant()]
      const tenants = [root, ...children]
      const limits = new Map(tenants.flatMap((tenant, index) => (ceilings[index] === undefined ? [] : [[tenant, ceilings[index]] as const])))
      for (const [tenant, limit] of limits) await budgets.setBudget({ tenant, limit: BigInt(limit), period: "total", alertsAt: [] })
      const take: QuotaTake = { bucket: `${root}:places`, kind: "concurrency", limit: places, windowSeconds: 1, amount: 1 }
      const model = createModel(limits, places)
      const open: RequestOpening[] = []
      const closed: RequestOpening[] = []
      let hasOverrun = false
      for (const { act, with: by, all } of rounds) {
        const ledger = ledgers[by]
        if (ledger === undefined) throw new Error("No ledger")
        const pairs: [found: unknown, expected: unknown][] = []
        if (act === "open") {
          const calls = all.map(({ child, most, takes }) => ({ most, takes,
            opening: openingOf(BigInt(most), [children[child] ?? root, root], takes === 0 ? [] : [take]) }))
          const expected = calls.map(({ opening, most, takes }) => model.open(opening.requestId, opening.tenantPath, most, takes))
          const found = await Promise.all(calls.map(({ opening }) => ledger.open(opening).then(() => "opened",
            (error: unknown) => (isDaydreamError(error) ? error.code : error))))
          pairs.push([found, expected])
          for (const [index, { opening }] of calls.entries()) if (found[index] === "opened") open.push(opening)
        } else if (act === "close") {
          await Promise.all(all.map(async ({ at, share }) => {
            const [one] = open.splice(at % Math.max(open.length, 1), 1)
            if (one === undefined) return
            const charge = Math.floor(Number(one.mostCharge) * share)
            hasOverrun ||= charge > Number(one.mostCharge)
            model.close(one.requestId, charge)
            closed.push(one)
            pairs.push([await ledger.close(closingOf(one, BigInt(charge))), { isFirst: true }])
          }))
        } else {
          await Promise.all(all.map(async ({ at, charge }) => {
            const one = closed[at % Math.max(closed.length, 1)]
            if (one === undefined) return
            model.adjust(one.tenantPath, charge)
            hasOverrun ||= charge > 0
            await ledger.adjust({ requestId: one.requestId, charge: BigInt(charge), cost: 1n, reason: "late report" })
          }))
        }
        expect(pairs.map(([found]) => found)).toEqual(pairs.map(([, expected]) => expected))
        for (const [tenant, limit] of limits) {
          const [state] = await budgets.budgets(tenant)
          expect([state?.spent, state?.reserved]).toEqual(model.state(tenant))
          const held = (state?.spent ?? 0n) + (state?.reserved ?? 0n)
          expect(hasOverrun || held <= BigInt(limit)).toBe(true)
        }
      }
      const range = { from: new Date(0), to: new Date(Date.now() + 3_600_000) }
      const used = await Promise.all(children.map((tenant) => queryUsage(trial.store, { tenant, ...range })))
      expect(used.reduce((sum, [row]) => sum + (row?.charge ?? 0n), 0n)).toBe(BigInt(model.spentOf(root)))
      expect(used.reduce((sum, [row]) => sum + (row?.requests ?? 0), 0)).toBe(closed.length)
    }), { numRuns: 40 })
  expect(await faultsOf(trial.store)).toEqual([])
})
