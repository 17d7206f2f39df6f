/** What the hot path needs of a key, made once from its rows. */
import { allowsIn } from "./model-patterns.ts"
import type { Actor, ApiKey, Principal, QuotaRule, Tenant } from "./tenancy.ts"

/**
 * Name of a rule's bucket: the same for ever, whatever its limit; one for each kind, window and model. Owner and kind
 * have no colon, so that no model's name can make two rules share a bucket.
 */
export function bucketOf(owner: string, rule: QuotaRule): string {
  const forModel = rule.model === undefined ? "" : `:model:${rule.model}`
  const window = rule.windowSeconds === undefined ? "" : `:${rule.windowSeconds}s`
  return `${owner}${forModel}:${rule.kind}${window}`
}

const named = (owner: string, rules: readonly QuotaRule[]) =>
  rules.map((rule) => ({ ...rule, bucket: bucketOf(owner, rule) }))

/** `tenants`: the key's tenant, then its ancestors up to the root. */
export const principalOf = (key: Omit<ApiKey, "createdAt" | "createdBy" | "revokedAt" | "expiresAt" | "title">,
  tenants: readonly [Tenant, ...Tenant[]]): Principal => ({
  keyId: key.id,
  tenant: tenants[0],
  tenantPath: tenants.map((tenant) => tenant.id),
  scopes: new Set(key.scopes),
  requestClass: key.requestClass,
  quotas: [
    ...named(`key:${key.id}`, key.quotas),
    ...tenants.flatMap((tenant) => named(`tenant:${tenant.id}`, tenant.quotas)),
  ],
  mayUse: allowsIn([key.models, ...tenants.map((tenant) => tenant.models)]),
})

/** Who calls, as who administers. What it may is looked up anew in each act. */
export const actorOf = (principal: Principal): Actor =>
  ({ id: principal.keyId, tenantId: principal.tenant.id, scopes: principal.scopes })
