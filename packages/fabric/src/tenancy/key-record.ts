/** A key with all that its check needs, read in one statement, so that all of it is of one moment. */
import type { Queries } from "../secrets/index.ts"
import { principalOf } from "./principal.ts"
import { tenantOf } from "./rows.ts"
import type { KeyRow, TenantRow } from "./rows.ts"
import type { Principal } from "./tenancy.ts"

interface HeldSecret {
  readonly hash: Buffer
  /** Milliseconds since the epoch until which it is good; Infinity: no end. */
  readonly until: number
}

/** What is known of one key id. */
export interface KeyRecord {
  readonly principal: Principal
  readonly secrets: readonly HeldSecret[]
  /** The nearest suspended tenant of the path. */
  readonly suspended: string | undefined
  /** Set when something that it was made from has changed. */
  isStale: boolean
}

interface RecordRow extends KeyRow {
  readonly version: string
  readonly secrets: readonly { readonly hash: string; readonly until: number | null }[] | null
  readonly tenants: readonly TenantRow[] | null
}

const statement = `
    select v.number as version, k.*,
      (select json_agg(json_build_object('hash', encode(s.hash, 'hex'), 'until', extract(epoch from s.valid_until) * 1000))
        from fabric_tenancy.key_secret s where s.key_id = k.id) as secrets,
      (select json_agg(to_json(up) order by array_position(own.path, up.id))
        from fabric_tenancy.tenant up where up.id = any(own.path)) as tenants
    from fabric_tenancy.version v
      left join fabric_tenancy.api_key k on k.id = $1 and k.revoked_at is null
      left join fabric_tenancy.tenant own on own.id = k.tenant_id`

/** The record of a key, or undefined where there is none in force, and the version at which that was so. */
export async function readRecord(
  queries: Queries, id: string,
): Promise<{ readonly version: number; readonly record: KeyRecord | undefined }> {
  const [row] = await queries.query<RecordRow>(statement, [id])
  const version = Number(row?.version ?? 0)
  const [tenant, ...above] = (row?.tenants ?? []).map(tenantOf)
  if (row === undefined || tenant === undefined) return { version, record: undefined }
  const end = row.expires_at?.getTime() ?? Infinity
  const record: KeyRecord = {
    principal: principalOf({ id: row.id, tenantId: row.tenant_id, scopes: row.scopes, models: row.models,
      quotas: row.quotas, requestClass: row.request_class }, [tenant, ...above]),
    secrets: (row.secrets ?? []).map(({ hash, until }) =>
      ({ hash: Buffer.from(hash, "hex"), until: Math.min(until ?? Infinity, end) })),
    suspended: [tenant, ...above].find((one) => one.isSuspended)?.id,
    isStale: false,
  }
  return { version, record }
}
