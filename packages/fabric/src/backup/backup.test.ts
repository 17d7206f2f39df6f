import { randomUUID } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { execFileSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openAdminParts } from "../admin/index.ts"
import { noTokens } from "../call/index.ts"
import { createLedger } from "../ledger/index.ts"
import { openSecrets, openVault } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { createAuthenticator, ensureRoot, machineActor, onClient } from "../tenancy/index.ts"
import { makeBackup, restoreBackup } from "./index.ts"
import { fabricSchemas } from "./schemas.ts"
import type { Schemas } from "./schemas.ts"

let folder: string
let store: Store
let secrets: Secrets
let file: string
let keySecret: string
const opened: Store[] = []
const actor = machineActor("cli")

async function fresh(name: string): Promise<Store> {
  mkdirSync(join(folder, name), { mode: 0o755 })
  const made = await openStore({ folder: join(folder, name) })
  opened.push(made)
  return made
}

async function prepare(on: Store, keys: Secrets): Promise<void> {
  await ensureRoot(on, keys)
  await openAdminParts(on, keys)
  for (const [schema, steps] of fabricSchemas) await on.migrate(schema, steps)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-backup-"))
  chmodSync(folder, 0o755)
  file = join(folder, "whole.tar")
  store = await fresh("first")
  secrets = await openSecrets({ folder: join(folder, "keys") })
  await prepare(store, secrets)
  const { tenancy, budgets, configuration } = await openAdminParts(store, secrets)
  // A child that stands before its parent in every order of names, with text that any format would stumble over.
  await tenancy.addTenant(actor, { id: "zulu", title: "a,\"b\"\\ (c) 中文 \u2603" })
  await tenancy.addTenant(actor, { id: "alpha", parentId: "zulu", quotas: [{ kind: "tokens", limit: 5, windowSeconds: 60 }] })
  keySecret = (await tenancy.createKey(actor, { tenantId: "alpha" })).secret
  await budgets.setBudget({ tenant: "alpha", period: "month", limit: 5_000_000_000n, alertsAt: [0.5, 1 / 3] })
  await configuration.setCredential(actor, { name: "vendor", secret: "sk-open-sesame" })
  const ledger = await createLedger(store)
  for (let i = 0; i < 300; i++) {
    const [requestId, attemptId] = [randomUUID(), randomUUID()]
    await ledger.open({
      requestId, tenantPath: ["alpha", "zulu", "root"], keyId: "k", api: "chat", model: "m", mostCharge: 9n, quotas: [],
      attempt: { attemptId, pool: "p", targetModel: "t", mostCost: 9n },
    })
    const tokens = { ...noTokens, input: i }
    await ledger.close({
      requestId, outcome: "completed", charge: 7n, tokens, quotaUsed: {},
      attempt: { attemptId, outcome: "completed", tokens, cost: 3n, totalMs: 1.1 * i },
    })
  }
  await ledger.shutdown()
  await makeBackup(store, file, { now: new Date() })
})

afterAll(async () => {
  for (const one of opened) await one.close()
  rmSync(folder, { recursive: true })
})

/** Every row of every table, as text. */
async function contents(of: Store) {
  const tables = await of.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname ~ '^fabric_' order by 1")
  const all: Record<string, string[]> = {}
  for (const { name } of tables) all[name] = (await of.query<{ line: string }>(`select t::text as line from ${name} t order by 1`)).map((row) => row.line)
  return all
}

const check = (on: Store, keys: Secrets) => ({
  check: async (client: Parameters<typeof onClient>[1]) => void await openVault(onClient(on, client), keys),
})

test("a restored store holds what the first one held, opens its secrets and its keys, and goes on counting", async () => {
  const second = await fresh("second")
  await prepare(second, secrets)
  const { rows } = await restoreBackup(second, file, check(second, secrets))
  expect(rows).toBeGreaterThan(600)
  expect(await contents(second)).toEqual(await contents(store))
  const authenticator = await createAuthenticator(second, secrets)
  expect((await authenticator.authenticate(keySecret)).tenantPath).toEqual(["alpha", "zulu", "root"])
  await authenticator.close()
  const vault = await openVault(second, secrets)
  expect(await vault.get(second, { name: "credential/vendor", field: "secret" })).toBe("sk-open-sesame")
  const parts = await openAdminParts(second, secrets)
  await parts.tenancy.addTenant(actor, { id: "later" })
  await parts.budgets.setBudget({ tenant: "later", period: "day", limit: 1n, alertsAt: [] })
  expect((await parts.tenancy.audit(actor, { limit: 1 }))[0]?.subject).toBe("later")
})

test("the backup is an archive that tar reads, and holds no secret", () => {
  expect(execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n").at(-1)).toBe("manifest.json")
  const text = readFileSync(file, "latin1")
  expect(text).not.toContain("open-sesame")
  expect(text).not.toContain(keySecret.split("-").at(-1))
})

test("it is restored into an empty store only", async () => {
  const before = await contents(store)
  await expect(restoreBackup(store, file)).rejects.toMatchObject({ code: "store_not_empty" })
  expect(await contents(store)).toEqual(before)
})

test("a damaged, cut or forged backup restores nothing", async () => {
  const third = await fresh("third")
  await prepare(third, secrets)
  const before = await contents(third)
  const whole = readFileSync(file)
  const changed = Buffer.from(whole)
  const at = whole.indexOf("中文")
  changed[at] = (changed[at] ?? 0) ^ 1
  const headless = Buffer.from(whole)
  headless[3] = 65
  for (const [name, bytes] of [
    ["changed", changed], ["headless", headless], ["cut", whole.subarray(0, whole.length / 2)], ["short", whole.subarray(0, 700)],
    ["empty", Buffer.alloc(0)], ["foreign", Buffer.from("not a backup".repeat(100))],
  ] as const) {
    const path = join(folder, `${name}.tar`)
    writeFileSync(path, bytes)
    const fault: unknown = await restoreBackup(third, path).catch((error: unknown) => error)
    expect([name, fault instanceof Error && "code" in fault && fault.code]).toEqual([name, "backup_damaged"])
  }
  expect(await contents(third)).toEqual(before)
})

test("with another master key nothing is restored", async () => {
  const fourth = await fresh("fourth")
  const others = await openSecrets({ folder: join(folder, "other-keys") })
  await prepare(fourth, others)
  const before = await contents(fourth)
  await expect(restoreBackup(fourth, file, check(fourth, others))).rejects.toMatchObject({ code: expect.stringMatching(/^master_key_/) })
  expect(await contents(fourth)).toEqual(before)
})

/** Steps that a later version might add: to a table that has rows, in a schema of its own, and to what the backup knows. */
const later: Schemas = new Map([
  ...[...fabricSchemas].map(([schema, steps]) => [schema, schema === "fabric_ledger" ? [...steps, {
    name: "later", sql: "alter table account add column note text not null default 'none'; update account set note = tenant || ' ' || limit_amount",
  }] : steps] as const),
  ["fabric_later", [{ name: "later", sql: "create table thing (id int primary key); insert into thing values (7)" }]],
])

/** Brings `on` to where a later version would have it. */
async function prepareLater(on: Store): Promise<void> {
  await prepare(on, secrets)
  for (const [schema, steps] of later) await on.migrate(schema, steps)
}

test("a backup of an older version is restored and brought up to date, rows and all", async () => {
  const fifth = await fresh("fifth")
  await prepareLater(fifth)
  const restored = await restoreBackup(fifth, file, { ...check(fifth, secrets), schemas: later })
  expect(restored.steps).toBe(2)
  expect(await fifth.query("select note from fabric_ledger.account where tenant = 'alpha'")).toEqual([{ note: "alpha 5000000000" }])
  expect(await fifth.query("select id from fabric_later.thing")).toEqual([{ id: 7 }])
  // All others are as they were.
  const [{ "fabric_ledger.account": _, ...was }, { "fabric_ledger.account": __, "fabric_later.thing": ___, ...is }] = [await contents(store), await contents(fifth)]
  expect(is).toEqual(was)
  // The store is of the later version now, and goes on as such.
  for (const [schema, steps] of later) expect(await fifth.migrate(schema, steps)).toBe(0)
  const ledger = await createLedger({ ...fifth, migrate: async () => 0 })
  await ledger.shutdown()
  await fifth.query("insert into fabric_ledger.account (tenant, period, limit_amount, period_start) values ('new', 'day', 1, now())")
})

test("a backup of the first version that there was is restored", async () => {
  const old = await fresh("old")
  for (const [schema, steps] of fabricSchemas) if (schema !== "fabric_alerts") await old.migrate(schema, steps.slice(0, schema === "fabric_ledger" ? 2 : 1))
  await openVault(old, secrets)
  await old.query(`insert into fabric_tenancy.tenant (id, path, title, is_suspended, billing, quotas, records_content, weight, created_by)
    values ('root', '{root}', 'root', false, 'postpaid', '[]', false, 1, 'server')`)
  await old.query("insert into fabric_ledger.alert (tenant, period, period_start, threshold, limit_amount, spent) values ('root', 'day', now(), 1, 5, 6)")
  await old.query("insert into fabric_tenancy.audit (actor, tenant_id, act, subject, facts) values ('cli', 'root', 'x', 'y', '{}')")
  await makeBackup(old, join(folder, "old.tar"), { now: new Date() })
  const seventh = await fresh("seventh")
  await prepare(seventh, secrets)
  const { steps } = await restoreBackup(seventh, join(folder, "old.tar"), check(seventh, secrets))
  expect(steps).toBe([...fabricSchemas.values()].flat().length - (fabricSchemas.size - 1) - 1)
  const parts = await openAdminParts(seventh, secrets)
  expect(await seventh.query("select spent, attempts, id is not null as named from fabric_ledger.alert")).toEqual([{ spent: "6", attempts: 0, named: true }])
  expect(await parts.configuration.retention(actor)).toEqual({ ledgerDays: null, auditDays: null })
  expect(await parts.webhooks.view(actor)).toBeNull()
})

test("a backup of a newer version, or of another line, is refused and changes nothing", async () => {
  const sixth = await fresh("sixth")
  await prepareLater(sixth)
  const newer = join(folder, "newer.tar")
  await makeBackup(sixth, newer, { now: new Date() })
  const eighth = await fresh("eighth")
  await prepare(eighth, secrets)
  const before = await contents(eighth)
  await expect(restoreBackup(eighth, newer)).rejects.toMatchObject({ code: "backup_newer" })
  await eighth.query("update daydream.migration set checksum = 'x' where schema = 'fabric_ledger' and number = 1")
  await expect(restoreBackup(eighth, file)).rejects.toMatchObject({ code: "backup_other_version" })
  expect(await contents(eighth)).toEqual(before)
})

test("no file is replaced, and none is left behind where making it failed", async () => {
  await expect(makeBackup(store, file, { now: new Date() })).rejects.toMatchObject({ code: "EEXIST" })
  const stop = AbortSignal.abort(new Error("stopped"))
  await expect(makeBackup(store, join(folder, "stopped.tar"), { now: new Date(), abortSignal: stop })).rejects.toThrow("stopped")
  expect(readdirSync(folder).filter((name) => name.includes(".part") || name.startsWith("stopped"))).toEqual([])
})
