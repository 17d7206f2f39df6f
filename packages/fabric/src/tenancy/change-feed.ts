/** What changed in the tenancy since a version, so that caches drop just that. */
import type { Queries } from "../secrets/index.ts"

export interface TenancyChange {
  readonly tenantId: string
  readonly keyId: string | null
}

const most = 1_000

/** `changes` null: too many, or no longer known; everything may have changed. */
export async function changesSince(
  queries: Queries, known: number,
): Promise<{ readonly version: number; readonly changes: readonly TenancyChange[] | null }> {
  const rows = await queries.query<{ version: string; number: string | null; tenant_id: string; key_id: string | null }>(
    `select v.number as version, c.number, c.tenant_id, c.key_id
     from fabric_tenancy.version v left join fabric_tenancy.change c on c.number > $1 order by c.number limit ${most}`,
    [known])
  const version = Number(rows[0]?.version ?? 0)
  const changes = rows.filter((row) => row.number !== null)
  if (changes.length !== version - known) return { version, changes: null }
  return { version, changes: changes.map((row) => ({ tenantId: row.tenant_id, keyId: row.key_id })) }
}
