/** One administrative act: rights, change, version, audit, all in one transaction, one act at a time. */
import type { ClientBase } from "pg"
import type { Store } from "@daydream/engine/storage"
import { queriesOn } from "../secrets/index.ts"
import type { Queries } from "../secrets/index.ts"
import { recordAct } from "./audit.ts"
import { tenancyErrors } from "./errors.ts"
import { isKeyId } from "./key-text.ts"
import { tenancyChannel } from "./migrations.ts"
import { requireAdmin } from "./rights.ts"
import type { Grantor } from "./rights.ts"
import { keyColumns, keyOfRow, tenantOf } from "./rows.ts"
import type { KeyRow, TenantRow } from "./rows.ts"
import type { Actor, ApiKey, AuditEntry, Tenant } from "./tenancy.ts"

/** What acts need of a store: also one connection in a transaction, see {@link onClient}. */
export type ActStore = Pick<Store, "query" | "transaction">

/** `store`, with all statements in the transaction of `client`: several acts as one. */
export const onClient = (store: Store, client: ClientBase): Store => ({
  ...store,
  query: queriesOn(client).query,
  transaction: (work) => work(client),
  // These would work beside the transaction.
  database: () => {
    throw new Error("no query builder within a transaction of several acts")
  },
  migrate: async () => 0,
})

/** The actor as it stands in the store now: its key must be in force, and it has no more than that key. */
export async function grantorOf(queries: Queries, actor: Actor): Promise<Grantor> {
  if (!isKeyId(actor.id)) return { actor, scopes: actor.scopes, key: null }
  const [row] = await queries.query<KeyRow>(
    `select ${keyColumns} from fabric_tenancy.api_key k where id = $1 and tenant_id = $2 and revoked_at is null
       and (expires_at is null or expires_at > now())
       and not exists (select 1 from fabric_tenancy.tenant own, fabric_tenancy.tenant up
         where own.id = k.tenant_id and up.id = any(own.path) and up.is_suspended)`,
    [actor.id, actor.tenantId])
  if (row === undefined) throw tenancyErrors.invalid_api_key({})
  const key = keyOfRow(row)
  return { actor, scopes: new Set(key.scopes.filter((scope) => actor.scopes.has(scope))), key }
}

/** In the middle of an act. */
export interface Act {
  readonly client: ClientBase
  readonly queries: Queries
  readonly grantor: Grantor
  /** The tenant, then its ancestors up to the root; `no_such_tenant` unless it is at or below the actor's. */
  readonly tenants: (id: string) => Promise<readonly [Tenant, ...Tenant[]]>
  /** A key at or below the actor's tenant. Throws `no_such_key`. */
  readonly key: (id: string) => Promise<ApiKey>
  /** Makes the change known to all processes and writes it down. */
  readonly done: (
    about: { readonly tenantId: string; readonly keyId?: string }, entry: Pick<AuditEntry, "act" | "subject" | "facts">,
  ) => Promise<void>
}

export function act<T>(store: ActStore, actor: Actor, name: string, work: (act: Act) => Promise<T>): Promise<T> {
  return store.transaction(async (client) => {
    // Acts are rare: one at a time, so that what was checked still holds when it is written.
    await client.query("select number from fabric_tenancy.version for update")
    const queries = queriesOn(client)
    const grantor = await grantorOf(queries, actor)
    requireAdmin(grantor, name)
    return work({
      client, queries, grantor,
      tenants: (id) => tenantsOf(queries, actor, id),
      key: (id) => keyById(queries, actor, id),
      done: (about, entry) => finish(client, actor, about, entry),
    })
  })
}

async function finish(
  client: ClientBase, actor: Actor, about: { readonly tenantId: string; readonly keyId?: string },
  entry: Pick<AuditEntry, "act" | "subject" | "facts">,
): Promise<void> {
  await client.query(
    `with next as (update fabric_tenancy.version set number = number + 1 returning number),
       noted as (insert into fabric_tenancy.change select number, $1, $2 from next),
       trimmed as (delete from fabric_tenancy.change where number < (select number from next) - 5000)
     select pg_notify('${tenancyChannel}', number::text) from next`,
    [about.tenantId, about.keyId ?? null])
  await recordAct(client, { actor: actor.id, tenantId: about.tenantId, ...entry })
}

/** The tenant and its ancestors, where it is at or below the actor's tenant. */
export async function tenantsOf(queries: Queries, actor: Actor, id: string): Promise<readonly [Tenant, ...Tenant[]]> {
  const rows = await queries.query<TenantRow>(
    `select up.* from fabric_tenancy.tenant own join fabric_tenancy.tenant up on up.id = any(own.path)
     where own.id = $1 and own.path @> array[$2::text] order by array_position(own.path, up.id)`, [id, actor.tenantId])
  const [first, ...rest] = rows.map(tenantOf)
  if (first === undefined) throw tenancyErrors.no_such_tenant({ tenant: id })
  return [first, ...rest]
}

async function keyById(queries: Queries, actor: Actor, id: string): Promise<ApiKey> {
  const rows = isKeyId(id)
    ? await queries.query<KeyRow>(
      `select ${keyColumns} from fabric_tenancy.api_key where id = $1 and tenant_id in
         (select id from fabric_tenancy.tenant where path @> array[$2::text])`, [id, actor.tenantId])
    : []
  const [row] = rows
  if (row === undefined) throw tenancyErrors.no_such_key({ key: id.slice(0, 80).replaceAll(/[^ -~]/g, "?") })
  return keyOfRow(row)
}
