/** The audit log: written in the transaction of the act, read within the reader's own part of the tree. */
import { isDeepStrictEqual } from "node:util"
import type { ClientBase } from "pg"
import type { Queries } from "../secrets/index.ts"
import type { AuditEntry } from "./tenancy.ts"

/** Writes one entry; kept only where the transaction of `client` is. */
export async function recordAct(client: ClientBase, entry: Omit<AuditEntry, "at">): Promise<void> {
  await client.query(
    "insert into fabric_tenancy.audit (actor, tenant_id, act, subject, facts) values ($1, $2, $3, $4, $5)",
    [entry.actor, entry.tenantId, entry.act, entry.subject, JSON.stringify(entry.facts)])
}

/** Many at once. */
export async function recordActs(client: ClientBase, entries: readonly Omit<AuditEntry, "at">[]): Promise<void> {
  if (entries.length === 0) return
  await client.query(
    "insert into fabric_tenancy.audit (actor, tenant_id, act, subject, facts) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[])",
    [entries.map((one) => one.actor), entries.map((one) => one.tenantId), entries.map((one) => one.act), entries.map((one) => one.subject),
      entries.map((one) => JSON.stringify(one.facts))])
}

/** Entries about `tenantId` and all below it, newest first. */
export function readAudit(
  queries: Queries, query: { readonly tenantId: string; readonly from?: Date | undefined; readonly limit: number },
): Promise<AuditEntry[]> {
  return queries.query<AuditEntry>(
    `select at, actor, tenant_id as "tenantId", act, subject, facts from fabric_tenancy.audit
     where tenant_id in (select id from fabric_tenancy.tenant where path @> array[$1::text]) and at >= $2
     order by id desc limit $3`,
    [query.tenantId, query.from ?? new Date(0), query.limit])
}

/** Fields of `after` that differ from `before`, as facts of an act. */
export function differences(before: object, after: object): Record<string, { readonly from: unknown; readonly to: unknown }> {
  const old = new Map(Object.entries(before))
  return Object.fromEntries(Object.entries(after)
    .filter(([name, to]) => !isDeepStrictEqual(old.get(name), to))
    .map(([name, to]) => [name, { from: old.get(name) ?? null, to }]))
}
