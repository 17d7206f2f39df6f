/** Rows of the store as values, and back. */
import type { ApiKey, Tenant } from "./tenancy.ts"

export interface TenantRow {
  readonly id: string
  readonly parent_id: string | null
  readonly path: readonly string[]
  readonly title: string
  readonly is_suspended: boolean
  readonly billing: Tenant["billing"]
  readonly quotas: Tenant["quotas"]
  readonly models: Tenant["models"]
  readonly records_content: boolean
  readonly response_cache_seconds: number | null
  readonly weight: number
}

export const tenantOf = (row: TenantRow): Tenant => ({
  id: row.id, parentId: row.parent_id, title: row.title, isSuspended: row.is_suspended, billing: row.billing,
  quotas: row.quotas, models: row.models, recordsContent: row.records_content,
  responseCacheSeconds: row.response_cache_seconds, weight: row.weight,
})

/** Column values of a tenant, in the order of {@link tenantColumns}. JSON goes as text, since arrays would become SQL arrays. */
export const tenantValues = (tenant: Tenant): readonly unknown[] => [
  tenant.id, tenant.parentId, tenant.title, tenant.isSuspended, tenant.billing, JSON.stringify(tenant.quotas),
  tenant.models === null ? null : JSON.stringify(tenant.models), tenant.recordsContent, tenant.responseCacheSeconds,
  tenant.weight,
]

export const tenantColumns =
  "id, parent_id, title, is_suspended, billing, quotas, models, records_content, response_cache_seconds, weight"

export interface KeyRow {
  readonly id: string
  readonly tenant_id: string
  readonly title: string
  readonly scopes: ApiKey["scopes"]
  readonly models: ApiKey["models"]
  readonly quotas: ApiKey["quotas"]
  readonly request_class: ApiKey["requestClass"]
  readonly created_at: Date
  readonly created_by: string
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

export const keyOfRow = (row: KeyRow): ApiKey => ({
  id: row.id, tenantId: row.tenant_id, title: row.title, scopes: row.scopes, models: row.models, quotas: row.quotas,
  requestClass: row.request_class, createdAt: row.created_at, createdBy: row.created_by, expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
})

export const keyColumns =
  "id, tenant_id, title, scopes, models, quotas, request_class, created_at, created_by, expires_at, revoked_at"
