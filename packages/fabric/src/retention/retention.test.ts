import { randomUUID } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "../admin/index.ts"
import type { AdminParts } from "../admin/index.ts"
import { noTokens } from "../call/index.ts"
import { adjustEntry, createLedger } from "../ledger/index.ts"
import type { Ledger, UsageGroup } from "../ledger/index.ts"
import { openSecrets } from "../secrets/index.ts"
import { ensureRoot, machineActor } from "../tenancy/index.ts"
import { removeOld, startKeeper } from "./index.ts"

let folder: string
let store: Store
let ledger: Ledger
let parts: AdminParts
const actor = machineActor("cli")
const dayMs = 86_400_000
const path = ["shop", "seller", "root"]
const pause = () => Promise.resolve(true)
const keep = (ledgerDays: number | null, auditDays: number | null = null, more: object = {}) =>
  removeOld(store, { ledgerDays, auditDays }, { now: Date.now, pause, ...more })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-retention-"))
  chmodSync(folder, 0o755)
  store = await openStore({ folder: join(folder, "postgres") })
  const secrets = await openSecrets({ folder })
  await ensureRoot(store, secrets)
  parts = await openAdminParts(store, secrets)
  await parts.tenancy.addTenant(actor, { id: "seller" })
  await parts.tenancy.addTenant(actor, { id: "shop", parentId: "seller" })
  for (const tenant of ["shop", "seller"])
    for (const period of ["day", "month", "total"] as const) await parts.budgets.setBudget({ tenant, period, limit: 1_000_000n, alertsAt: [0.5] })
  ledger = await createLedger(store)
})

afterAll(async () => {
  await ledger.shutdown()
  await store.close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<{ requestId: string; attemptId: string }> {
  const [requestId, attemptId] = [randomUUID(), randomUUID()]
  await ledger.open({
    requestId, tenantPath: path, keyId: `k_${requestId.charCodeAt(0) % 3}`, api: "chat", model: "chat", mostCharge: 50n, quotas: [],
    attempt: { attemptId, pool: "cloud", targetModel: "m", mostCost: 9n },
  })
  return { requestId, attemptId }
}

/** A closed request, `daysAgo` by all that the ledger says of it. */
async function request(daysAgo: number): Promise<string> {
  const { requestId, attemptId } = await open()
  const tokens = { ...noTokens, input: 10, output: 5 }
  await ledger.close({
    requestId, outcome: "completed", charge: 7n, tokens, quotaUsed: {},
    attempt: { attemptId, outcome: "completed", tokens, cost: 3n, totalMs: 1, joules: { amount: 2, source: "configured" } },
  })
  await age(requestId, daysAgo)
  return requestId
}

/** Moves a request, and its part of the sums, into the past. */
async function age(id: string, daysAgo: number): Promise<void> {
  await store.query("update fabric_ledger.request set opened_at = opened_at - $2 * interval '1 day', closed_at = closed_at - $2 * interval '1 day' where request_id = $1", [id, daysAgo])
  await store.query("update fabric_ledger.attempt set opened_at = opened_at - $2 * interval '1 day', closed_at = closed_at - $2 * interval '1 day' where request_id = $1", [id, daysAgo])
}

/** The sums as they are where time has passed: those of the present hour are spread over the past days, hour by hour. */
async function spreadUsage(days: readonly number[]): Promise<void> {
  await store.query(`
    with now_rows as (delete from fabric_ledger.usage_hour where hour = date_trunc('hour', now(), 'UTC') and tenant = 'shop' returning *)
    insert into fabric_ledger.usage_hour (tenant, hour, key_id, model, pool, requests, failed, estimated, attempts, tokens, charge, overrun, cost, joules)
      select tenant, hour - d * interval '1 day' - h * interval '1 hour', key_id, model, pool, requests, failed, estimated, attempts, tokens, charge, overrun, cost, joules
      from now_rows cross join unnest($1::int[]) d cross join generate_series(0, 3) h`, [days])
}

const usage = (groupBy: readonly UsageGroup[] = []) =>
  parts.usage({ tenant: "root", withDescendants: true, from: new Date(0), to: new Date(Date.now() + dayMs), groupBy })
const money = async () => ({
  seller: await parts.budgets.budgets("seller"), shop: await parts.budgets.budgets("shop"),
  all: await usage(), byDay: await usage(["tenant", "day"]), byKey: await usage(["key", "model", "pool"]),
})
const count = async (table: string) => (await store.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n
const removedActs = async () => (await parts.tenancy.audit(actor, { limit: 1_000 })).filter((one) => one.act === "retention.remove")

test("old requests go in batches; usage, budgets and money stay as they were", async () => {
  for (let i = 0; i < 23; i++) await request(500)
  const kept = [await request(399), await request(0)]
  const before = await money()
  const removed = await keep(400, null, { mostRows: 5 })
  expect(removed).toEqual({ requests: 23, attempts: 23, adjustments: 0, auditEntries: 0 })
  expect((await store.query<{ id: string }>("select request_id as id from fabric_ledger.request")).map((row) => row.id).toSorted()).toEqual(kept.toSorted())
  expect(await count("fabric_ledger.attempt")).toBe(2)
  expect(await money()).toEqual(before)
  expect(await keep(400)).toMatchObject({ requests: 0 })
  expect(await removedActs()).toMatchObject([{ actor: "server", subject: "ledger", facts: { requests: 23, attempts: 23, charge: "0.000000161" } }])
})

test("with what was removed, the entries that stand make up the sums", async () => {
  const [sums] = await store.query<{ requests: string; charge: string; cost: string }>(
    `select sum(requests) + (select count(*) from fabric_ledger.request) as requests,
       sum(charge) + (select sum(charge) from fabric_ledger.request) as charge, sum(cost) + (select sum(cost) from fabric_ledger.attempt) as cost
     from fabric_ledger.removed_day`)
  const [used] = await usage()
  expect([BigInt(sums?.requests ?? 0), BigInt(sums?.charge ?? 0), BigInt(sums?.cost ?? 0)]).toEqual([BigInt(used?.requests ?? 0), used?.charge, used?.cost])
})

test("open requests stay, and so do those that were adjusted since", async () => {
  const { requestId: openId, attemptId } = await open()
  await store.query("update fabric_ledger.request set opened_at = opened_at - interval '500 days' where request_id = $1", [openId])
  const adjustedId = await request(500)
  await store.transaction((client) => adjustEntry(client, randomUUID(), { requestId: adjustedId, charge: -2n, cost: 0n, reason: "late" }))
  expect(await keep(400)).toMatchObject({ requests: 0 })
  await ledger.close({
    requestId: openId, outcome: "failed", charge: 0n, tokens: noTokens, quotaUsed: {},
    attempt: { attemptId, outcome: "failed", tokens: noTokens, cost: 0n, totalMs: 1 },
  })
  await store.query("update fabric_ledger.adjustment set at = at - interval '450 days'")
  expect(await keep(400)).toMatchObject({ requests: 1, adjustments: 1 })
  expect(await count("fabric_ledger.adjustment")).toBe(0)
})

test("hours of days that are not kept become their day, and every sum of days stays", async () => {
  await spreadUsage([0, 1, 399, 400, 401, 402, 500])
  // As if those days had never been looked at.
  await store.query("update fabric_ledger.kept set usage_day = '-infinity', folded_until = '-infinity'")
  const before = await money()
  const rows = await count("fabric_ledger.usage_hour")
  await keep(400)
  expect(await money()).toEqual(before)
  expect(await count("fabric_ledger.usage_hour")).toBeLessThan(rows ?? 0)
  const old = await store.query<{ hour: string }>(
    "select distinct to_char(hour at time zone 'UTC', 'HH24') as hour from fabric_ledger.usage_hour where hour < date_trunc('day', now(), 'UTC') - interval '400 days'")
  expect(old).toEqual([{ hour: "00" }])
  const day = new Date(Math.floor(Date.now() / dayMs) * dayMs - 450 * dayMs)
  const asked = (from: Date) => parts.usage({ tenant: "shop", from, to: new Date(day.getTime() - 40 * dayMs) })
  expect(await asked(new Date(day.getTime() - 50 * dayMs + dayMs / 2))).toEqual(await asked(new Date(day.getTime() - 50 * dayMs)))
})

test("a new budget counts what was spent before entries were removed", async () => {
  const [used] = await parts.usage({ tenant: "shop", from: new Date(0), to: new Date(Date.now() + dayMs) })
  await parts.budgets.removeBudget("shop", "total")
  await parts.budgets.setBudget({ tenant: "shop", period: "total", limit: 1_000_000n, alertsAt: [] })
  expect((await parts.budgets.budgets("shop")).find((one) => one.period === "total")?.spent).toBe(used?.charge)
})

test("old audit entries go, counted by day, and that they went is written down", async () => {
  await store.query("insert into fabric_tenancy.audit (at, actor, tenant_id, act, subject, facts) select now() - interval '90 days', 'cli', 'root', 'pool.set', 'p', '{}' from generate_series(1, 12)")
  await store.query("update fabric_tenancy.audit set at = now() - interval '95 days' where act = 'tenant.create'")
  const entries = await count("fabric_tenancy.audit")
  const removed = await keep(null, 90, { mostRows: 7, now: () => Date.now() + 1_000 })
  expect(removed.auditEntries).toBeGreaterThanOrEqual(12)
  expect(await count("fabric_tenancy.audit")).toBe((entries ?? 0) - removed.auditEntries + 1)
  expect((await removedActs())[0]).toMatchObject({ subject: "audit", facts: { entries: removed.auditEntries } })
  const [sum] = await store.query<{ n: number }>("select sum(entries)::int as n from fabric_tenancy.removed_day")
  expect(sum?.n).toBe(removed.auditEntries)
})

test("nothing goes unless it is asked for, and a setting holds for a keeper that runs", async () => {
  await request(3_000)
  expect(await keep(null)).toEqual({ requests: 0, attempts: 0, adjustments: 0, auditEntries: 0 })
  expect(await parts.configuration.retention(actor)).toEqual({ ledgerDays: null, auditDays: null })
  const told: number[] = []
  const keeper = startKeeper(store, { now: Date.now, firstMs: 1, everyMs: 10, pauseMs: 0, onRemoved: ({ requests }) => told.push(requests), onTrouble: (error) => { throw error as Error } })
  await parts.configuration.setRetention(actor, { ledgerDays: 400, auditDays: null })
  await expect.poll(() => told, { timeout: 10_000 }).toEqual([1])
  await keeper.close()
  await expect(parts.configuration.setRetention(actor, { ledgerDays: 0, auditDays: null })).rejects.toMatchObject({ code: "bad_configuration" })
})
