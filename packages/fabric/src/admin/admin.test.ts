import { createServer } from "node:http"
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { silentLog } from "../observability/index.ts"
import { openSecrets } from "../secrets/index.ts"
import { createAuthenticator, ensureRoot } from "../tenancy/index.ts"
import type { Authenticator } from "../tenancy/index.ts"
import { adminDocument, createAdmin, createAdminApp, openAdminParts } from "./index.ts"
import type { AdminApp } from "./index.ts"

let folder: string
let store: Store
let authenticator: Authenticator
let app: AdminApp
let root: string

const nano = (units: number) => `${units}000000000`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "daydream-admin-"))
  chmodSync(folder, 0o755)
  store = await openStore({ folder: join(folder, "postgres") })
  const secrets = await openSecrets({ folder })
  root = (await ensureRoot(store, secrets)).adminSecret ?? ""
  authenticator = await createAuthenticator(store, secrets)
  app = createAdminApp(await openAdminParts(store, secrets), {
    log: silentLog, now: Date.now,
    actorOf: async (secret) => {
      const { keyId, tenant, scopes } = await authenticator.authenticate(secret)
      return { id: keyId, tenantId: tenant.id, scopes }
    },
  })
})

afterAll(async () => {
  await authenticator.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

// Answers are read as what they are: JSON of any shape.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

async function ask(
  key: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly json: Json }> {
  const response = await app.fetch(new Request(`http://localhost/admin/v1${path}`, {
    method, headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  }))
  const text = await response.text()
  return { status: response.status, json: text === "" ? undefined : (JSON.parse(text) as unknown) }
}

const make = async (id: string, by = root, more: object = {}) => {
  expect((await ask(by, "POST", "/tenants", { id, ...more })).status).toBe(201)
  const made = await ask(by, "POST", `/tenants/${id}/keys`, { scopes: ["admin", "inference"] })
  expect(made.status).toBe(201)
  return made.json.secret as string
}

test("the committed document is what the code says", () => {
  const path = join(import.meta.dirname, "../../../../docs/reference/admin.openapi.json")
  // Written by `npm run docs:cli`.
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(adminDocument(), undefined, 2)}\n`)
})

test("a tenant is added, shown, changed and suspended", async () => {
  const added = await ask(root, "POST", "/tenants", { id: "acme", title: "Acme", quotas: ["100k-tokens/min", "20-concurrent"] })
  expect(added.json).toMatchObject({ id: "acme", parentId: "root", quotas: ["100k-tokens/min", "20-concurrent"], billing: "postpaid" })
  expect((await ask(root, "PATCH", "/tenants/acme", { isSuspended: true })).json.isSuspended).toBe(true)
  expect((await ask(root, "PATCH", "/tenants/acme", { isSuspended: false, models: ["chat*"] })).json.models).toEqual(["chat*"])
  expect((await ask(root, "GET", "/tenants/acme")).json.models).toEqual(["chat*"])
  expect((await ask(root, "GET", "/tenants")).json.tenants.map((one: Json) => one.id)).toEqual(["root", "acme"])
})

test("a key's secret is shown once, rotates, and is revoked", async () => {
  await make("keys")
  const { json: { key, secret } } = await ask(root, "POST", "/tenants/keys/keys", { title: "first", quotas: ["5-requests/min"] })
  expect(secret).toContain(key.id)
  const listed = await ask(root, "GET", "/tenants/keys/keys")
  expect(JSON.stringify(listed.json)).not.toContain(secret)
  expect(listed.json.keys.find((one: Json) => one.id === key.id).quotas).toEqual(["5-requests/min"])
  const rotated = await ask(root, "POST", `/keys/${key.id}/rotate`, { overlapSeconds: 0 })
  expect(rotated.json.secret).not.toBe(secret)
  expect((await ask(root, "DELETE", `/keys/${key.id}`)).status).toBe(204)
  await expect.poll(async () => (await ask(rotated.json.secret, "GET", "/tenants")).status, { timeout: 20_000 }).toBe(401)
})

test("a tenant's admin key neither sees nor touches others, nor the operator's configuration", async () => {
  const [one, other] = [await make("one"), await make("other")]
  const { json: { keys } } = await ask(root, "GET", "/tenants/other/keys")
  expect((await ask(one, "GET", "/tenants")).json.tenants.map((tenant: Json) => tenant.id)).toEqual(["one"])
  for (const [method, path, body] of [
    ["GET", "/tenants/other"], ["PATCH", "/tenants/other", { title: "x" }], ["GET", "/tenants/other/keys"],
    ["POST", "/tenants/other/keys", {}], ["DELETE", `/keys/${keys[0].id}`], ["POST", `/keys/${keys[0].id}/rotate`, {}],
    ["GET", "/tenants/other/usage"], ["GET", "/tenants/root/usage"], ["GET", "/tenants/other/budgets"],
    ["PUT", "/tenants/other/budgets/month", { limit: "1" }], ["DELETE", "/tenants/other/budgets/month"],
    ["GET", "/tenants/other/credit"], ["GET", "/tenants/other/alerts"], ["POST", "/tenants/other/credit", { amount: "1", id: "x" }], ["GET", "/audit?tenant=other"],
  ] as const) expect([path, (await ask(one, method, path, body)).status]).toEqual([path, 404])
  for (const [method, path, body] of [
    ["GET", "/pools"], ["PUT", "/pools/p", { kind: "embedded", models: ["m"] }], ["GET", "/routes"], ["GET", "/prices"], ["GET", "/networks"], ["GET", "/retention"], ["PUT", "/retention", { ledgerDays: 1, auditDays: 1 }], ["GET", "/alert-webhook"],
    ["PUT", "/alert-webhook", { address: "https://example.com/x" }], ["DELETE", "/alert-webhook"], ["POST", "/alert-webhook/test", {}],
    ["PUT", "/networks", { networks: ["0.0.0.0/0"] }], ["GET", "/credentials"], ["PUT", "/credentials/c", { secret: "s" }], ["GET", "/health"],
    ["GET", "/configuration"], ["POST", "/configuration/apply", { file: "currency: EUR" }], ["POST", "/master-key/rotate", {}],
    ["PATCH", "/tenants/one", { quotas: [] }], ["PUT", "/tenants/one/budgets/month", { limit: "1" }],
    ["POST", "/tenants/one/credit", { amount: nano(1), id: "gift" }], ["GET", "/usage?groupBy=pool"],
  ] as const) expect([path, (await ask(one, method, path, body)).status]).toEqual([path, 403])
  expect((await ask(other, "GET", "/tenants/other")).status).toBe(200)
})

test("nobody gives a key more than they have", async () => {
  const narrow = await make("narrow", root, { models: ["chat"], quotas: ["10-requests/min"] })
  for (const body of [{ scopes: ["usage"] }, { models: ["*"] }, { quotas: ["100-requests/min"] }])
    expect((await ask(narrow, "POST", "/tenants/narrow/keys", body)).json.error.code).toBe("more_than_creator")
  expect((await ask(narrow, "POST", "/tenants", { id: "below", models: ["*"] })).json.error.code).toBe("more_than_creator")
})

test("a key without the scope admin administers nothing; with usage it reads its usage", async () => {
  await make("plain")
  const { json: { secret: inference } } = await ask(root, "POST", "/tenants/plain/keys", {})
  expect((await ask(inference, "GET", "/tenants")).json.error.code).toBe("admin_scope_missing")
  expect((await ask(inference, "GET", "/usage")).status).toBe(403)
  const { json: { secret: usage } } = await ask(root, "POST", "/tenants/plain/keys", { scopes: ["usage"] })
  const { json } = await ask(usage, "GET", "/usage?since=1d&groupBy=model,day")
  expect(json).toMatchObject({ tenant: "plain", currency: "USD", rows: [] })
  expect((await ask(usage, "GET", "/tenants")).status).toBe(403)
  expect((await ask("dd-aaaaaaaaaaaaaaaa-nonsense", "GET", "/tenants")).status).toBe(401)
})

test("budgets and credit are set from above, in exact amounts, and stand in the audit log", async () => {
  await make("rich", root, { billing: "prepaid" })
  const set = await ask(root, "PUT", "/tenants/rich/budgets/month", { limit: nano(50), alertsAt: [0.8] })
  expect(set.json.budgets).toMatchObject([{ period: "month", limit: nano(50), spent: "0", alertsAt: [0.8] }])
  expect((await ask(root, "POST", "/tenants/rich/credit", { amount: nano(20), id: "p1", note: "invoice 7" })).json.balance).toBe(nano(20))
  expect((await ask(root, "POST", "/tenants/rich/credit", { amount: nano(20), id: "p1" })).json.balance).toBe(nano(20))
  expect((await ask(root, "GET", "/tenants/rich/credit")).json).toEqual({ currency: "USD", balance: nano(20) })
  const [account] = await store.query("select is_active from fabric_ledger.account where tenant = 'rich' and period = 'credit'")
  expect(account).toEqual({ is_active: true })
  expect((await ask(root, "DELETE", "/tenants/rich/budgets/month")).status).toBe(204)
  const acts = (await ask(root, "GET", "/audit?tenant=rich&since=1h")).json.entries.map((entry: Json) => entry.act)
  expect(acts).toEqual(["budget.remove", "credit.add", "credit.add", "budget.set", "key.create", "tenant.create"])
})

test("thresholds that were passed are told to the tenant and to those above it", async () => {
  const key = await make("spender")
  await store.query(`insert into fabric_ledger.alert (tenant, period, period_start, threshold, limit_amount, spent)
    values ('spender', 'month', '2026-11-01', 0.8, 5000, 4100), ('spender', 'total', '-infinity', 1, 9, 9)`)
  for (const [by, tenant] of [[key, "spender"], [root, "root"]] as const) {
    const { json } = await ask(by, "GET", `/tenants/${tenant}/alerts`)
    expect(json.alerts).toContainEqual({
      id: expect.any(String), delivery: by === root ? { attempts: 0, deliveredAt: null, givenUpAt: null, problem: null } : null,
      tenant: "spender", period: "month", periodStart: "2026-11-01T00:00:00.000Z", threshold: 0.8, limit: "5000", spent: "4100", at: expect.any(String),
    })
    expect(json.alerts.find((one: Json) => one.period === "total").periodStart).toBeNull()
  }
})

test("a refused act leaves no entry in the audit log", async () => {
  await make("quiet")
  expect((await ask(root, "PUT", "/tenants/quiet/budgets/month", { limit: "-5" })).json.error.code).toBe("bad_budget")
  const acts = (await ask(root, "GET", "/audit?tenant=quiet")).json.entries.map((entry: Json) => entry.act)
  expect(acts).not.toContain("budget.set")
})

test("pools, routes, prices, networks and credentials are set, listed and removed", async () => {
  expect((await ask(root, "PUT", "/networks", { networks: ["10.0.0.0/8"] })).json.networks).toEqual(["10.0.0.0/8"])
  expect((await ask(root, "PUT", "/credentials/vendor", { secret: "sk-very-secret" })).status).toBe(204)
  const pool = await ask(root, "PUT", "/pools/gpu", { kind: "openai", addresses: ["http://10.0.0.5:8000/v1"], models: ["m/1"], credential: "vendor" })
  expect(pool.json).toMatchObject({ name: "gpu", concurrency: 16, credential: "vendor" })
  const route = await ask(root, "PUT", `/routes/${encodeURIComponent("team/chat")}`, { targets: [{ pool: "gpu", model: "m/1" }] })
  expect(route.json).toMatchObject({ name: "team/chat", strategy: "single", targets: [{ pool: "gpu", model: "m/1", weight: 1 }] })
  const price = { side: "charge", subject: "team/chat", validFrom: "2026-01-01T00:00:00.000Z", perMillion: { input: "500000000", output: "1" } }
  expect((await ask(root, "PUT", "/prices", price)).json).toEqual(price)
  expect((await ask(root, "GET", "/prices")).json.prices).toEqual([price])
  const all = JSON.stringify([(await ask(root, "GET", "/credentials")).json, (await ask(root, "GET", "/configuration")).json, (await ask(root, "GET", "/audit")).json])
  expect(all).toContain("vendor")
  expect(all).not.toContain("very-secret")
  expect((await ask(root, "DELETE", "/pools/gpu")).json.error.code).toBe("pool_in_use")
  expect((await ask(root, "DELETE", `/routes/${encodeURIComponent("team/chat")}`)).status).toBe(204)
  expect((await ask(root, "DELETE", "/pools/gpu")).status).toBe(204)
  expect((await ask(root, "DELETE", "/credentials/vendor")).status).toBe(204)
  expect((await ask(root, "DELETE", "/prices?side=charge&subject=team%2Fchat&validFrom=2026-01-01T00:00:00.000Z")).status).toBe(204)
})

test("an address that would never be called is refused when it is set, alone or in a file", async () => {
  const set = (address: string) => ask(root, "PUT", "/pools/inner", { kind: "openai", addresses: [address], models: ["m"] })
  for (const address of ["http://169.254.169.254/v1", "http://127.0.0.1:80/v1", "http://[::ffff:127.0.0.1]/v1", "http://2130706433/v1", "http://192.168.0.1/v1"])
    expect([address, (await set(address)).json.error.code]).toEqual([address, "upstream_address_refused"])
  const file = "pools: { inner: { kind: openai, addresses: [\"http://192.168.0.1/v1\"], models: [m] } }\n"
  expect((await ask(root, "POST", "/configuration/apply", { file, dryRun: true })).json.error.code).toBe("upstream_address_refused")
  const opened = await ask(root, "POST", "/configuration/apply", { file: `${file}networks: [10.0.0.0/8, 192.168.0.0/16]\n`, dryRun: true })
  expect(opened.json.changes).toHaveLength(2)
})

test("a file is shown as a difference, applied once, and reads no variable of the server", async () => {
  const file = "tenants:\n  filed: { title: Filed, budgets: [{ period: month, limit: 5 }] }\ncredentials: { vendor: { secretFrom: \"env:VENDOR\" } }\n"
  process.env["VENDOR"] = "of-the-server"
  expect((await ask(root, "POST", "/configuration/apply", { file })).json.error.code).toBe("credential_variable_missing")
  delete process.env["VENDOR"]
  const body = { file, variables: { VENDOR: "s3cret" } }
  const dry = await ask(root, "POST", "/configuration/apply", { ...body, dryRun: true })
  expect(dry.json.changes.map((change: Json) => change.text)).toEqual(["+ credential vendor", "+ tenant filed", "+ budget filed/month"])
  expect((await ask(root, "GET", "/tenants/filed")).status).toBe(404)
  expect((await ask(root, "POST", "/configuration/apply", body)).json.changes).toHaveLength(3)
  expect((await ask(root, "POST", "/configuration/apply", body)).json.changes).toEqual([])
})

test("the master key rotates while secrets stay readable", async () => {
  expect((await ask(root, "PUT", "/credentials/kept", { secret: "s" })).status).toBe(204)
  expect((await ask(root, "POST", "/master-key/rotate", {})).json.version).toBe(2)
  expect((await ask(root, "GET", "/tenants")).status).toBe(200)
})

test("errors are in one shape, and in the language that is asked for", async () => {
  const en = await ask(root, "GET", "/tenants/nobody")
  expect(en.json).toEqual({ error: { code: "no_such_tenant", message: expect.stringContaining("nobody"), hint: expect.any(String) } })
  const zh = await ask(root, "GET", "/tenants/nobody", undefined, { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" })
  expect(zh.json.error.message).toMatch(/没有租户“nobody”/)
  expect((await ask(root, "GET", "/nothing")).json.error.code).toBe("no_such_endpoint")
})

test("what is not known, not JSON, too long or too deep is refused, never a mistake of ours", async () => {
  const refused = async (body: unknown, headers?: Record<string, string>) => (await ask(root, "POST", "/tenants", body, headers)).status
  expect(await refused({ id: "x1", colour: "red" })).toBe(400)
  expect(await refused({ id: "x1", weight: "1" })).toBe(400)
  expect(await refused({ id: "X1" })).toBe(400)
  expect(await refused("{")).toBe(400)
  expect(await refused({ id: "x1" }, { "content-type": "text/plain" })).toBe(400)
  expect(await refused(`{"id":"x1","title":"${"a".repeat(5_000_000)}"}`)).toBe(413)
  expect(await refused(`${"[".repeat(200_000)}${"]".repeat(200_000)}`)).toBe(400)
  expect((await ask(root, "POST", "/configuration/apply", { file: `a: ${"[".repeat(20_000)}` })).status).toBe(400)
  for (const path of ["/usage?since=ever", "/usage?groupBy=secret", "/audit?limit=0", "/usage?since=1d&since=2d", "/tenants?x=1"])
    expect([path, (await ask(root, "GET", path)).status]).toEqual([path, 400])
  expect((await ask(root, "GET", "/tenants/%00")).status).toBe(404)
  expect((await ask(root, "PUT", "/pools/%E0%A4%A", { kind: "embedded", models: ["m"] })).status).toBe(400)
})

test("behind node:http only its own paths are touched, and a proxied connection is not local", async () => {
  const seen: boolean[] = []
  const admin = createAdmin(await openAdminParts(store, await openSecrets({ folder })), {
    log: silentLog, now: Date.now,
    actorOf: async (_secret, { isLocal }) => {
      seen.push(isLocal)
      return { id: "cli", tenantId: "root", scopes: new Set(["admin"] as const) }
    },
  })
  const server = createServer((request, response) => {
    void (async () => {
      if (!await admin(request, response)) response.writeHead(418).end()
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${base}${path}`, { headers: { authorization: "Bearer x", ...headers } })).status
  expect([await get("/v1/models"), await get("/administration"), await get("/admin/v1/tenants"), await get("/admin/v1/openapi.json")])
    .toEqual([418, 418, 200, 200])
  expect(await get("/admin/v1/tenants", { "x-forwarded-for": "203.0.113.9" })).toBe(200)
  expect(seen).toEqual([true, false])
  const send = async (method: string, path: string, body?: string | ReadableStream) => (await fetch(`${base}/admin/v1${path}`, {
    method, headers: { "authorization": "Bearer x", "content-type": "application/json" }, ...(body === undefined ? {} : { body, duplex: "half" }),
  })).status
  expect(await send("POST", "/tenants", JSON.stringify({ id: "wired" }))).toBe(201)
  expect(await send("PATCH", "/tenants/wired", JSON.stringify({ title: "Wired" }))).toBe(200)
  expect(await send("PUT", "/tenants/wired/budgets/day", JSON.stringify({ limit: "1" }))).toBe(200)
  expect(await send("DELETE", "/tenants/wired/budgets/day")).toBe(204)
  expect(await send("DELETE", "/tenants/wired/budgets/day", "a body that nobody asked for")).toBe(204)
  expect(await send("DELETE", "/keys/none")).toBe(404)
  expect(await send("POST", "/tenants", "a".repeat(5_000_000))).toBe(413)
  const pieces = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.alloc(100_000, 32)),
  })
  expect(await send("POST", "/tenants", pieces).catch(() => 413)).toBe(413)
  server.closeAllConnections()
  server.close()
})
