import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { createBudgetAdministration } from "../ledger/index.ts"
import { openSecrets } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { createAuthenticator, createTenancy, ensureRoot, machineActor } from "../tenancy/index.ts"
import type { Tenancy } from "../tenancy/index.ts"
import { applyConfiguration, createConfiguration, exportConfiguration, formatChange, openConfigurationSource } from "./index.ts"
import type { ApplyOptions, Configuration } from "./index.ts"

let base: string
let store: Store
let secrets: Secrets
let tenancy: Tenancy
let configuration: Configuration
const cli = machineActor("cli")

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-apply-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
  secrets = await openSecrets({ masterKey: `1:${Buffer.alloc(32, 3).toString("base64")}` })
  tenancy = await createTenancy(store, secrets)
  configuration = await createConfiguration(store, secrets)
  await createBudgetAdministration(store).budgets("root")
})
beforeEach(async () => {
  await store.query(`truncate fabric_tenancy.tenant, fabric_tenancy.api_key, fabric_tenancy.audit, fabric_tenancy.key_secret,
    fabric_configuration.pool, fabric_configuration.route, fabric_configuration.price, fabric_configuration.credential,
    fabric_ledger.account cascade;
    update fabric_configuration.version set currency = 'USD', allowed_networks = '[]';
    delete from fabric_secrets.sealed where name <> 'pepper'`)
  await ensureRoot(store, secrets)
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const environment = { CLOUD_KEY: "sk-cloud-secret\n" }
const apply = (text: string, more: Partial<ApplyOptions> = {}) =>
  applyConfiguration(store, secrets, { text, environment, budgets: createBudgetAdministration, ...more })
const lines = async (text: string, more: Partial<ApplyOptions> = {}) => (await apply(text, more)).changes.map(formatChange)
const failure = async (text: string, more: Partial<ApplyOptions> = {}) => {
  try {
    await apply(text, more)
  } catch (error) {
    if (isDaydreamError(error)) return error
    throw error
  }
  return undefined
}
const exported = () => exportConfiguration(store, secrets, { budgets: createBudgetAdministration(store) })

const whole = `
version: 1
currency: CNY
networks: [10.0.0.0/8]
credentials:
  cloud: { secretFrom: "env:CLOUD_KEY" }
pools:
  gpu: { kind: openai, addresses: ["http://10.0.0.5:8000/v1"], models: [qwen, org/llama], concurrency: 8 }
  cloud: { kind: anthropic, addresses: ["https://api.example.com"], models: [claude], credential: cloud, accelerator: { name: A, count: 8, watts: 400 } }
routes:
  chat: { targets: [gpu/qwen, cloud/claude], timeouts: { stallMs: 10000 } }
  mixed: { strategy: weighted, targets: [{ target: gpu/qwen, weight: 3 }, gpu/org/llama] }
prices:
  - { side: charge, subject: chat, validFrom: 2026-01-01, input: "1.50", output: 6, perRequest: "0.001" }
  - { side: cost, subject: gpu/*, input: 0.2 }
tenants:
  acme: { parent: reseller, title: Acme, quotas: [10k-tokens/min], models: [chat, "gpt-*"],
    budgets: [{ period: month, limit: "1,000.50", alertsAt: [1, 0.5] }],
    keys: [{ title: production, scopes: [inference, usage], quotas: [5-concurrent@chat], expiresAt: 2099-01-01 }, { title: batch, requestClass: batch }] }
  reseller: { quotas: [100k-tokens/min, 20-concurrent], weight: 2, billing: prepaid }
`

test("a whole file is applied, its keys work, and a second time nothing changes", async () => {
  const first = await apply(whole)
  expect(first.changes.map(formatChange)).toEqual([
    "~ currency: USD -> CNY", "~ networks: [] -> [10.0.0.0/8]", "+ credential cloud", "+ pool gpu", "+ pool cloud",
    "+ route chat", "+ route mixed", "+ price charge chat 2026-01-01", "+ price cost gpu/* 1970-01-01",
    "+ tenant reseller", "+ tenant acme", "+ key acme/production", "+ key acme/batch", "+ budget acme/month",
  ])
  expect(first.keys.map(({ key }) => [key.tenantId, key.title, key.createdBy])).toEqual(
    [["acme", "production", "file"], ["acme", "batch", "file"]])
  const authenticator = await createAuthenticator(store, secrets)
  const principal = await authenticator.authenticate(first.keys[0]?.secret ?? "")
  expect(principal.tenantPath).toEqual(["acme", "reseller", "root"])
  expect(principal.quotas.map((rule) => rule.bucket.replace(principal.keyId, "K"))).toEqual(
    ["key:K:model:chat:concurrency", "tenant:acme:tokens:60s", "tenant:reseller:tokens:60s", "tenant:reseller:concurrency"])
  await authenticator.close()
  const source = await openConfigurationSource(store, secrets)
  expect(await source.secretOf("cloud")).toBe("sk-cloud-secret")
  expect(source.current.routes.get("mixed")?.targets.map((target) => target.weight)).toEqual([3, 1])
  await source.close()
  expect(await createBudgetAdministration(store).budgets("acme")).toMatchObject([{ limit: 1_000_500_000_000n, alertsAt: [0.5, 1] }])
  expect(await store.query("select is_active from fabric_ledger.account where period = 'credit' and tenant in ('acme', 'reseller')"))
    .toEqual([{ is_active: true }, { is_active: true }])

  const before = await tenancy.audit(cli, { limit: 1_000 })
  expect(await apply(whole)).toEqual({ changes: [], keys: [] })
  expect(await apply(whole, { prune: true })).toEqual({ changes: [], keys: [] })
  expect(await tenancy.audit(cli, { limit: 1_000 })).toEqual(before)
})

test("changed fields are told one by one and carried out", async () => {
  await apply(whole)
  const changed = whole.replace("concurrency: 8 }", "concurrency: 16 }").replace("input: \"1.50\"", "input: \"1.75\"")
    .replace("quotas: [10k-tokens/min]", "quotas: [20k-tokens/min]").replace("limit: \"1,000.50\"", "limit: 2000")
    .replace("[inference, usage]", "[inference]").replace("gpu/qwen, cloud/claude]", "cloud/claude]")
  expect(await lines(changed)).toEqual([
    "~ pool gpu: concurrency 8 -> 16",
    "~ route chat: strategy fallback -> single, targets [gpu/qwen, cloud/claude] -> [cloud/claude]",
    "~ price charge chat 2026-01-01: perMillion {input 1.50, output 6.00} -> {input 1.75, output 6.00}",
    "~ tenant acme: quotas [10k-tokens/min] -> [20k-tokens/min]",
    "~ key acme/production: scopes [inference, usage] -> [inference]",
    "~ budget acme/month: limit 1000.50 -> 2000.00",
  ])
  expect(await lines(changed)).toEqual([])
})

test("a pool may change its models together with the routes that lead to them", async () => {
  await apply(whole)
  const changed = whole.replace("models: [qwen, org/llama]", "models: [qwen2]").replaceAll("gpu/qwen", "gpu/qwen2").replace(", gpu/org/llama", "")
  await apply(changed)
  expect((await configuration.pools(cli)).find((pool) => pool.name === "gpu")?.models).toEqual(["qwen2"])
  expect(await lines(changed)).toEqual([])
})

test("nothing is removed unless pruning is asked for; then only what a file may take away", async () => {
  await apply(whole)
  await tenancy.addTenant(cli, { id: "by-hand" })
  await tenancy.addTenant(cli, { id: "customer", parentId: "reseller" })
  const byHand = await tenancy.createKey(cli, { tenantId: "acme", title: "by hand" })
  const small = `
pools: { gpu: { kind: openai, addresses: ["http://10.0.0.5:8000/v1"], models: [qwen, org/llama], concurrency: 8 } }
credentials: {}
routes: { mixed: { strategy: weighted, targets: [{ target: gpu/qwen, weight: 3 }, gpu/org/llama] } }
prices: []
tenants: { acme: { budgets: [], keys: [{ title: batch }] } }`
  expect(await lines(small)).toEqual([])
  const pruned = ["- price charge chat 2026-01-01", "- price cost gpu/* 1970-01-01", "- route chat", "- pool cloud", "- credential cloud",
    "- key acme/production", "- tenant reseller (suspended)", "- budget acme/month"]
  expect(await lines(small, { prune: true, dryRun: true })).toEqual(pruned)
  expect(await lines(`prune: true\n${small}`)).toEqual(pruned)
  expect(await lines(small, { prune: true })).toEqual([])
  expect((await tenancy.tenants(cli)).filter((tenant) => tenant.isSuspended).map((tenant) => tenant.id)).toEqual(["reseller"])
  const left = (await tenancy.keys(cli, "acme")).filter((key) => key.revokedAt === null)
  expect(left.map((key) => key.title)).toEqual(["batch", "by hand"])
  expect(left[1]?.id).toBe(byHand.key.id)
  expect((await tenancy.keys(cli, "root")).every((key) => key.revokedAt === null)).toBe(true)
})

test("it is all or nothing: a late fault leaves no trace, and so does a dry run", async () => {
  await apply(whole)
  const before = [await exported(), await tenancy.audit(cli, { limit: 1_000 })]
  const late = whole.replace("concurrency: 8 }", "concurrency: 9 }").replace("limit: \"1,000.50\"", "limit: 77")
    .replace("models: [chat, \"gpt-*\"]", "models: [chat]").replace("  reseller:", "  zeta: { parent: nobody }\n  reseller:")
  expect((await failure(late))?.code).toBe("no_such_tenant")
  const fine = whole.replace("concurrency: 8 }", "concurrency: 9 }").replace("limit: \"1,000.50\"", "limit: 77")
    .replace("{ title: batch,", "{ title: new },  { title: batch,")
  const dry = await apply(fine, { dryRun: true })
  expect(dry.changes.map(formatChange)).toEqual(
    ["~ pool gpu: concurrency 8 -> 9", "+ key acme/new", "~ budget acme/month: limit 1000.50 -> 77.00"])
  expect(dry.keys).toEqual([])
  expect([await exported(), await tenancy.audit(cli, { limit: 1_000 })]).toEqual(before)
})

test("what is exported has no secret, and applying it changes nothing here and makes the same elsewhere", async () => {
  const { keys } = await apply(whole)
  const text = await exported()
  for (const secret of ["sk-cloud", ...keys.map((one) => one.secret.slice(-43))]) expect(text).not.toContain(secret)
  expect(await lines(text, { prune: true })).toEqual([])
  await store.query(`truncate fabric_tenancy.tenant, fabric_configuration.pool, fabric_configuration.route,
    fabric_configuration.price, fabric_ledger.account cascade`)
  await ensureRoot(store, secrets)
  await apply(text)
  expect(await exported()).toBe(text)
})

test("a credential's new secret is told without saying it; one that is not to be had is missed by name", async () => {
  await apply(whole)
  expect(await lines(whole, { environment: { CLOUD_KEY: "sk-other" } })).toEqual(["~ credential cloud: secret ••• -> •••"])
  expect(await lines(whole, { environment: { CLOUD_KEY: "sk-other" } })).toEqual([])
  const missing = await failure(whole, { environment: {} })
  expect(missing).toMatchObject({ code: "credential_variable_missing", facts: { credential: "cloud", variable: "CLOUD_KEY" } })
  expect(await lines(whole.replace("{ secretFrom: \"env:CLOUD_KEY\" }", "{}"), { environment: {} })).toEqual([])
  expect((await failure("credentials: { other: {} }"))?.code).toBe("no_such_credential")
})

test("a mistake in the file is told with its place, in both languages", async () => {
  const wrong: readonly (readonly [text: string, code: string, place: string])[] = [
    ["pools: [", "configuration_not_yaml", "line 1"],
    ["pools: {}\npools: {}", "configuration_not_yaml", "line 2"],
    ["pols: {}", "bad_configuration", "pols"],
    ["version: 2", "bad_configuration", "version"],
    ["- a", "bad_configuration", ""],
    ["pools: { gpu: { kind: openai, addresses: [\"http://u:p@h/v1\"], models: [m] } }", "bad_configuration", "pools.gpu.addresses.0"],
    ["pools: { gpu: { kind: openai, addresses: [\"http://h/v1\"], models: [m], concurency: 1 } }", "bad_configuration", "concurency"],
    ["pools: { GPU: { kind: openai, addresses: [\"http://h/v1\"], models: [m] } }", "bad_configuration", "pools.GPU.name"],
    ["routes: { chat: { targets: [gpu] } }", "bad_configuration", "routes.chat.targets.0"],
    ["routes: { chat: { targets: [gpu/qwen] } }", "no_such_pool", "gpu"],
    ["prices: [{ side: charge, subject: chat, input: -1 }]", "bad_configuration", "prices.0.input"],
    ["prices: [{ side: charge, subject: chat, input: $1 }]", "bad_configuration", "prices.0.input"],
    ["prices: [{ side: charge, subject: chat, input: 99999999999 }]", "bad_configuration", "prices.0"],
    ["prices: [{ side: charge, subject: chat, input: 1, validFrom: 2026-02-31x }]", "bad_configuration", "prices.0.validFrom"],
    ["prices: [{ side: charge, subject: c, input: 1 }, { side: charge, subject: c, input: 2 }]", "bad_configuration", "prices"],
    ["tenants: { acme: { quotas: [5 tokens] } }", "bad_configuration", "tenants.acme.quotas.0"],
    ["tenants: { acme: { keys: [{ title: a }, { title: a }] } }", "bad_configuration", "tenants.acme.keys"],
    ["tenants: { acme: { secret: x } }", "bad_configuration", "secret"],
    ["tenants: { root: { parent: root } }", "bad_configuration", "root"],
    ["tenants: { a: { parent: b }, b: { parent: a } }", "no_such_tenant", ""],
    ["tenants: { acme: { budgets: [{ period: week, limit: 1 }] } }", "bad_configuration", "tenants.acme.budgets.0.period"],
    ["networks: [10.0.0.0]", "bad_configuration", "networks.0"],
    ["credentials: { c: { secretFrom: sk-secret } }", "bad_configuration", "credentials.c.secretFrom"],
    ["a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d]", "configuration_not_yaml", ""],
  ]
  for (const [text, code, place] of wrong) {
    const error = await failure(text)
    expect([text, error?.code]).toEqual([text, code])
    expect(error?.message).toContain(place)
    expect(JSON.stringify([error?.texts, error?.facts])).not.toContain("sk-secret")
    expect(describeError(error, "zh").message).toMatch(/[\u4e00-\u9fff]/)
  }
})

test("a tenant is not moved", async () => {
  await apply(whole)
  expect(await failure("tenants: { acme: { parent: root } }")).toMatchObject({ code: "tenant_parent_fixed", facts: { parent: "reseller" } })
})

test("two files that are applied at the same time are applied one after the other", async () => {
  const results = await Promise.all([apply(whole), apply(whole), apply(whole)])
  expect(results.map((one) => one.changes.length).toSorted((a, b) => a - b)).toEqual([0, 0, 14])
  expect((await tenancy.keys(cli, "acme"))).toHaveLength(2)
})

test("an expired key is not made again and again, and lives on where the file says so", async () => {
  const text = (day: string) => `tenants: { acme: { keys: [{ title: old, expiresAt: ${day} }] } }`
  expect((await apply(text("2020-01-01"))).keys).toHaveLength(1)
  expect(await lines(text("2020-01-01"))).toEqual([])
  expect(await lines(text("2099-01-01"))).toEqual(["~ key acme/old: expiresAt 2020-01-01T00:00:00.000Z -> 2099-01-01T00:00:00.000Z"])
  expect(await tenancy.keys(cli, "acme")).toHaveLength(1)
})

test("who is not an administrator of root applies nothing", async () => {
  await apply(whole)
  expect((await failure(whole.replace("concurrency: 8 }", "concurrency: 9 }"), { actor: { id: "cli", tenantId: "acme", scopes: cli.scopes } }))?.code).toBe("not_allowed")
})
