import { randomUUID } from "node:crypto"
import { describeError } from "@daydream/engine/errors"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { noTokens } from "../call/index.ts"
import { createBudgetAdministration, createLedger, queryUsage, recoverExpired } from "./index.ts"
import type { BudgetAdministration, BudgetAlert, Ledger, QuotaTake } from "./index.ts"
import { closingOf, faultsOf, newTenant, openingOf, openTrial } from "./ledger.test.support.ts"
import type { Trial } from "./ledger.test.support.ts"

let trial: Trial
let ledger: Ledger
let budgets: BudgetAdministration
const alerts: BudgetAlert[] = []
beforeAll(async () => {
  trial = await openTrial()
  ledger = await createLedger(trial.store, { onAlert: (alert) => alerts.push(alert) })
  budgets = createBudgetAdministration(trial.store)
})
afterAll(async () => {
  await ledger.shutdown()
  await trial.end()
})
afterEach(async () => {
  const faults = await faultsOf(trial.store)
  if (faults.length > 0) throw new Error(faults.join("\n"))
})

const limitOf = (tenant: string, limit: bigint, period: "day" | "month" | "total" = "total", alertsAt: readonly number[] = []) =>
  budgets.setBudget({ tenant, limit, period, alertsAt })
const stateOf = async (tenant: string) => {
  const [state] = await budgets.budgets(tenant)
  return [state?.spent, state?.reserved]
}
const hours = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) }

describe("budgets", () => {
  test("what is reserved is given back when the request closes, what it cost is spent", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n)
    const opening = openingOf(80n, [tenant])
    await ledger.open(opening)
    expect(await stateOf(tenant)).toEqual([0n, 80n])
    await ledger.close(closingOf(opening, 30n))
    expect(await stateOf(tenant)).toEqual([30n, 0n])
    await expect(ledger.open(openingOf(71n, [tenant]))).rejects.toMatchObject({
      code: "budget_exceeded", facts: { tenant, period: "total", resetsAt: null, left: 70n, isAncestor: false } })
    await ledger.open(openingOf(70n, [tenant]))
  })

  test("sixty-four openings at once on two ledgers pass a nearly empty budget by nothing", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 1000n)
    const other = await createLedger(trial.store)
    const openings = Array.from({ length: 64 }, () => openingOf(99n, [tenant]))
    const results = await Promise.allSettled(openings.map((opening, index) => (index % 2 === 0 ? ledger : other).open(opening)))
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(10)
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []))
    expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ code: "budget_exceeded" })))
    expect(await stateOf(tenant)).toEqual([0n, 990n])
    await Promise.all(openings.flatMap((opening, index) => (results[index]?.status === "fulfilled" ? [ledger.close(closingOf(opening, 99n))] : [])))
    expect(await stateOf(tenant)).toEqual([990n, 0n])
    await other.shutdown()
  })

  test("an ancestor's budget holds too, and its refusal tells neither its name nor its figures", async () => {
    const [above, below, sibling] = [newTenant(), newTenant(), newTenant()]
    await limitOf(above, 4321n, "month")
    await ledger.open(openingOf(4000n, [sibling, above, "root"]))
    const error: unknown = await ledger.open(openingOf(400n, [below, above, "root"])).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: "budget_exceeded", facts: { isAncestor: true, period: "month", left: null, limit: null } })
    for (const language of ["en", "zh"] as const) {
      const text = JSON.stringify(describeError(error, language))
      for (const secret of [above, "4321", "321", "0.000000"]) expect(text).not.toContain(secret)
    }
  })

  test("a refused opening keeps nothing and does not spoil those of the same commit", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n)
    const results = await Promise.allSettled([60n, 60n, 30n, 20n, 10n].map((most) => ledger.open(openingOf(most, [tenant]))))
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"])
    expect(await stateOf(tenant)).toEqual([0n, 100n])
  })

  test("an upstream that ignores its cap passes the limit, which is recorded and closes the budget", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n)
    const opening = openingOf(50n, [tenant])
    await ledger.open(opening)
    await ledger.close(closingOf(opening, 130n))
    expect(await stateOf(tenant)).toEqual([130n, 0n])
    await expect(ledger.open(openingOf(0n, [tenant]))).rejects.toMatchObject({ code: "budget_exceeded" })
    expect(await queryUsage(trial.store, { tenant, ...hours })).toMatchObject([{ charge: 130n, overrun: 80n }])
  })

  test("a new period begins with nothing spent, and still holds what is open", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n, "day")
    const [done, lasting] = [openingOf(60n, [tenant]), openingOf(30n, [tenant])]
    await Promise.all([ledger.open(done), ledger.open(lasting)])
    await ledger.close(closingOf(done, 60n))
    const error: unknown = await ledger.open(openingOf(60n, [tenant])).catch((caught: unknown) => caught)
    const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0))
    expect(error).toMatchObject({ code: "budget_exceeded", facts: { resetsAt: midnight } })
    await trial.store.query("update fabric_ledger.account set period_start = period_start - interval '1 day' where tenant = $1", [tenant])
    expect(await stateOf(tenant)).toEqual([0n, 30n])
    await ledger.open(openingOf(70n, [tenant]))
    await expect(ledger.open(openingOf(1n, [tenant]))).rejects.toMatchObject({ code: "budget_exceeded" })
    await ledger.close(closingOf(lasting, 20n))
    expect(await stateOf(tenant)).toEqual([20n, 70n])
  })

  test("a budget that is set late knows what was spent in its period and what is open", async () => {
    const [above, tenant] = [newTenant(), newTenant()]
    const [done, lasting] = [openingOf(50n, [tenant, above]), openingOf(30n, [tenant, above])]
    await Promise.all([ledger.open(done), ledger.open(lasting)])
    await ledger.close(closingOf(done, 40n))
    await limitOf(above, 100n, "month")
    expect(await stateOf(above)).toEqual([40n, 30n])
    await ledger.close(closingOf(lasting, 25n))
    expect(await stateOf(above)).toEqual([65n, 0n])
  })

  test("thresholds are told once in a period", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n, "month", [1, 0.5, 0.8])
    const spend = async (charge: bigint) => {
      const opening = openingOf(charge, [tenant])
      await ledger.open(opening)
      await ledger.close(closingOf(opening, charge))
    }
    const told = () => alerts.filter((alert) => alert.tenant === tenant).map((alert) => alert.threshold)
    await spend(49n)
    expect(told()).toEqual([])
    await spend(31n)
    expect(told()).toEqual([0.5, 0.8])
    await limitOf(tenant, 100n, "month", [0.5, 0.8, 1])
    await spend(20n)
    expect(told()).toEqual([0.5, 0.8, 1])
  })
})

describe("prepaid credit", () => {
  test("is what a prepaid tenant can spend, all below it included", async () => {
    const [above, tenant] = [newTenant(), newTenant()]
    await budgets.setBilling(above, "prepaid")
    await expect(ledger.open(openingOf(1n, [above]))).rejects.toMatchObject({ code: "credit_exhausted" })
    expect(await budgets.addCredit({ tenant: above, amount: 100n, id: `${above}-1`, note: "paid" })).toBe(100n)
    expect(await budgets.addCredit({ tenant: above, amount: 100n, id: `${above}-1`, note: "paid" })).toBe(100n)
    const opening = openingOf(90n, [tenant, above])
    await ledger.open(opening)
    await expect(ledger.open(openingOf(11n, [tenant, above]))).rejects.toMatchObject({ code: "credit_exhausted", facts: { isAncestor: true } })
    await ledger.close(closingOf(opening, 70n))
    expect(await budgets.balance(above)).toBe(30n)
    expect(await budgets.addCredit({ tenant: above, amount: -50n, id: `${above}-2`, note: "back" })).toBe(0n)
    await budgets.setBilling(above, "postpaid")
    await ledger.open(openingOf(90n, [tenant, above]))
    expect(await budgets.balance(above)).toBe(0n)
  })
})

describe("closing", () => {
  test("twice keeps the first and tells so", async () => {
    const tenant = newTenant()
    const opening = openingOf(50n, [tenant])
    await ledger.open(opening)
    const both = await Promise.all([ledger.close(closingOf(opening, 10n)), ledger.close(closingOf(opening, 20n))])
    expect(both).toEqual([{ isFirst: true }, { isFirst: false }])
    expect(await ledger.close(closingOf(opening, 30n))).toEqual({ isFirst: false })
    expect(await queryUsage(trial.store, { tenant, ...hours })).toMatchObject([{ requests: 1, attempts: 1, charge: 10n, cost: 40n }])
  })

  test("what was never opened is an error", async () => {
    await expect(ledger.close(closingOf(openingOf(1n, ["t"]), 1n))).rejects.toMatchObject({ code: "no_such_request" })
  })

  test("each attempt has its entry; one that was left open is unknown at its worst cost", async () => {
    const tenant = newTenant()
    const opening = openingOf(50n, [tenant])
    await ledger.open(opening)
    const tokens = noTokens
    await ledger.closeAttempt(opening.requestId, { attemptId: opening.attempt.attemptId, outcome: "failed", tokens, cost: 3n, totalMs: 5 })
    const [second, third] = [randomUUID(), randomUUID()]
    await ledger.openAttempt(opening.requestId, { attemptId: second, pool: "local", targetModel: "m", mostCost: 500n })
    await ledger.openAttempt(opening.requestId, { attemptId: third, pool: "spare", targetModel: "m", mostCost: 7n })
    await ledger.close(closingOf(opening, 10n, { attempt: { attemptId: third, outcome: "completed", tokens, cost: 5n, totalMs: 9, joules: { amount: 2.5, source: "configured" } } }))
    await expect(ledger.openAttempt(opening.requestId, { attemptId: randomUUID(), pool: "local", targetModel: "m", mostCost: 1n }))
      .rejects.toMatchObject({ code: "no_such_request" })
    expect(await queryUsage(trial.store, { tenant, ...hours, groupBy: ["pool"] })).toMatchObject([
      { group: { pool: "cloud" }, requests: 0, attempts: 1, cost: 3n, charge: 0n },
      { group: { pool: "local" }, requests: 0, attempts: 1, cost: 500n, charge: 0n },
      { group: { pool: "spare" }, requests: 1, attempts: 1, cost: 5n, charge: 10n, joules: 2.5 },
    ])
  })

  test("texts of upstreams are kept whatever they hold", async () => {
    const opening = openingOf(1n, [newTenant()])
    await ledger.open(opening)
    const attempt = closingOf(opening, 0n).attempt
    if (attempt === undefined) throw new Error("No attempt")
    await ledger.close(closingOf(opening, 0n, { attempt: { ...attempt, upstreamId: `{"a\\",\u0000}'; drop table x; --\ud800`, totalMs: Number.NaN } }))
    const [row] = await trial.store.query<{ upstream_id: string }>("select upstream_id from fabric_ledger.attempt where request_id = $1", [opening.requestId])
    expect(row?.upstream_id).toBe(`{"a\\",}'; drop table x; --\ufffd`)
  })

  test.each([-1n, 2n ** 53n])("an amount of %d is refused before it reaches the others", async (amount) => {
    await expect(ledger.open(openingOf(amount, ["t"]))).rejects.toThrow(RangeError)
  })
})

describe("adjustments", () => {
  test("add to a closed request, never below a total of zero", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 100n)
    const opening = openingOf(50n, [tenant])
    await ledger.open(opening)
    await expect(ledger.adjust({ requestId: opening.requestId, charge: 1n, cost: 0n, reason: "early" })).rejects.toMatchObject({ code: "request_not_closed" })
    await ledger.close(closingOf(opening, 30n))
    await ledger.adjust({ requestId: opening.requestId, charge: 5n, cost: 2n, reason: "late report" })
    expect(await stateOf(tenant)).toEqual([35n, 0n])
    await ledger.adjust({ requestId: opening.requestId, charge: -50n, cost: 0n, reason: "credit" })
    expect(await stateOf(tenant)).toEqual([0n, 0n])
    expect(await queryUsage(trial.store, { tenant, ...hours })).toMatchObject([{ requests: 1, charge: 0n, cost: 42n }])
  })
})

describe("a holder whose lease has expired", () => {
  const expire = (holder: string) => trial.store.query("update fabric_ledger.holder set lease_until = now() - interval '1 s' where id = $1", [holder])

  test("has its requests closed once, and its late closing becomes an adjustment to the true figures", async () => {
    const tenant = newTenant()
    await limitOf(tenant, 1000n)
    const suspended = await createLedger(trial.store, { renewMs: 60_000 })
    const place: QuotaTake = { bucket: `${tenant}:c`, kind: "concurrency", limit: 1, windowSeconds: 1, amount: 1 }
    const opening = openingOf(200n, [tenant], [place])
    await suspended.open(opening)
    await expire(suspended.holder)
    expect(await recoverExpired(trial.store)).toEqual({ holders: 1, requests: 1 })
    expect(await stateOf(tenant)).toEqual([0n, 0n])
    expect(await queryUsage(trial.store, { tenant, ...hours })).toMatchObject([{ requests: 1, failed: 1, attempts: 1, charge: 0n, cost: 100n }])
    const again = openingOf(10n, [tenant], [place])
    await ledger.open(again)
    await ledger.close(closingOf(again, 0n))

    expect(await suspended.close(closingOf(opening, 150n))).toEqual({ isFirst: false })
    expect(await suspended.close(closingOf(opening, 150n))).toEqual({ isFirst: false })
    expect(await stateOf(tenant)).toEqual([150n, 0n])
    expect(await queryUsage(trial.store, { tenant, ...hours })).toMatchObject([{ requests: 2, attempts: 2, charge: 150n, cost: 80n }])
    // It takes a new lease by itself.
    const next = openingOf(10n, [tenant])
    await suspended.open(next)
    await suspended.close(closingOf(next, 10n))
    await suspended.shutdown()
  })

  test("leaves nothing to recover when it shut down in order", async () => {
    const other = await createLedger(trial.store)
    const opening = openingOf(1n, [newTenant()])
    await other.open(opening)
    await other.close(closingOf(opening, 1n))
    await other.shutdown()
    expect(await trial.store.query("select 1 from fabric_ledger.holder where id = $1", [other.holder])).toEqual([])
    await expect(other.open(openingOf(1n, ["t"]))).rejects.toMatchObject({ code: "ledger_unavailable", isRetryable: true })
  })
})

describe("buckets", () => {
  const takeOf = (bucket: string, amount: number, change: Partial<QuotaTake> = {}): QuotaTake =>
    ({ bucket, kind: "tokens", limit: 100, windowSeconds: 3600, amount, ...change })

  test("are taken at the worst case and given back down to what was used", async () => {
    const bucket = newTenant()
    const opening = openingOf(0n, ["t"], [takeOf(bucket, 80)])
    expect((await ledger.open(opening)).quotas).toMatchObject([{ bucket, kind: "tokens", limit: 100, remaining: 20 }])
    await expect(ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 30)]))).rejects.toMatchObject({
      code: "quota_exceeded", isRetryable: true, facts: { bucket, kind: "tokens", limit: 100, retryAfterMs: expect.closeTo(360_000, -4) } })
    await ledger.close(closingOf(opening, 0n, { quotaUsed: { [bucket]: 15 } }))
    expect((await ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 5)]))).quotas).toMatchObject([{ remaining: 80 }])
  })

  test("go below zero by an overrun, and fill by the database's clock", async () => {
    const bucket = newTenant()
    const opening = openingOf(0n, ["t"], [takeOf(bucket, 10)])
    await ledger.open(opening)
    await ledger.close(closingOf(opening, 0n, { quotaUsed: { [bucket]: 150 } }))
    await expect(ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 1)]))).rejects.toMatchObject({ code: "quota_exceeded" })
    await trial.store.query("update fabric_ledger.bucket set updated_at = updated_at - interval '45 minutes' where name = $1", [bucket])
    expect((await ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 5)]))).quotas).toMatchObject([{ remaining: 20 }])
  })

  test("a taken place is free again when the request closes, and a refused opening takes from no bucket", async () => {
    const [places, requests] = [newTenant(), newTenant()]
    const takes = [takeOf(requests, 1, { kind: "requests" }), takeOf(places, 1, { kind: "concurrency", limit: 2 })]
    const openings = [1, 2, 3].map(() => openingOf(0n, ["t"], takes))
    const results = await Promise.allSettled(openings.map((opening) => ledger.open(opening)))
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "fulfilled", "rejected"])
    const [first] = openings
    if (first !== undefined) await ledger.close(closingOf(first, 0n))
    expect((await ledger.open(openingOf(0n, ["t"], takes))).quotas).toMatchObject([{ remaining: 97 }, { remaining: 0 }])
  })

  test("a changed limit keeps what is used", async () => {
    const bucket = newTenant()
    await ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 60)]))
    expect((await ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 10, { limit: 1000 })]))).quotas).toMatchObject([{ remaining: 930 }])
    await expect(ledger.open(openingOf(0n, ["t"], [takeOf(bucket, 10, { limit: 50 })]))).rejects.toMatchObject({ code: "quota_exceeded" })
  })

  test("what no bucket can ever hold is refused for good", async () => {
    await expect(ledger.open(openingOf(0n, ["t"], [takeOf(newTenant(), 101)]))).rejects.toMatchObject({ code: "request_over_quota", isRetryable: false })
  })

  test("a refused budget gives the buckets nothing to give back", async () => {
    const [tenant, bucket] = [newTenant(), newTenant()]
    await limitOf(tenant, 10n)
    await expect(ledger.open(openingOf(11n, [tenant], [takeOf(bucket, 50)]))).rejects.toMatchObject({ code: "budget_exceeded" })
    expect((await ledger.open(openingOf(10n, [tenant], [takeOf(bucket, 50)]))).quotas).toMatchObject([{ remaining: 50 }])
  })
})

test("opening the same request twice reserves once", async () => {
  const tenant = newTenant()
  await limitOf(tenant, 100n)
  const opening = openingOf(40n, [tenant])
  await Promise.all([ledger.open(opening), ledger.open(opening)])
  await ledger.open(opening)
  expect(await stateOf(tenant)).toEqual([0n, 40n])
  await ledger.close(closingOf(opening, 40n))
  await expect(ledger.open(opening)).rejects.toMatchObject({ code: "ledger_unavailable" })
})

test("usage is grouped, and holds all below a tenant", async () => {
  const [above, below] = [newTenant(), newTenant()]
  for (const path of [[above, "root"], [below, above, "root"], [below, above, "root"]]) {
    const opening = openingOf(10n, path)
    await ledger.open(opening)
    await ledger.close(closingOf(opening, 7n))
  }
  expect(await queryUsage(trial.store, { tenant: above, ...hours })).toMatchObject([{ requests: 1, charge: 7n }])
  expect(await queryUsage(trial.store, { tenant: above, withDescendants: true, ...hours, groupBy: ["tenant", "day"] })).toMatchObject(
    [above, below].toSorted().map((tenant) => ({ group: { tenant, day: new Date().toISOString().slice(0, 10) }, requests: tenant === above ? 1 : 2,
      tokens: { input: tenant === above ? 10 : 20, output: tenant === above ? 5 : 10, isEstimated: false } })))
  expect(await queryUsage(trial.store, { tenant: newTenant(), ...hours })).toMatchObject([{ requests: 0, charge: 0n }])
})
