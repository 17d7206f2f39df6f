import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openSecrets, rotateMasterKey } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { createTenancy, ensureRoot, machineActor } from "../tenancy/index.ts"
import type { Actor } from "../tenancy/index.ts"
import { createConfiguration, openConfigurationSource, routeFor } from "./index.ts"
import type { Configuration, ConfigurationSource, ConfigurationSourceOptions, PoolInput } from "./index.ts"

let base: string
let store: Store
let secrets: Secrets
let configuration: Configuration
const cli = machineActor("cli")
const never = 3_600_000

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-configuration-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
  secrets = await openSecrets({ folder: join(base, "state"), masterKey: "" })
  configuration = await createConfiguration(store, secrets)
  await ensureRoot(store, secrets)
})
beforeEach(() => store.query(`truncate fabric_configuration.pool, fabric_configuration.route, fabric_configuration.price,
  fabric_configuration.credential, fabric_tenancy.audit cascade; delete from fabric_secrets.sealed where name <> 'pepper'`))
const opened: ConfigurationSource[] = []
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})
const open = async (options: ConfigurationSourceOptions = { pollMs: never }) => {
  const source = await openConfigurationSource(store, secrets, options)
  opened.push(source)
  return source
}

const failure = (work: Promise<unknown>) =>
  work.then(() => undefined, (error: unknown) => {
    if (isDaydreamError(error)) return error
    throw error
  })
const code = async (work: Promise<unknown>) => (await failure(work))?.code ?? "done"

const gpu: PoolInput = { name: "gpu", kind: "openai", addresses: ["http://10.0.0.5:8000/v1/"], models: ["qwen", "org/llama"] }

test("no pool is named function: function/name is an AI function", async () => {
  expect(await code(configuration.setPool(cli, { ...gpu, name: "function" }))).toBe("bad_configuration")
})

test("a pool and a route get what is meant where nothing is said, and reach every process by notice", async () => {
  const sources = [await open(), await open()]
  const seen: number[] = []
  sources[1]?.onChange((snapshot) => seen.push(snapshot.version))
  const pool = await configuration.setPool(cli, gpu)
  expect(pool).toMatchObject({ addresses: ["http://10.0.0.5:8000/v1"], credential: null, concurrency: 16, accelerator: null })
  const route = await configuration.setRoute(cli, { name: "chat", targets: [{ pool: "gpu", model: "qwen" }, { pool: "gpu", model: "org/llama", weight: 2 }] })
  expect(route).toMatchObject({ strategy: "fallback", mode: "stream", attempts: 3, continues: true, timeouts: { connectMs: 5_000 } })
  for (const source of sources) {
    await vi.waitFor(() => expect(source.current.routes.get("chat")).toEqual(route), 20_000)
    expect(source.current.pools.get("gpu")).toEqual(pool)
  }
  await vi.waitFor(() => expect(seen.at(-1)).toBe(sources[1]?.current.version), 20_000)
})

test("where notices are lost, the look finds the change", async () => {
  const source = await open({ listens: false, pollMs: 20 })
  await configuration.setAllowedNetworks(cli, ["10.0.0.0/8", "fd00::/8"])
  await vi.waitFor(() => expect(source.current.allowedNetworks).toEqual(["10.0.0.0/8", "fd00::/8"]), 20_000)
  await configuration.setAllowedNetworks(cli, [])
})

test("a model is served by the route of its name, else by the pool that it names and that has it", async () => {
  await configuration.setPool(cli, gpu)
  await configuration.setRoute(cli, { name: "gpu/qwen", targets: [{ pool: "gpu", model: "org/llama" }] })
  const { current } = await open()
  expect(routeFor(current, "gpu/qwen")?.targets).toEqual([{ pool: "gpu", model: "org/llama", weight: 1 }])
  expect(routeFor(current, "gpu/org/llama")).toMatchObject({ strategy: "single", targets: [{ pool: "gpu", model: "org/llama", weight: 1 }] })
  for (const model of ["gpu/other", "other/qwen", "qwen", "/qwen", "gpu/", "", "constructor", "__proto__/qwen"])
    expect(routeFor(current, model)).toBeNull()
})

test("setting what is set already changes nothing and is not written down", async () => {
  const set = async () => {
    await configuration.setCredential(cli, { name: "cloud", secret: "sk-1" })
    await configuration.setPool(cli, { ...gpu, credential: "cloud", accelerator: { name: "A", count: 2 } })
    await configuration.setRoute(cli, { name: "chat", targets: [{ pool: "gpu", model: "qwen" }], latencyTargetMs: 500, timeouts: { stallMs: 5 } })
    await configuration.setPrice(cli, { side: "charge", subject: "chat", validFrom: new Date("2026-01-01"),
      perMillion: { output: 2n, input: 1n }, perRequest: 0n })
  }
  await set()
  const before = await store.query("select number from fabric_configuration.version")
  await set()
  expect(await store.query("select number from fabric_configuration.version")).toEqual(before)
  expect(await store.query("select act from fabric_tenancy.audit order by id")).toHaveLength(4)
})

test("what does not fit is refused with the field that is wrong", async () => {
  await configuration.setPool(cli, gpu)
  const pool = (change: object) => failure(configuration.setPool(cli, { ...gpu, ...change }))
  const wrongPools: readonly (readonly [object, string])[] = [
    [{ concurency: 4 }, "concurency"], [{ name: "GPU" }, "name"], [{ addresses: [] }, "addresses"],
    [{ addresses: ["http://user:secret-word@10.0.0.5/v1"] }, "addresses.0"], [{ addresses: ["http://user@10.0.0.5/v1"] }, "addresses.0"],
    [{ addresses: ["ftp://10.0.0.5"] }, "addresses.0"], [{ addresses: ["file:///etc/passwd"] }, "addresses.0"],
    [{ addresses: ["10.0.0.5:8000"] }, "addresses.0"], [{ addresses: ["http://10.0.0.5/v1?key=secret-word"] }, "addresses.0"],
    [{ addresses: ["http://10.0.0.5/v1#x"] }, "addresses.0"], [{ addresses: ["http://10.0.0.5/v1 "] }, "addresses.0"],
    [{ models: [] }, "models"], [{ models: ["a b"] }, "models.0"], [{ models: ["a", "a"] }, "models"],
    [{ concurrency: 0 }, "concurrency"], [{ concurrency: 1.5 }, "concurrency"], [{ outputCap: -1 }, "outputCap"],
    [{ kind: "embedded" }, "addresses"], [{ contextTokens: Number.NaN }, "contextTokens"],
  ]
  for (const [change, field] of wrongPools) {
    const error = await pool(change)
    expect([change, error?.code]).toEqual([change, "bad_configuration"])
    expect(error?.message).toContain(field)
    expect(JSON.stringify([error?.texts, error?.facts])).not.toContain("secret-word")
    expect(describeError(error, "zh").message).toMatch(/[\u4e00-\u9fff]/)
  }
  const route = (change: object) => failure(configuration.setRoute(cli, { name: "chat", targets: [{ pool: "gpu", model: "qwen" }], ...change }))
  const qwen = { pool: "gpu", model: "qwen" }
  for (const change of [{ targets: [] }, { strategy: "best" }, { strategy: "single", targets: [qwen, { pool: "gpu", model: "org/llama" }] },
    { targets: [qwen, qwen] }, { strategy: "weighted", targets: [{ ...qwen, weight: 0 }] }, { attempts: 0 }, { name: "function/x" },
    { name: "a b" }, { timeouts: { stallms: 5 } }, { timeouts: { stallMs: 0 } }, { extra: 1 }])
    expect([change, (await route(change))?.code]).toEqual([change, "bad_configuration"])
  expect((await route({ targets: [{ pool: "gpuu", model: "qwen" }] }))?.texts.en).toEqual(
    { message: "There is no pool \"gpuu\".", hint: "The pools are: gpu." })
  expect((await route({ targets: [{ pool: "gpu", model: "qwenn" }] }))?.code).toBe("no_such_model_in_pool")
  expect(await code(configuration.setPool(cli, { ...gpu, credential: "none" }))).toBe("no_such_credential")
  for (const networks of [["10.0.0.0"], ["10.0.0.0/33"], ["localhost/8"], ["10.0.0.0/8", "10.0.0.0/8"], ["::1%eth0/128"], ["10.0.0.0/8/8"]])
    expect([networks, await code(configuration.setAllowedNetworks(cli, networks))]).toEqual([networks, "bad_configuration"])
})

test("a price is neither negative nor so large that a sum could overflow, and comes back exactly", async () => {
  const set = (amount: bigint) => code(configuration.setPrice(cli, { side: "cost", subject: "gpu/*", validFrom: new Date(0), perMillion: { input: amount } }))
  expect(await set(-1n)).toBe("bad_configuration")
  expect(await set(10n ** 15n + 1n)).toBe("bad_configuration")
  expect(await code(configuration.setPrice(cli, { side: "cost", subject: "a*b", validFrom: new Date(0), perMillion: { input: 1n } }))).toBe("bad_configuration")
  expect(await code(configuration.setPrice(cli, { side: "cost", subject: "a", validFrom: new Date(0), perMillion: {} }))).toBe("bad_configuration")
  expect(await code(configuration.removePrice(cli, { side: "cost", subject: "a", validFrom: new Date("x") }))).toBe("bad_configuration")
  await fc.assert(fc.asyncProperty(fc.bigInt(0n, 10n ** 15n), async (amount) => {
    const price = { side: "charge" as const, subject: "chat", validFrom: new Date("2026-01-01T10:00:00.123Z"), perMillion: { input: amount, reasoning: amount }, perRequest: amount }
    await configuration.setPrice(cli, price)
    expect(await configuration.prices(cli)).toEqual([price])
  }), { numRuns: 20 })
  const { current } = await open()
  expect(current.prices.priceAt("charge", "chat", new Date("2026-06-01"))).toBeDefined()
  expect(current.prices.priceAt("charge", "chat", new Date("2025-06-01"))).toBeUndefined()
  expect(await code(configuration.setCurrency(cli, "CNY"))).toBe("currency_in_use")
})

test("what is used cannot be removed", async () => {
  await configuration.setCredential(cli, { name: "cloud", secret: "sk-1" })
  await configuration.setPool(cli, { ...gpu, credential: "cloud" })
  await configuration.setRoute(cli, { name: "chat", targets: [{ pool: "gpu", model: "qwen" }] })
  expect(await code(configuration.removeCredential(cli, "cloud"))).toBe("credential_in_use")
  expect(await code(configuration.removePool(cli, "gpu"))).toBe("pool_in_use")
  expect(await code(configuration.setPool(cli, { ...gpu, models: ["org/llama"] }))).toBe("models_in_use")
  await configuration.removeRoute(cli, "chat")
  await configuration.removePool(cli, "gpu")
  await configuration.removeCredential(cli, "cloud")
  expect(await store.query("select name from fabric_secrets.sealed where name <> 'pepper'")).toEqual([])
  expect([await code(configuration.removeRoute(cli, "chat")), await code(configuration.removePool(cli, "gpu")), await code(configuration.removeCredential(cli, "cloud"))])
    .toEqual(["no_such_route", "no_such_pool", "no_such_credential"])
})

test("a new secret of a credential is in force in every process, and the old one is not needed", async () => {
  await configuration.setCredential(cli, { name: "cloud", secret: "sk-old" })
  const sources = [await open(), await open()]
  for (const source of sources) expect(await source.secretOf("cloud")).toBe("sk-old")
  await configuration.setCredential(cli, { name: "cloud", secret: "sk-new" })
  for (const source of sources) await vi.waitFor(async () => expect(await source.secretOf("cloud")).toBe("sk-new"), 20_000)
  await rotateMasterKey(store, secrets)
  const later = await open()
  expect(await later.secretOf("cloud")).toBe("sk-new")
  await expect(later.secretOf("other")).rejects.toMatchObject({ code: "no_such_credential" })
})

test("a secret stands nowhere in plain text: not in rows, the audit log, lists or errors", async () => {
  const secret = "sk-very-secret-word"
  await configuration.setCredential(cli, { name: "cloud", secret })
  const wrong = await failure(configuration.setCredential(cli, { name: "cloud", secret: `${secret}\r\nx-evil: 1` }))
  expect(wrong?.code).toBe("bad_configuration")
  const rows = await store.query<{ all: string }>(
    `select s::text || encode(s.content, 'escape') || encode(s.wrapped_key, 'escape') as all from fabric_secrets.sealed s
     union all select a::text from fabric_tenancy.audit a union all select c::text from fabric_configuration.credential c`)
  const all = JSON.stringify([rows, wrong?.texts, wrong?.facts, await configuration.credentials(cli)])
  expect(all).not.toContain("very-secret")
})

test("sealed rows that were swapped do not open", async () => {
  await configuration.setCredential(cli, { name: "a", secret: "sk-a" })
  await configuration.setCredential(cli, { name: "b", secret: "sk-b" })
  await store.query(`update fabric_secrets.sealed x set content = y.content, wrapped_key = y.wrapped_key
    from fabric_secrets.sealed y where x.name = 'credential/a' and y.name = 'credential/b'`)
  const source = await open()
  await expect(source.secretOf("a")).rejects.toMatchObject({ code: "secret_damaged" })
  expect(await source.secretOf("b")).toBe("sk-b")
  // A damaged secret can be set anew.
  await configuration.setCredential(cli, { name: "a", secret: "sk-a" })
  await vi.waitFor(async () => expect(await source.secretOf("a")).toBe("sk-a"), 20_000)
})

test("only an administrator of root configures, and each act stands in the audit log once", async () => {
  const tenancy = await createTenancy(store, secrets)
  await tenancy.addTenant(cli, { id: "acme" })
  const { key } = await tenancy.createKey(cli, { tenantId: "acme", scopes: ["admin"] })
  const actor: Actor = { id: key.id, tenantId: "acme", scopes: new Set(["admin"]) }
  const weak: Actor = { ...cli, scopes: new Set(["usage"]) }
  for (const who of [actor, weak])
    for (const work of [configuration.setPool(who, gpu), configuration.setCredential(who, { name: "x", secret: "y" }),
      configuration.setAllowedNetworks(who, []), configuration.pools(who), configuration.credentials(who), configuration.removePool(who, "gpu")].map(code))
      expect(await work).toBe("not_allowed")
  await configuration.setPool(cli, gpu)
  await configuration.setPool(cli, { ...gpu, concurrency: 2 })
  const [entry, first] = await tenancy.audit(cli, {})
  expect(entry).toMatchObject({ act: "pool.set", subject: "gpu", actor: "cli", facts: { concurrency: { from: 16, to: 2 } } })
  expect(first?.act).toBe("pool.set")
  expect((await tenancy.audit(actor, {})).map((one) => one.act)).not.toContain("pool.set")
})
