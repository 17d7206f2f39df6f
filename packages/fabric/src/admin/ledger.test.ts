import { randomUUID } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { noTokens } from "../call/index.ts"
import { createLedger } from "../ledger/index.ts"
import type { Ledger } from "../ledger/index.ts"
import { silentLog } from "../observability/index.ts"
import { openSecrets } from "../secrets/index.ts"
import { createAuthenticator, ensureRoot } from "../tenancy/index.ts"
import type { Authenticator } from "../tenancy/index.ts"
import { createAdminApp, openAdminParts } from "./index.ts"
import type { AdminApp } from "./index.ts"

let folder: string
let store: Store
let authenticator: Authenticator
let ledger: Ledger
let app: AdminApp
let root: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-admin-ledger-"))
  chmodSync(folder, 0o755)
  store = await openStore({ folder: join(folder, "postgres") })
  const secrets = await openSecrets({ folder })
  root = (await ensureRoot(store, secrets)).adminSecret ?? ""
  authenticator = await createAuthenticator(store, secrets)
  const parts = await openAdminParts(store, secrets)
  ledger = await createLedger(store)
  app = createAdminApp(parts, {
    log: silentLog, now: Date.now,
    actorOf: async (secret) => {
      const { keyId, tenant, scopes } = await authenticator.authenticate(secret)
      return { id: keyId, tenantId: tenant.id, scopes }
    },
  })
})

afterAll(async () => {
  await ledger.shutdown()
  await authenticator.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

// Answers are read as what they are: JSON of any shape.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

async function ask(key: string, method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly json: Json }> {
  const response = await app.fetch(new Request(`http://localhost/admin/v1${path}`, {
    method, headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }))
  return { status: response.status, json: JSON.parse(await response.text()) as unknown }
}

async function make(id: string, more: object = {}, scopes = ["admin"]): Promise<string> {
  await ask(root, "POST", "/tenants", { id, ...more })
  return (await ask(root, "POST", `/tenants/${id}/keys`, { scopes })).json.secret as string
}

async function request(tenantPath: readonly string[]): Promise<string> {
  const [requestId, attemptId, tokens] = [randomUUID(), randomUUID(), { ...noTokens, input: 10, output: 5 }]
  await ledger.open({
    requestId, tenantPath, keyId: "k_1", api: "chat", model: "chat", mostCharge: 50n, quotas: [],
    attempt: { attemptId, pool: "cloud", targetModel: "m", mostCost: 9n },
  })
  await ledger.close({
    requestId, outcome: "completed", charge: 50n, tokens, quotaUsed: {},
    attempt: { attemptId, outcome: "completed", tokens, cost: 9n, totalMs: 3, upstreamId: "u_1", answeredModel: "m-1" },
  })
  return requestId
}

test("a tenant reads its own entries and those below, without what they cost the operator", async () => {
  const [above, other] = [await make("above"), await make("other")]
  const below = await make("below", { parentId: "above" }, ["usage"])
  const [first, second] = [await request(["above", "root"]), await request(["below", "above", "root"])]
  const ids = async (key: string, query = "") => (await ask(key, "GET", `/ledger${query}`)).json.entries.map((one: Json) => one.requestId)
  expect([await ids(root), await ids(above), await ids(below), await ids(other)]).toEqual([[second, first], [second, first], [second], []])
  expect(await ids(above, "?below=false")).toEqual([first])
  expect((await ask(below, "GET", "/ledger?tenant=above")).status).toBe(404)
  expect((await ask(other, "GET", `/ledger/${first}`)).json.error.code).toBe("no_such_entry")
  expect((await ask(above, "GET", "/ledger?pool=cloud")).status).toBe(403)
  expect((await ask(root, "GET", "/ledger?pool=cloud")).json.entries).toHaveLength(2)
  const { json } = await ask(above, "GET", `/ledger/${second}`)
  expect(json).toMatchObject({
    entry: { tenant: "below", status: "completed", charge: "50", pool: null, cost: null, attempts: 1 },
    attemptEntries: [{ answeredModel: "m-1", pool: null, targetModel: null, upstreamId: null, cost: null, reserved: null }],
  })
  expect((await ask(root, "GET", `/ledger/${second}`)).json).toMatchObject({
    entry: { pool: "cloud", cost: "9" }, attemptEntries: [{ pool: "cloud", targetModel: "m", upstreamId: "u_1", cost: "9" }],
  })
})

test("pages follow one another, and a place that no page gave is refused", async () => {
  await make("paged")
  for (let i = 0; i < 5; i++) await request(["paged", "root"])
  const one = await ask(root, "GET", "/ledger?tenant=paged&limit=3")
  const two = await ask(root, "GET", `/ledger?tenant=paged&limit=3&after=${one.json.next}`)
  expect([one.json.entries.length, two.json.entries.length, two.json.next]).toEqual([3, 2, null])
  for (const after of ["x", Buffer.from("1 2").toString("base64url"), "%27--"])
    expect((await ask(root, "GET", `/ledger?after=${after}`)).json.error.code).toBe("bad_admin_request")
  expect((await ask(root, "GET", "/ledger/nothing")).status).toBe(404)
})

test("an adjustment is made by those above, once, with a reason, and stands in the audit log", async () => {
  const own = await make("adjusted")
  const usage = await make("reader", {}, ["usage"])
  const requestId = await request(["adjusted", "root"])
  const path = `/ledger/${requestId}/adjustments`
  const id = randomUUID()
  expect((await ask(own, "POST", path, { charge: "-10", reason: "please" })).status).toBe(403)
  expect((await ask(usage, "POST", path, { charge: "-10", reason: "please" })).json.error.code).toBe("admin_scope_missing")
  for (const body of [{ charge: "-10" }, { reason: "x" }, { charge: "0", reason: "x" }, { charge: "-10", reason: " " }])
    expect((await ask(root, "POST", path, body)).status).toBe(400)
  for (let i = 0; i < 2; i++) {
    const { json } = await ask(root, "POST", path, { charge: "-10", reason: "cut short", id })
    expect(json).toMatchObject({ entry: { charge: "50", adjusted: "-10" }, adjustments: [{ id, charge: "-10", reason: "cut short" }] })
  }
  expect((await ask(root, "POST", path, { charge: "-41", reason: "too much" })).json.error).toMatchObject({ code: "adjustment_below_zero" })
  expect((await ask(root, "POST", path, { charge: "7", reason: "more" })).json.entry.adjusted).toBe("-3")
  const { json: { entries } } = await ask(root, "GET", "/audit?tenant=adjusted")
  expect(entries.filter((one: Json) => one.act === "ledger.adjust")).toMatchObject([
    { subject: requestId, facts: { charge: "7", reason: "more" } }, { subject: requestId, facts: { id, charge: "-10", reason: "cut short" } },
  ])
  expect((await ask(root, "GET", "/tenants/adjusted/usage")).json.rows[0].charge).toBe("47")
})

test("a reseller adjusts the charge of its tenants, never their cost", async () => {
  const reseller = await make("seller")
  await make("shop", { parentId: "seller" })
  const requestId = await request(["shop", "seller", "root"])
  expect((await ask(reseller, "POST", `/ledger/${requestId}/adjustments`, { cost: "-1", reason: "x" })).status).toBe(403)
  expect((await ask(reseller, "POST", `/ledger/${requestId}/adjustments`, { charge: "-1", reason: "x" })).json.entry).toMatchObject({ adjusted: "-1", cost: null })
})

test("the health of pools is for administrators of root, and says that nothing serves where nothing does", async () => {
  const { json } = await ask(root, "GET", "/health")
  expect(json).toEqual({ isServing: false, pools: [], targets: [] })
})
