/** Who may give what. Pure: nobody gives more than they have. */
import type { Localized } from "@daydream/engine/language"
import { tenancyErrors } from "./errors.ts"
import { beyond } from "./model-patterns.ts"
import { formatQuota } from "./quota-text.ts"
import { widerQuota, withBounds } from "./quota-bounds.ts"
import type { Actor, ApiKey, NewKey, QuotaRule, Scope, Tenant, TenantChange } from "./tenancy.ts"

/** An actor, with the key that it acts by; null for acts on the machine itself. */
export interface Grantor {
  readonly actor: Actor
  readonly scopes: ReadonlySet<Scope>
  readonly key: ApiKey | null
}

const tooMuch = (field: string, en: string, zh: string) =>
  tenancyErrors.more_than_creator({ field, problem: { en, zh } })

export function requireAdmin(grantor: Grantor, act: string): void {
  if (!grantor.scopes.has("admin")) throw tenancyErrors.not_allowed({ act, needs: "the scope admin" })
}

/** What the operator alone may do: pools, routes, prices, credentials. */
export function requireRootAdmin(grantor: Grantor, act: string): void {
  requireAdmin(grantor, act)
  if (grantor.actor.tenantId !== "root") throw tenancyErrors.not_allowed({ act, needs: "an administrator of root" })
}

const nameOf = (tenant: Tenant): Localized => ({ en: `"${tenant.id}"`, zh: `“${tenant.id}”` })
const yourKey: Localized = { en: "your key", zh: "您的密钥" }

/** What a tenant is held to by those above it; it cannot change these of itself. */
const setFromAbove = ["isSuspended", "billing", "quotas", "models", "weight"] as const

/** Checks a change of limits of an existing tenant: only from above it (root: by root). */
export function requireAbove(grantor: Grantor, id: string, change: TenantChange): void {
  const isAbove = id !== grantor.actor.tenantId || id === "root"
  const field = setFromAbove.find((name) => change[name] !== undefined)
  if (!isAbove && field !== undefined)
    throw tenancyErrors.not_allowed({ act: `tenant.change ${field}`, needs: "an administrator of an account above" })
}

function checkModels(outer: readonly string[] | null, models: readonly string[] | null, whose: Localized): void {
  const excess = beyond(outer, models)
  if (excess !== undefined) throw tooMuch("models",
    `${excess} is not among the models of ${whose.en}`, `${excess} 不在${whose.zh}的模型范围内`)
}

function checkQuotas(outer: readonly QuotaRule[], quotas: readonly QuotaRule[], whose: Localized): void {
  const wider = widerQuota(outer, quotas)
  if (wider !== undefined) throw tooMuch("quotas",
    `${formatQuota(wider)} is wider than the quota of ${whose.en}`, `${formatQuota(wider)} 超出${whose.zh}的配额`)
}

/** `above`: the tenant and its ancestors that the limits must stand within. */
function checkWithin(
  above: readonly Tenant[], limits: { readonly models?: readonly string[] | null; readonly quotas?: readonly QuotaRule[] },
): void {
  for (const tenant of above) {
    // null is what the tenant above may; a list must be within it.
    if (limits.models !== undefined && limits.models !== null) checkModels(tenant.models, limits.models, nameOf(tenant))
    if (limits.quotas !== undefined) checkQuotas(tenant.quotas, limits.quotas, nameOf(tenant))
  }
}

/** Models and quotas that a grantor gives: within its key's, which is also what is meant where nothing is said. */
function given(grantor: Grantor, models: readonly string[] | null | undefined, quotas: readonly QuotaRule[] | undefined) {
  const key = grantor.key
  if (key === null) return { models: models ?? null, quotas: quotas ?? [] }
  if (models !== undefined) checkModels(key.models, models, yourKey)
  if (quotas !== undefined) checkQuotas(key.quotas, quotas, yourKey)
  return { models: models === undefined ? key.models : models, quotas: withBounds(key.quotas, quotas ?? []) }
}

const without = <T extends object, K extends keyof T>(value: T, ...names: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as K))) as Omit<T, K>

/** The largest share that a tenant under `above` may have; the root's own share bounds nobody. */
const mostWeight = (above: readonly Tenant[]): number =>
  Math.min(...above.filter((tenant) => tenant.id !== "root").map((tenant) => tenant.weight), Infinity)

function checkStanding(above: readonly Tenant[], tenant: Pick<TenantChange, "weight" | "billing">): void {
  if (tenant.weight !== undefined && tenant.weight > mostWeight(above))
    throw tooMuch("weight", `it is above ${mostWeight(above)}, that of the tenant above`,
      `高于上级租户的权重 ${mostWeight(above)}`)
  if (tenant.billing === "postpaid" && above.some((one) => one.billing === "prepaid"))
    throw tooMuch("billing", "the tenant above pays in advance", "上级租户为预付费")
}

/** A new tenant under `above` (its parent, then up to the root), with everything that was left open filled in. */
export function newTenant(
  grantor: Grantor, above: readonly Tenant[], wanted: { readonly id: string } & TenantChange,
): Tenant {
  checkWithin(above, wanted)
  checkStanding(above, wanted)
  const limits = given(grantor, wanted.models, wanted.quotas)
  return {
    id: wanted.id,
    parentId: above[0]?.id ?? null,
    title: wanted.title ?? wanted.id,
    isSuspended: wanted.isSuspended ?? false,
    billing: wanted.billing ?? above[0]?.billing ?? "postpaid",
    ...limits,
    recordsContent: wanted.recordsContent ?? false,
    responseCacheSeconds: wanted.responseCacheSeconds ?? null,
    weight: wanted.weight ?? Math.min(1, mostWeight(above)),
  }
}

/** `tenant` after the change; `above` is its parent and up. */
export function changedTenant(grantor: Grantor, above: readonly Tenant[], tenant: Tenant, change: TenantChange): Tenant {
  requireAbove(grantor, tenant.id, change)
  checkWithin(above, change)
  checkStanding(above, change)
  const limits = given(grantor, change.models, change.quotas)
  return {
    ...tenant,
    ...without(change, "models", "quotas"),
    ...(change.models === undefined ? {} : { models: limits.models }),
    ...(change.quotas === undefined ? {} : { quotas: limits.quotas }),
  }
}

/** What a key allows, whoever holds it. */
export type KeyRights = Pick<ApiKey, "title" | "scopes" | "models" | "quotas" | "requestClass" | "expiresAt">

function checkScopes(grantor: Grantor, scopes: readonly Scope[]): void {
  // Who may call models may let others play: playing is the less.
  const excess = scopes.find((scope) => !grantor.scopes.has(scope) && !(scope === "play" && grantor.scopes.has("inference")))
  if (excess !== undefined) throw tooMuch("scopes", `you do not have ${excess}`, `您没有 ${excess}`)
}

function checkExpiry(grantor: Grantor, expiresAt: Date | null): void {
  const own = grantor.key?.expiresAt ?? null
  if (own !== null && (expiresAt === null || expiresAt > own)) throw tooMuch("expiresAt",
    "your own key ends before", "您自己的密钥更早到期")
}

function checkClass(grantor: Grantor, requestClass: string): void {
  if (grantor.key?.requestClass === "batch" && requestClass !== "batch")
    throw tooMuch("requestClass", "your own key is for batch", "您自己的密钥仅限批处理")
}

/** Rights of a new key in the first tenant of `tenants` (then its ancestors), with everything that was left open filled in. */
export function newKey(grantor: Grantor, tenants: readonly Tenant[], wanted: NewKey): KeyRights {
  const { title = "", scopes = ["inference"], requestClass = grantor.key?.requestClass ?? "interactive" } = wanted
  const expiresAt = wanted.expiresAt === undefined ? (grantor.key?.expiresAt ?? null) : wanted.expiresAt
  checkScopes(grantor, scopes)
  checkWithin(tenants, wanted)
  checkExpiry(grantor, expiresAt)
  checkClass(grantor, requestClass)
  return { title, scopes, ...given(grantor, wanted.models, wanted.quotas), requestClass, expiresAt }
}

/** Rights of a key after the change. */
export function changedKey(
  grantor: Grantor, tenants: readonly Tenant[], key: KeyRights, change: Partial<Omit<NewKey, "tenantId">>,
): KeyRights {
  if (change.scopes !== undefined) checkScopes(grantor, change.scopes)
  checkWithin(tenants, change)
  if (change.expiresAt !== undefined) checkExpiry(grantor, change.expiresAt)
  if (change.requestClass !== undefined) checkClass(grantor, change.requestClass)
  const limits = given(grantor, change.models, change.quotas)
  return {
    title: change.title ?? key.title,
    scopes: change.scopes ?? key.scopes,
    models: change.models === undefined ? key.models : limits.models,
    quotas: change.quotas === undefined ? key.quotas : limits.quotas,
    requestClass: change.requestClass ?? key.requestClass,
    expiresAt: change.expiresAt === undefined ? key.expiresAt : change.expiresAt,
  }
}

/** Whoever gets a key's secret has its rights: they must be within the grantor's own, or the key be its own. */
export function requireWithin(grantor: Grantor, key: ApiKey): void {
  if (grantor.key === null ? false : grantor.key.id === key.id) return
  checkScopes(grantor, key.scopes)
  checkExpiry(grantor, key.expiresAt)
  checkClass(grantor, key.requestClass)
  if (grantor.key === null) return
  checkModels(grantor.key.models, key.models, yourKey)
  if (withBounds(grantor.key.quotas, key.quotas).length > key.quotas.length)
    throw tooMuch("quotas", `those of the key "${key.id}" are wider than those of your key`,
      `密钥“${key.id}”的配额超出您的密钥`)
}
