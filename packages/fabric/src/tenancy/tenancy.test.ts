import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { isDaydreamError } from "@daydream/engine/errors"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { openSecrets } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { createTenancy, ensureRoot, machineActor, parseKey } from "./index.ts"
import { beyond } from "./model-patterns.ts"
import { withBounds } from "./quota-bounds.ts"
import type { Actor, ApiKey, NewKey, QuotaRule, Scope, Tenancy, TenantChange } from "./index.ts"

let base: string
let store: Store
let secrets: Secrets
let tenancy: Tenancy
const cli = machineActor("cli")

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-tenancy-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: base })
  secrets = await openSecrets({ masterKey: `1:${Buffer.alloc(32, 7).toString("base64")}` })
  tenancy = await createTenancy(store, secrets)
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})
const empty = async () => {
  await store.query(`truncate fabric_tenancy.tenant, fabric_tenancy.api_key, fabric_tenancy.key_secret,
    fabric_tenancy.audit, fabric_tenancy.change cascade`)
  await ensureRoot(store, secrets)
}
beforeEach(empty)

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(() => "done", (error: unknown) => {
    if (isDaydreamError(error)) return error.code
    throw error
  })
const actorOf = (key: ApiKey): Actor => ({ id: key.id, tenantId: key.tenantId, scopes: new Set(key.scopes) })
const minute = (limit: number): QuotaRule => ({ kind: "tokens", limit, windowSeconds: 60 })
const adminOf = async (tenantId: string, more: Partial<NewKey> = {}, by: Actor = cli) =>
  actorOf((await tenancy.createKey(by, { tenantId, scopes: ["inference", "usage", "admin"], ...more })).key)

test("of many processes that begin at once, one gets the first administrator's secret", async () => {
  await store.query("truncate fabric_tenancy.tenant cascade")
  const all = await Promise.all(Array.from({ length: 5 }, () => ensureRoot(store, secrets)))
  const given = all.filter((one) => one.adminSecret !== null)
  expect(given.length).toBe(1)
  expect(parseKey(given[0]?.adminSecret ?? "")).toBeDefined()
  expect(await tenancy.keys(cli, "root")).toHaveLength(1)
})

test("an actor sees and changes its own part of the tree only, and is not told what else there is", async () => {
  await tenancy.addTenant(cli, { id: "reseller" })
  await tenancy.addTenant(cli, { id: "rival" })
  const actor = await adminOf("reseller")
  await tenancy.addTenant(actor, { id: "acme" })
  const rival = await tenancy.createKey(cli, { tenantId: "rival" })
  expect((await tenancy.tenants(actor)).map((tenant) => tenant.id)).toEqual(["reseller", "acme"])
  for (const id of ["rival", "root", "nobody"]) {
    expect(await code(tenancy.changeTenant(actor, id, { title: "x" }))).toBe("no_such_tenant")
    expect(await code(tenancy.addTenant(actor, { id: "new", parentId: id }))).toBe("no_such_tenant")
    expect(await code(tenancy.createKey(actor, { tenantId: id }))).toBe("no_such_tenant")
    expect(await code(tenancy.keys(actor, id))).toBe("no_such_tenant")
    expect(await code(tenancy.tenant(actor, id))).toBe("no_such_tenant")
    expect(await code(tenancy.audit(actor, { tenantId: id }))).toBe("no_such_tenant")
  }
  expect(await code(tenancy.revokeKey(actor, rival.key.id))).toBe("no_such_key")
  expect(await code(tenancy.rotateKey(actor, rival.key.id, 0))).toBe("no_such_key")
  expect(await code(tenancy.changeKey(actor, rival.key.id, { title: "x" }))).toBe("no_such_key")
})

test("a tenant cannot change what it is held to from above, and its parent can", async () => {
  await tenancy.addTenant(cli, { id: "acme", quotas: [minute(100)] })
  const own = await adminOf("acme")
  const limits: TenantChange[] = [{ quotas: [] }, { models: null }, { weight: 5 }, { billing: "postpaid" }, { isSuspended: false }]
  for (const change of limits) {
    expect(await code(tenancy.changeTenant(own, "acme", change))).toBe("not_allowed")
    expect(await code(tenancy.changeTenant(cli, "acme", change))).toBe("done")
  }
  expect(await tenancy.changeTenant(own, "acme", { title: "Acme", recordsContent: true, responseCacheSeconds: 60 }))
    .toMatchObject({ title: "Acme", recordsContent: true, responseCacheSeconds: 60 })
})

test("limits of a tenant stand within those above it", async () => {
  await tenancy.addTenant(cli, { id: "reseller", quotas: [minute(100)], models: ["gpt-*", "chat"], weight: 2, billing: "prepaid" })
  const add = (change: TenantChange) => code(tenancy.addTenant(cli, { id: "acme", parentId: "reseller", ...change }))
  for (const change of [{ quotas: [minute(101)] }, { models: ["claude"] }, { models: ["*"] }, { weight: 3 }, { billing: "postpaid" as const }])
    expect(await add(change)).toBe("more_than_creator")
  expect(await add({ quotas: [minute(100)], models: ["gpt-5", "gpt-4*"], weight: 2 })).toBe("done")
  expect((await tenancy.tenants(cli)).find((tenant) => tenant.id === "acme")).toMatchObject({ billing: "prepaid" })
})

test("a key needs the scope admin for any act, and gives only scopes that it has", async () => {
  const usage = actorOf((await tenancy.createKey(cli, { tenantId: "root", scopes: ["usage", "inference"] })).key)
  expect(await code(tenancy.createKey(usage, { tenantId: "root" }))).toBe("not_allowed")
  expect(await code(tenancy.tenants(usage))).toBe("not_allowed")
  expect((await tenancy.tenant(usage, "root")).id).toBe("root")
  expect(await code(tenancy.audit(usage, {}))).toBe("not_allowed")
  const admin = await adminOf("root", { scopes: ["admin"] })
  expect(await code(tenancy.createKey(admin, { tenantId: "root", scopes: ["inference"] }))).toBe("more_than_creator")
  expect(await code(tenancy.createKey(admin, { tenantId: "root", scopes: ["admin"] }))).toBe("done")
  // Claiming more than the key has helps nobody.
  const liar: Actor = { ...usage, scopes: new Set(["admin", "usage", "inference"]) }
  expect(await code(tenancy.createKey(liar, { tenantId: "root" }))).toBe("not_allowed")
})

test("who cannot give a right cannot get it by a new secret for a stronger key", async () => {
  const strong = await tenancy.createKey(cli, { tenantId: "root", scopes: ["inference", "admin"] })
  const weak = await adminOf("root", { scopes: ["admin"], models: ["chat"] })
  expect(await code(tenancy.rotateKey(weak, strong.key.id, 0))).toBe("more_than_creator")
  expect(await code(tenancy.rotateKey(weak, weak.id, 0))).toBe("done")
  expect(await code(tenancy.changeKey(weak, weak.id, { models: null }))).toBe("more_than_creator")
})

test("a key that is revoked, expired or of a suspended tenant administers nothing", async () => {
  await tenancy.addTenant(cli, { id: "acme" })
  const [revoked, expired, suspended] = [await adminOf("acme"), await adminOf("acme"), await adminOf("acme")]
  await tenancy.revokeKey(cli, revoked.id)
  await tenancy.changeKey(cli, expired.id, { expiresAt: new Date(Date.now() - 1_000) })
  for (const actor of [revoked, expired]) expect(await code(tenancy.tenants(actor))).toBe("invalid_api_key")
  expect(await code(tenancy.tenants(suspended))).toBe("done")
  await tenancy.changeTenant(cli, "acme", { isSuspended: true })
  expect(await code(tenancy.tenants(suspended))).toBe("invalid_api_key")
  expect(await code(tenancy.rotateKey(cli, revoked.id, 0))).toBe("key_ended")
  expect(await code(tenancy.changeKey(cli, revoked.id, { title: "x" }))).toBe("key_ended")
})

test("the audit log holds each act once, no secret, and shows an actor its own part only", async () => {
  await tenancy.addTenant(cli, { id: "reseller" })
  await tenancy.addTenant(cli, { id: "rival" })
  const actor = await adminOf("reseller")
  await tenancy.addTenant(actor, { id: "acme" })
  const { key, secret } = await tenancy.createKey(actor, { tenantId: "acme", title: "first" })
  const rotated = await tenancy.rotateKey(actor, key.id, 10)
  await tenancy.changeTenant(actor, "acme", { weight: 0.5 })
  await tenancy.changeTenant(actor, "acme", { weight: 0.5 })
  await tenancy.revokeKey(actor, key.id)
  await tenancy.revokeKey(actor, key.id)
  expect(await code(tenancy.createKey(actor, { tenantId: "rival" }))).toBe("no_such_tenant")
  const own = await tenancy.audit(actor, {})
  expect(own.map((entry) => entry.act)).toEqual(
    ["key.revoke", "tenant.change", "key.rotate", "key.create", "tenant.create", "key.create", "tenant.create"])
  expect(new Set(own.map((entry) => entry.tenantId))).toEqual(new Set(["reseller", "acme"]))
  expect(own[1]).toMatchObject({ actor: actor.id, subject: "acme", facts: { weight: { from: 1, to: 0.5 } } })
  const all = JSON.stringify(await tenancy.audit(cli, { limit: 1_000 }))
  for (const one of [secret, rotated.secret]) expect(all).not.toContain(parseKey(one)?.secret)
  expect((await tenancy.audit(cli, { tenantId: "rival" })).map((entry) => entry.act)).toEqual(["tenant.create"])
  expect(await tenancy.audit(cli, { from: new Date(Date.now() + 60_000) })).toEqual([])
  expect(await tenancy.audit(cli, { limit: 2 })).toHaveLength(2)
})

test("an act that fails leaves neither a change nor an audit entry", async () => {
  const before = await tenancy.audit(cli, {})
  expect(await code(tenancy.addTenant(cli, { id: "root" }))).toBe("tenant_exists")
  expect(await code(tenancy.addTenant(cli, { id: "a", quotas: [{ kind: "tokens", limit: -1, windowSeconds: 60 }] }))).toBe("bad_tenancy_input")
  expect(await tenancy.audit(cli, {})).toEqual(before)
})

test("wildcards and odd characters mean nothing in ids, and do no harm in titles", async () => {
  await tenancy.addTenant(cli, { id: "acme" })
  const odd = ["%", "_", "acm_", "ac%", "a'; drop table tenant; --", "\u0000", "ACME", "acme ", "", "../acme", "\ud800",
    "a".repeat(100_000), "{acme}", "acme,root"]
  for (const id of odd) {
    const codes = await Promise.all([tenancy.changeTenant(cli, id, {}), tenancy.keys(cli, id), tenancy.addTenant(cli, { id }),
      tenancy.audit(cli, { tenantId: id }), tenancy.createKey(cli, { tenantId: id })].map(code))
    for (const one of codes) expect(["bad_tenancy_input", "no_such_tenant"]).toContain(one)
    expect(await code(tenancy.revokeKey(cli, id))).toBe("no_such_key")
    const title = code(tenancy.changeTenant(cli, "acme", { title: id }))
    expect(["done", "bad_tenancy_input"]).toContain(await title)
  }
  const title = "100% '\"; drop _ 租户 😀"
  expect((await tenancy.changeTenant(cli, "acme", { title })).title).toBe(title)
  for (const text of ["\u0000", "\ud800", "a\nb"]) {
    expect(await code(tenancy.createKey(cli, { tenantId: "acme", models: [text] }))).toBe("bad_tenancy_input")
    expect(await code(tenancy.createKey(cli, { tenantId: "acme", quotas: [{ ...minute(5), model: text }] }))).toBe("bad_tenancy_input")
  }
})

test("tenants that are made at the same time under one id are one tenant", async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => code(tenancy.addTenant(cli, { id: "acme" }))))
  expect(all.toSorted()).toEqual(["done", ...Array.from({ length: 5 }, () => "tenant_exists")])
})

test("tenants stand sixteen deep at most", async () => {
  for (let depth = 1; depth < 16; depth++)
    await tenancy.addTenant(cli, { id: `t${depth}`, parentId: depth === 1 ? "root" : `t${depth - 1}` })
  expect(await code(tenancy.addTenant(cli, { id: "t16", parentId: "t15" }))).toBe("tenants_too_deep")
})

const models = fc.option(fc.array(fc.constantFrom("a", "b", "c", "a*", "ab*", "*"), { maxLength: 3 }), { nil: null })
const quotas = fc.uniqueArray(fc.record({
  kind: fc.constantFrom("tokens" as const, "requests" as const), limit: fc.integer({ min: 0, max: 9 }),
  windowSeconds: fc.constantFrom(60, 3_600),
}), { maxLength: 3, selector: (rule) => `${rule.kind}${rule.windowSeconds}` })
const scopes = fc.subarray<Scope>(["inference", "usage", "admin"], { minLength: 1 })
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const limits = { models: sometimes(models), quotas: sometimes(quotas) }
const who = fc.nat(30)
const step = fc.oneof(
  fc.record({ verb: fc.constant("tenant" as const), who, where: who, ...limits }),
  fc.record({ verb: fc.constant("change" as const), who, where: who, ...limits }),
  fc.record({ verb: fc.constant("key" as const), who, where: who, ...limits, scopes: sometimes(scopes),
    requestClass: sometimes(fc.constantFrom("interactive" as const, "batch" as const)),
    expiresAt: sometimes(fc.option(fc.constantFrom(new Date("2099-01-01"), new Date("2098-01-01")), { nil: null })) }),
  fc.record({ verb: fc.constant("change-key" as const), who, where: who, ...limits, scopes: sometimes(scopes) }),
  fc.record({ verb: fc.constant("rotate" as const), who, where: who }),
)

const isWithinModels = (outer: ApiKey, models: ApiKey["models"]) => beyond(outer.models, models) === undefined
const isWithinQuotas = (outer: ApiKey, quotas: ApiKey["quotas"]) => withBounds(outer.quotas, quotas).length === quotas.length
const isWithinScopes = (outer: ApiKey, scopes: ApiKey["scopes"]) => scopes.every((scope) => outer.scopes.includes(scope))

/** True where `inner` gives nothing that `outer` does not. */
const isWithin = (outer: ApiKey, inner: ApiKey) =>
  isWithinScopes(outer, inner.scopes) && isWithinModels(outer, inner.models) && isWithinQuotas(outer, inner.quotas)
  && (outer.expiresAt === null || (inner.expiresAt !== null && inner.expiresAt <= outer.expiresAt))
  && (outer.requestClass === "interactive" || inner.requestClass === "batch")

test("in random trees, no act of a random key gives more than that key has, or reaches outside its part", async () => {
  let acts = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
    await empty()
    await tenancy.addTenant(cli, { id: "t1", models: ["a*", "b"], quotas: [minute(8)] })
    const broken: string[] = []
    const claim = (what: string, holds: boolean) => void (holds || broken.push(what))
    const keys: ApiKey[] = [...await tenancy.keys(cli, "root")]
    keys.push((await tenancy.createKey(cli, { tenantId: "t1", scopes: ["admin", "inference"], models: ["a*"], quotas: [minute(5)] })).key)
    for (const [index, { who: by, where, verb, ...rest }] of steps.entries()) {
      const own = keys[by % keys.length] as ApiKey
      const actor = actorOf(own)
      const tenants = await tenancy.tenants(cli)
      const pathOf = (id: string): string[] => {
        const tenant = tenants.find((one) => one.id === id)
        return tenant?.parentId === null || tenant === undefined ? [id] : [id, ...pathOf(tenant.parentId)]
      }
      const target = tenants[where % tenants.length]
      const subject = keys[where % keys.length] as ApiKey
      const more = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const work = {
        tenant: () => tenancy.addTenant(actor, { id: `n${index}`, parentId: target?.id ?? "", ...more }),
        change: () => tenancy.changeTenant(actor, target?.id ?? "", more),
        key: () => tenancy.createKey(actor, { tenantId: target?.id ?? "", ...more }),
        "change-key": () => tenancy.changeKey(actor, subject.id, more),
        rotate: () => tenancy.rotateKey(actor, subject.id, 0),
      }[verb]
      const result = await work().catch((error: unknown) => {
        if (isDaydreamError(error)) return undefined
        throw error
      })
      if (result === undefined) continue
      acts += 1
      claim("admin", own.scopes.includes("admin"))
      const place = verb === "change-key" || verb === "rotate" ? subject.tenantId : target?.id ?? ""
      claim("place", pathOf(place).includes(own.tenantId))
      if (verb === "key" && "key" in result) {
        const key = result.key as ApiKey
        keys.push(key)
        claim("key", isWithin(own, key))
      }
      claim("rotate", verb !== "rotate" || own.id === subject.id || isWithin(own, subject))
      if (verb === "change-key") {
        const changed = (await tenancy.keys(cli, subject.tenantId)).find((key) => key.id === subject.id) as ApiKey
        keys[keys.indexOf(subject)] = changed
        claim("within", !("models" in more) || isWithinModels(own, changed.models))
        claim("within", !("quotas" in more) || isWithinQuotas(own, changed.quotas))
        claim("within", !("scopes" in more) || isWithinScopes(own, changed.scopes))
      }
      if (verb === "tenant" || verb === "change") {
        const tenant = (await tenancy.tenants(cli)).find((one) => one.id === (verb === "tenant" ? `n${index}` : target?.id))
        const touchesOwn = verb === "change" && ("models" in more || "quotas" in more) && target?.id === own.tenantId
        claim("own limits", !touchesOwn || own.tenantId === "root")
        const setsModels = verb === "tenant" || "models" in more
        claim("within", !setsModels || isWithinModels(own, tenant?.models ?? null))
        const setsQuotas = verb === "tenant" || "quotas" in more
        claim("within", !setsQuotas || isWithinQuotas(own, tenant?.quotas ?? []))
      }
    }
    expect(broken).toEqual([])
  }), { numRuns: 25 })
  expect(acts).toBeGreaterThan(30)
})
