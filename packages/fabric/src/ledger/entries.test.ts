import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { adjustEntry, createBudgetAdministration, createLedger, queryUsage, readEntry, searchEntries } from "./index.ts"
import type { EntryQuery, Ledger } from "./index.ts"
import { closingOf, faultsOf, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
let ledger: Ledger

beforeAll(async () => {
  trial = await openTrial()
  ledger = await createLedger(trial.store)
})

afterAll(async () => {
  await ledger.shutdown()
  await trial.end()
})

const search = (tenant: string, more: Partial<EntryQuery> = {}) => searchEntries(trial.store, {
  tenant, withDescendants: true, from: new Date(0), to: new Date(Date.now() + 60_000), limit: 100, ...more,
})

async function request(path: readonly string[], charge: bigint, more: { readonly keyId?: string; readonly model?: string } = {}) {
  const opening = { ...openingOf(charge, path), ...more }
  await ledger.open(opening)
  await ledger.close(closingOf(opening, charge))
  return opening.requestId
}

const adjust = (requestId: string, change: { charge?: bigint; cost?: bigint; attemptId?: string }, id: string = randomUUID()) =>
  trial.store.transaction((client) => adjustEntry(client, id, { requestId, charge: 0n, cost: 0n, reason: "told so", ...change }))

test("requests are found by tenant, key, model, pool and status, those of tenants below too", async () => {
  const [above, below] = [newTenant(), newTenant()]
  const own = await request([above, "root"], 5n, { keyId: "k_a" })
  const lower = await request([below, above, "root"], 7n, { model: "other" })
  const open = openingOf(9n, [below, above, "root"])
  await ledger.open(open)
  const ids = async (more: Partial<EntryQuery> = {}) => (await search(above, more)).entries.map((entry) => entry.requestId)
  expect(await ids()).toEqual([open.requestId, lower, own])
  expect(await ids({ withDescendants: false })).toEqual([own])
  expect(await ids({ keyId: "k_a" })).toEqual([own])
  expect(await ids({ model: "other" })).toEqual([lower])
  expect(await ids({ status: "open" })).toEqual([open.requestId])
  expect(await ids({ status: "completed" })).toEqual([lower, own])
  expect(await ids({ pool: "none" })).toEqual([])
  expect(await ids({ to: new Date(Date.now() - 60_000) })).toEqual([])
  await ledger.close(closingOf(open, 0n))
})

test("pages hold every request once, in order, whatever their size", async () => {
  const tenant = newTenant()
  const made = await Promise.all(Array.from({ length: 23 }, () => request([tenant], 1n)))
  const seen: string[] = []
  for (let after: EntryQuery["after"], pages = 0; pages < 20; pages++) {
    const page = await search(tenant, { limit: 5, ...(after === undefined ? {} : { after }) })
    seen.push(...page.entries.map((entry) => entry.requestId))
    if (page.next === null) break
    after = page.next
  }
  expect(seen.toSorted()).toEqual(made.toSorted())
  expect(seen).toEqual((await search(tenant)).entries.map((entry) => entry.requestId))
})

test("one request is read with its attempts, by its own tenants alone", async () => {
  const tenant = newTenant()
  const requestId = await request([tenant, "root"], 5n)
  const whole = await readEntry(trial.store, { requestId, tenant })
  expect(whole?.entry).toMatchObject({ status: "completed", charge: 5n, mostCharge: 5n, cost: 40n, attempts: 1, tokens: { input: 10, output: 5 } })
  expect(whole?.attempts).toMatchObject([{ status: "completed", cost: 40n, mostCost: 100n, pool: "cloud", targetModel: "some-model", totalMs: 12 }])
  expect(await readEntry(trial.store, { requestId, tenant: "root" })).toEqual(whole)
  expect(await readEntry(trial.store, { requestId, tenant: newTenant() })).toBeUndefined()
})

test("adjustments count in usage and budgets, once each, and leave the entry as it was", async () => {
  const tenant = newTenant()
  const budgets = createBudgetAdministration(trial.store)
  await budgets.setBudget({ tenant, period: "month", limit: 100n, alertsAt: [] })
  const requestId = await request([tenant], 50n)
  const id = randomUUID()
  expect([await adjust(requestId, { charge: -20n }, id), await adjust(requestId, { charge: -20n }, id)]).toEqual([true, false])
  await adjust(requestId, { charge: 5n, cost: -10n })
  const whole = await readEntry(trial.store, { requestId, tenant })
  expect(whole?.entry).toMatchObject({ charge: 50n, adjusted: -15n, cost: 30n })
  expect(whole?.adjustments.map(({ charge }) => charge)).toEqual([-20n, 5n])
  expect((await budgets.budgets(tenant))[0]?.spent).toBe(35n)
  const [usage] = await queryUsage(trial.store, { tenant, from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) })
  expect(usage).toMatchObject({ requests: 1, charge: 35n, cost: 30n })
  expect(await faultsOf(trial.store)).toEqual([])
})

test("no more is given back than was charged, and only closed requests are adjusted", async () => {
  const requestId = await request([newTenant()], 50n)
  await adjust(requestId, { charge: -20n })
  await expect(adjust(requestId, { charge: -31n })).rejects.toMatchObject({ code: "adjustment_below_zero", facts: { side: "charge", most: 30n } })
  await expect(adjust(requestId, { cost: -41n })).rejects.toMatchObject({ code: "adjustment_below_zero", facts: { side: "cost", most: 40n } })
  await expect(adjust(requestId, { cost: 1n, attemptId: randomUUID() })).rejects.toMatchObject({ code: "request_not_closed" })
  await expect(adjust(randomUUID(), { charge: 1n })).rejects.toMatchObject({ code: "no_such_entry" })
  const open = openingOf(9n, [newTenant()])
  await ledger.open(open)
  await expect(adjust(open.requestId, { charge: 1n })).rejects.toMatchObject({ code: "request_not_closed" })
  await ledger.close(closingOf(open, 0n))
  const id = randomUUID()
  await adjust(requestId, { charge: -1n }, id)
  await expect(adjust(open.requestId, { charge: 1n }, id)).rejects.toMatchObject({ code: "adjustment_id_taken" })
})

test("of many who give back at once, none gives back what another has given back already", async () => {
  const tenant = newTenant()
  const requestId = await request([tenant], 50n)
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => adjust(requestId, { charge: -20n })))
  expect(results.filter((one) => one.status === "fulfilled")).toHaveLength(2)
  expect((await readEntry(trial.store, { requestId, tenant }))?.entry.adjusted).toBe(-40n)
})
