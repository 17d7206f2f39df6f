/** Tenants in a tree, their keys, and who may do what. */
import type { RequestClass } from "../call/index.ts"

/** What a key may do: call models, read usage, administer (its tenant and all below it), play dreams. */
export const scopes = ["inference", "usage", "admin", "play"] as const
export type Scope = (typeof scopes)[number]

export interface QuotaRule {
  readonly kind: "requests" | "tokens" | "concurrency"
  readonly limit: number
  /** Seconds in which the limit refills; absent for concurrency. */
  readonly windowSeconds?: number
  /** For this model alone; absent: for all together. */
  readonly model?: string
}

export interface Tenant {
  /** Lower-case letters, digits, hyphens; never changes. The root is `root`. */
  readonly id: string
  readonly parentId: string | null
  readonly title: string
  readonly isSuspended: boolean
  readonly billing: "prepaid" | "postpaid"
  readonly quotas: readonly QuotaRule[]
  /** Models that it may use (exact, or a beginning with `*`); null: what its parent may. */
  readonly models: readonly string[] | null
  /** May prompts stand in spans and logs? Off unless the tenant asks. */
  readonly recordsContent: boolean
  /** Seconds that answers to equal calls are kept; null: not at all. */
  readonly responseCacheSeconds: number | null
  /** Share in the fair queue; 1 unless set. */
  readonly weight: number
}

export interface ApiKey {
  /** Public part, shown in lists and logs. */
  readonly id: string
  readonly tenantId: string
  readonly title: string
  readonly scopes: readonly Scope[]
  readonly models: readonly string[] | null
  readonly quotas: readonly QuotaRule[]
  readonly requestClass: RequestClass
  readonly createdAt: Date
  readonly createdBy: string
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** Who calls. Made by {@link Authenticator}; holds all that the hot path needs, so that it asks no database. */
export interface Principal {
  readonly keyId: string
  readonly tenant: Tenant
  /** The tenant's id, then its ancestors' up to the root. */
  readonly tenantPath: readonly string[]
  readonly scopes: ReadonlySet<Scope>
  readonly requestClass: RequestClass
  /** Rules of the key, the tenant and its ancestors, each with the name of its bucket. */
  readonly quotas: readonly (QuotaRule & { readonly bucket: string })[]
  /** True where key, tenant and ancestors all allow the model. */
  mayUse(model: string): boolean
}

/**
 * Checks secrets. Answers from memory where it can; changes by any process are seen within a second (a notification),
 * and within five where a notification is lost.
 */
export interface Authenticator {
  /** Throws `invalid_api_key` (unknown, revoked, expired: one message) or `tenant_suspended`. */
  authenticate(secret: string): Promise<Principal>
  /** Who a key stands for, by its id alone: for what it signed before. Throws as {@link authenticate} does. */
  principalOf(keyId: string): Promise<Principal>
  close(): Promise<void>
}

/** Who administers, for rights and the audit log. */
export interface Actor {
  /** Key id, or `cli` / `file` for acts on the machine itself. */
  readonly id: string
  /** Acts at and below this tenant only. */
  readonly tenantId: string
  readonly scopes: ReadonlySet<Scope>
}

export type TenantChange = Partial<Omit<Tenant, "id" | "parentId">>
export interface NewKey {
  readonly tenantId: string
  readonly title?: string
  readonly scopes?: readonly Scope[]
  readonly models?: readonly string[] | null
  readonly quotas?: readonly QuotaRule[]
  readonly requestClass?: RequestClass
  readonly expiresAt?: Date | null
}

/** What of a key can change; its tenant and secret cannot (see {@link Tenancy.rotateKey}). */
export type KeyChange = Partial<Omit<NewKey, "tenantId">>

export interface AuditEntry {
  readonly at: Date
  readonly actor: string
  readonly tenantId: string
  /** Noun and verb: `key.create`, `tenant.change`, `route.set`. */
  readonly act: string
  readonly subject: string
  /** What changed, never a secret. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Administration of tenants. Every act checks the actor's rights and stands in the audit log in the same transaction. */
export interface Tenancy {
  addTenant(actor: Actor, tenant: { readonly id: string; readonly parentId?: string } & TenantChange): Promise<Tenant>
  changeTenant(actor: Actor, id: string, change: TenantChange): Promise<Tenant>
  tenants(actor: Actor): Promise<readonly Tenant[]>
  /** One at or below the actor's; also for actors with the scope `usage` alone. Throws `no_such_tenant`. */
  tenant(actor: Actor, id: string): Promise<Tenant>
  /** The secret is in this answer and nowhere else. */
  createKey(actor: Actor, key: NewKey): Promise<{ readonly key: ApiKey; readonly secret: string }>
  /** A new secret for the same key; the old one works for `overlapSeconds` more. */
  rotateKey(actor: Actor, keyId: string, overlapSeconds: number): Promise<{ readonly secret: string }>
  changeKey(actor: Actor, keyId: string, change: KeyChange): Promise<ApiKey>
  revokeKey(actor: Actor, keyId: string): Promise<void>
  keys(actor: Actor, tenantId: string): Promise<readonly ApiKey[]>
  /** Newest first: of the tenant (the actor's unless named) and all below it. */
  audit(
    actor: Actor, query: { readonly tenantId?: string; readonly from?: Date; readonly limit?: number },
  ): Promise<readonly AuditEntry[]>
}
