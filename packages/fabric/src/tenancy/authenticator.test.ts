import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest"
import { isDaydreamError } from "@daydream/engine/errors"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openSecrets, rotateMasterKey } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { actorOf, createAuthenticator, createTenancy, ensureRoot, machineActor, openKeyMaker, parseKey } from "./index.ts"
import { keyOf } from "./key-text.ts"
import type { Authenticator, AuthenticatorOptions, Tenancy } from "./index.ts"

let base: string
let store: Store
let secrets: Secrets
let tenancy: Tenancy
const cli = machineActor("cli")

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-authenticator-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: join(base, "store") })
  secrets = await openSecrets({ folder: join(base, "state"), masterKey: "" })
  tenancy = await createTenancy(store, secrets)
  await ensureRoot(store, secrets)
})
const opened: Authenticator[] = []
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const never = 3_600_000

/** An authenticator whose statements are counted. */
const open = async (options: AuthenticatorOptions = {}, over: Store = store) => {
  const counted = { reads: 0 }
  const watched: Store = { ...over, query: (sql, values) => {
    if (sql.includes("api_key")) counted.reads += 1
    return over.query(sql, values)
  } }
  const authenticator = await createAuthenticator(watched, secrets, { pollMs: never, ...options })
  opened.push(authenticator)
  return {
    authenticate: (secret: string) => authenticator.authenticate(secret), principalOf: (id: string) => authenticator.principalOf(id), counted,
  }
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(() => "fine", (error: unknown) => {
    if (isDaydreamError(error)) return error.code
    throw error
  })

let count = 0
const tenantWithKey = async (more = {}) => {
  const id = `t${++count}`
  await tenancy.addTenant(cli, { id, ...more })
  return { id, ...await tenancy.createKey(cli, { tenantId: id }) }
}

test("a principal has the rules of its key, its tenant and all above, each with a bucket of its own, and only models that all allow", async () => {
  await tenancy.addTenant(cli, { id: "reseller", models: ["gpt-*", "chat"], quotas: [{ kind: "tokens", limit: 100, windowSeconds: 60 }] })
  await tenancy.addTenant(cli, { id: "acme", parentId: "reseller", weight: 1, quotas: [{ kind: "concurrency", limit: 4 }] })
  const { key, secret } = await tenancy.createKey(cli, { tenantId: "acme", models: ["gpt-5", "gpt-4*"],
    quotas: [{ kind: "requests", limit: 5, windowSeconds: 1, model: "gpt-5" }], requestClass: "batch" })
  const { authenticate } = await open()
  const principal = await authenticate(secret)
  expect(principal).toMatchObject({ keyId: key.id, tenantPath: ["acme", "reseller", "root"], requestClass: "batch" })
  expect(principal.tenant).toMatchObject({ id: "acme", parentId: "reseller" })
  expect(principal.quotas.map((rule) => rule.bucket)).toEqual(
    [`key:${key.id}:model:gpt-5:requests:1s`, "tenant:acme:concurrency", "tenant:reseller:tokens:60s"])
  expect(["gpt-5", "gpt-4o", "chat", "gpt-3", "*", ""].map((model) => principal.mayUse(model)))
    .toEqual([true, true, false, false, false, false])
  expect([...principal.scopes]).toEqual(["inference"])
  expect(actorOf(principal)).toMatchObject({ id: key.id, tenantId: "acme" })
})

test("what was proved once asks the store no more, and no flood of wrong keys does", async () => {
  const { secret, key } = await tenantWithKey()
  const { authenticate, counted } = await open()
  const first = await authenticate(secret)
  expect(await authenticate(secret)).toBe(first)
  expect(counted.reads).toBe(1)
  const maker = await openKeyMaker(store, secrets)
  for (let i = 0; i < 500; i++) {
    // A wrong secret for a real key, and ids that were made up.
    expect(await code(authenticate(keyOf(key.id, maker.newSecret())))).toBe("invalid_api_key")
    expect(await code(authenticate(keyOf("a".repeat(13) + String(234 + i % 500).replaceAll(/[0189]/g, "z"), maker.newSecret())))).toBe("invalid_api_key")
  }
  expect(counted.reads).toBe(1)
  // An id of this store without a key (an older backup) is asked for once, however many ask.
  const gone = maker.newId()
  await Promise.all(Array.from({ length: 50 }, () => code(authenticate(keyOf(gone, maker.newSecret())))))
  for (let i = 0; i < 50; i++) await code(authenticate(keyOf(gone, maker.newSecret())))
  expect(counted.reads).toBe(2)
})

test("unknown, wrong, revoked, expired and malformed keys get one and the same error", async () => {
  const maker = await openKeyMaker(store, secrets)
  const { authenticate } = await open()
  const wrong = await tenantWithKey()
  const revoked = await tenantWithKey()
  await tenancy.revokeKey(cli, revoked.key.id)
  const expired = await tenancy.createKey(cli, { tenantId: "root", expiresAt: new Date(Date.now() - 1) })
  const texts = [keyOf(maker.newId(), maker.newSecret()), keyOf(wrong.key.id, maker.newSecret()), revoked.secret, expired.secret,
    "", "dd-", "x".repeat(1_000_000), `${wrong.secret}\n`, wrong.secret.toUpperCase(), undefined as unknown as string]
  const errors = await Promise.all(texts.map((text) => authenticate(text).then(() => undefined, (error: unknown) => error)))
  const seen = errors.map((error) => isDaydreamError(error) ? JSON.stringify([error.code, error.texts, error.facts]) : "")
  expect(new Set(seen).size).toBe(1)
  expect(seen[0]).toContain("invalid_api_key")
})

test("a key is found by its id alone as long as it is good, for what it signed before", async () => {
  const { key, secret } = await tenantWithKey()
  const { authenticate, principalOf } = await open({ pollMs: 20 })
  expect(await principalOf(key.id)).toBe(await authenticate(secret))
  const expired = await tenancy.createKey(cli, { tenantId: "root", expiresAt: new Date(Date.now() - 1) })
  for (const id of [expired.key.id, "a".repeat(16), "", "x", secret]) expect(await code(principalOf(id))).toBe("invalid_api_key")
  await tenancy.changeTenant(cli, key.tenantId, { isSuspended: true })
  await expect.poll(() => code(principalOf(key.id))).toBe("tenant_suspended")
  await tenancy.changeTenant(cli, key.tenantId, { isSuspended: false })
  await tenancy.revokeKey(cli, key.id)
  await expect.poll(() => code(principalOf(key.id))).toBe("invalid_api_key")
})

test("who may call models may let others play, and nothing more", async () => {
  const admin = await tenancy.createKey(cli, { tenantId: "root", scopes: ["admin", "inference"] })
  const by = actorOf(await (await open()).authenticate(admin.secret))
  expect((await tenancy.createKey(by, { tenantId: "root", scopes: ["play"] })).key.scopes).toEqual(["play"])
  expect(await code(tenancy.createKey(by, { tenantId: "root", scopes: ["usage"] }))).toBe("more_than_creator")
})

test("an unknown key costs the same hash and comparison as a wrong one", async () => {
  // Structure, not time: a key maker that counts its hashes.
  const crypto = await import("node:crypto")
  const maker = await openKeyMaker(store, secrets)
  const { key } = await tenantWithKey()
  const { authenticate } = await open()
  const hashes = vi.spyOn(crypto.Hmac.prototype, "digest")
  const cost = async (text: string) => {
    hashes.mockClear()
    await code(authenticate(text))
    return hashes.mock.calls.length
  }
  const wrong = await cost(keyOf(key.id, maker.newSecret()))
  const unknown = await cost(keyOf(maker.newId(), maker.newSecret()))
  const madeUp = await cost(keyOf("a".repeat(16), maker.newSecret()))
  hashes.mockRestore()
  expect(wrong).toBe(2)
  expect([unknown, madeUp]).toEqual([wrong, wrong])
})

test("revocation, suspension above, changed models and rotation reach every process by notice alone", async () => {
  const { id, secret, key } = await tenantWithKey()
  const child = `${id}-child`
  await tenancy.addTenant(cli, { id: child, parentId: id })
  const below = await tenancy.createKey(cli, { tenantId: child })
  const other = await tenantWithKey()
  const replica = await openStore({ folder: join(base, "store") })
  const all = [await open(), await open({}, replica)]
  const each = (text: string) => Promise.all(all.map(({ authenticate }) => code(authenticate(text))))
  const becomes = (text: string, wanted: string) =>
    vi.waitFor(async () => expect(await each(text)).toEqual([wanted, wanted]), { timeout: 20_000, interval: 5 })
  for (const text of [secret, below.secret, other.secret]) expect(await each(text)).toEqual(["fine", "fine"])
  const kept = await all[0]?.authenticate(other.secret)

  await tenancy.changeTenant(cli, id, { isSuspended: true })
  await becomes(below.secret, "tenant_suspended")
  await becomes(secret, "tenant_suspended")
  await tenancy.changeTenant(cli, id, { isSuspended: false, models: ["chat"] })
  await becomes(below.secret, "fine")
  await vi.waitFor(async () => expect((await all[1]?.authenticate(below.secret))?.mayUse("gpt")).toBe(false), 20_000)

  const rotated = await tenancy.rotateKey(cli, key.id, 3_600)
  await becomes(rotated.secret, "fine")
  await becomes(secret, "fine")
  const again = await tenancy.rotateKey(cli, key.id, 0)
  await becomes(secret, "invalid_api_key")
  await becomes(rotated.secret, "invalid_api_key")
  await becomes(again.secret, "fine")
  await tenancy.revokeKey(cli, key.id)
  await becomes(again.secret, "invalid_api_key")
  // What was not concerned was kept.
  expect(await all[0]?.authenticate(other.secret)).toBe(kept)
  await Promise.all(opened.splice(0).map((one) => one.close()))
  await replica.close()
})

test("where notices are lost, the look finds the change", async () => {
  const { secret, key } = await tenantWithKey()
  const { authenticate } = await open({ listens: false, pollMs: 20 })
  expect(await code(authenticate(secret))).toBe("fine")
  await tenancy.revokeKey(cli, key.id)
  await vi.waitFor(async () => expect(await code(authenticate(secret))).toBe("invalid_api_key"), 20_000)
})

test("more changes than are kept apart drop everything", async () => {
  const { id, secret, key } = await tenantWithKey()
  const { authenticate } = await open({ listens: false, pollMs: 20 })
  expect(await code(authenticate(secret))).toBe("fine")
  // As if rows of the change feed were trimmed while this process was away.
  await store.transaction(async (client) => {
    await client.query("update fabric_tenancy.version set number = number + 5000")
    await client.query("delete from fabric_tenancy.key_secret where key_id = $1", [key.id])
  })
  await vi.waitFor(async () => expect(await code(authenticate(secret))).toBe("invalid_api_key"), 20_000)
  expect(id).not.toBe("")
})

test("a key and the overlap of a rotation end at their moment, without any notice", async () => {
  let time = Date.now()
  const { authenticate } = await open({ now: () => time })
  const expiring = await tenancy.createKey(cli, { tenantId: "root", expiresAt: new Date(time + 10_000) })
  const { secret, key } = await tenantWithKey()
  const rotated = await tenancy.rotateKey(cli, key.id, 60)
  const all = () => Promise.all([expiring.secret, secret, rotated.secret].map((text) => code(authenticate(text))))
  expect(await all()).toEqual(["fine", "fine", "fine"])
  time += 10_001
  expect(await all()).toEqual(["invalid_api_key", "fine", "fine"])
  time += 60_000
  expect(await all()).toEqual(["invalid_api_key", "invalid_api_key", "fine"])
})

test("a record that was read before a change and arrives after its notice is not kept", async () => {
  const { secret, key } = await tenantWithKey()
  const gate = Promise.withResolvers<void>()
  let holds = true
  const slow: Store = { ...store, query: async (sql, values) => {
    const rows = await store.query(sql, values)
    if (sql.includes("api_key") && holds) {
      holds = false
      await gate.promise
    }
    return rows as never
  } }
  const { authenticate } = await open({}, slow)
  const early = code(authenticate(secret))
  await vi.waitFor(() => expect(holds).toBe(false), 20_000)
  const witness = await tenantWithKey()
  await tenancy.revokeKey(cli, key.id)
  await tenancy.revokeKey(cli, witness.key.id)
  // Once the notice of a later change was worked off, that of the first was, too.
  await vi.waitFor(async () => expect(await code(authenticate(witness.secret))).toBe("invalid_api_key"), 20_000)
  gate.resolve()
  expect(["fine", "invalid_api_key"]).toContain(await early)
  expect(await code(authenticate(secret))).toBe("invalid_api_key")
})

test("more keys than are remembered are still checked right, also after a change", async () => {
  const made: { readonly secret: string; readonly key: { readonly id: string } }[] = []
  for (let i = 0; i < 6; i++) made.push(await tenantWithKey())
  const { authenticate } = await open({ mostKeys: 2 })
  for (const { secret } of made) expect(await code(authenticate(secret))).toBe("fine")
  // What was proved of a key may be used so often that it outlives the key's record.
  const [often, ...others] = made
  for (const { secret } of others) {
    expect(await code(authenticate(often?.secret ?? ""))).toBe("fine")
    expect(await code(authenticate(secret))).toBe("fine")
  }
  for (const { key } of made) await tenancy.revokeKey(cli, key.id)
  await vi.waitFor(async () => {
    for (const { secret } of made) expect(await code(authenticate(secret))).toBe("invalid_api_key")
  }, 20_000)
})

test("keys stay good while the master key rotates", async () => {
  const { secret } = await tenantWithKey()
  await rotateMasterKey(store, secrets)
  const { authenticate } = await open()
  expect(await code(authenticate(secret))).toBe("fine")
  expect(parseKey(secret)).toBeDefined()
})

test("the store holds no secret of a key, in any table", async () => {
  const { secret } = await tenantWithKey()
  const part = parseKey(secret)?.secret ?? "?"
  const rows = await store.query(`select s.*, encode(hash, 'escape') as text from fabric_tenancy.key_secret s`)
  const all = JSON.stringify([rows, await store.query("select * from fabric_tenancy.api_key"),
    await store.query("select * from fabric_tenancy.audit"), await store.query("select * from fabric_tenancy.change")])
  expect(all).not.toContain(part)
})
