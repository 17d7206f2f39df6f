/** Acts on keys. */
import { z } from "zod"
import type { ClientBase } from "pg"
import type { Queries } from "../secrets/index.ts"
import { act, grantorOf, tenantsOf } from "./acts.ts"
import type { ActStore } from "./acts.ts"
import { differences } from "./audit.ts"
import { tenancyErrors } from "./errors.ts"
import { keyChangeSchema, newKeySchema, read, tenantIdSchema } from "./inputs.ts"
import { keyOf } from "./key-text.ts"
import type { KeyMaker } from "./key-text.ts"
import { changedKey, newKey, requireAdmin, requireWithin } from "./rights.ts"
import type { KeyRights } from "./rights.ts"
import { keyColumns, keyOfRow } from "./rows.ts"
import type { KeyRow } from "./rows.ts"
import type { ApiKey, Tenancy } from "./tenancy.ts"

/** Keys of many tenants in one statement, oldest first; asks nobody's rights. */
export async function keysOfTenants(
  queries: Queries, tenantIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ApiKey[]>> {
  const rows = await queries.query<KeyRow>(
    `select ${keyColumns} from fabric_tenancy.api_key where tenant_id = any($1) order by created_at, id`, [tenantIds])
  return Map.groupBy(rows.map(keyOfRow), (key) => key.tenantId)
}

const overlapSchema = z.number().int().min(0).max(90 * 86_400)

const rightsValues = (rights: KeyRights) => [
  rights.title, JSON.stringify(rights.scopes), rights.models === null ? null : JSON.stringify(rights.models),
  JSON.stringify(rights.quotas), rights.requestClass, rights.expiresAt,
]

/** Writes a new key and the hash of its secret; gives both, the secret for the only time. */
export async function insertKey(
  client: ClientBase, maker: KeyMaker, tenantId: string, createdBy: string, rights: KeyRights,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const id = maker.newId()
  const secret = maker.newSecret()
  const { rows } = await client.query<KeyRow>(
    `insert into fabric_tenancy.api_key (id, tenant_id, created_by, title, scopes, models, quotas, request_class, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${keyColumns}`,
    [id, tenantId, createdBy, ...rightsValues(rights)])
  await insertSecret(client, maker, id, secret)
  return { key: keyOfRow(rows[0] as KeyRow), secret: keyOf(id, secret) }
}

const insertSecret = (client: ClientBase, maker: KeyMaker, id: string, secret: string) =>
  client.query("insert into fabric_tenancy.key_secret (key_id, hash) values ($1, $2)", [id, maker.hash(id, secret)])

const factsOf = (rights: KeyRights) => ({
  title: rights.title, scopes: rights.scopes, models: rights.models, quotas: rights.quotas,
  requestClass: rights.requestClass, expiresAt: rights.expiresAt,
})

function requireLive(key: ApiKey): void {
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= new Date()))
    throw tenancyErrors.key_ended({ key: key.id })
}

type KeyActs = Pick<Tenancy, "createKey" | "changeKey" | "rotateKey" | "revokeKey" | "keys">

export const keyActs = (store: ActStore, maker: KeyMaker): KeyActs => ({
  createKey: (actor, wanted) =>
    act(store, actor, "key.create", async ({ client, grantor, tenants, done }) => {
      const { tenantId, ...rest } = read(newKeySchema, wanted)
      const rights = newKey(grantor, await tenants(tenantId), { tenantId, ...rest })
      const made = await insertKey(client, maker, tenantId, actor.id, rights)
      await done({ tenantId, keyId: made.key.id }, { act: "key.create", subject: made.key.id, facts: factsOf(rights) })
      return made
    }),

  changeKey: (actor, keyId, change) =>
    act(store, actor, "key.change", async ({ client, grantor, key, tenants, done }) => {
      const held = await key(keyId)
      if (held.revokedAt !== null) throw tenancyErrors.key_ended({ key: keyId })
      const rights = changedKey(grantor, await tenants(held.tenantId), held, read(keyChangeSchema, change))
      const facts = differences(factsOf(held), factsOf(rights))
      if (Object.keys(facts).length === 0) return held
      await client.query(
        `update fabric_tenancy.api_key set (title, scopes, models, quotas, request_class, expires_at) =
           ($2, $3, $4, $5, $6, $7) where id = $1`, [keyId, ...rightsValues(rights)])
      await done({ tenantId: held.tenantId, keyId }, { act: "key.change", subject: keyId, facts })
      return { ...held, ...rights }
    }),

  rotateKey: (actor, keyId, overlapSeconds) =>
    act(store, actor, "key.rotate", async ({ client, grantor, key, done }) => {
      const overlap = read(overlapSchema, overlapSeconds)
      const held = await key(keyId)
      requireLive(held)
      requireWithin(grantor, held)
      await client.query(
        `update fabric_tenancy.key_secret set valid_until = least(valid_until, now() + make_interval(secs => $2))
         where key_id = $1`, [keyId, overlap])
      await client.query("delete from fabric_tenancy.key_secret where key_id = $1 and valid_until <= now()", [keyId])
      const secret = maker.newSecret()
      await insertSecret(client, maker, keyId, secret)
      await done({ tenantId: held.tenantId, keyId },
        { act: "key.rotate", subject: keyId, facts: { overlapSeconds: overlap } })
      return { secret: keyOf(keyId, secret) }
    }),

  revokeKey: (actor, keyId) =>
    act(store, actor, "key.revoke", async ({ client, key, done }) => {
      const held = await key(keyId)
      if (held.revokedAt !== null) return
      await client.query("update fabric_tenancy.api_key set revoked_at = now() where id = $1", [keyId])
      await client.query("delete from fabric_tenancy.key_secret where key_id = $1", [keyId])
      await done({ tenantId: held.tenantId, keyId }, { act: "key.revoke", subject: keyId, facts: { title: held.title } })
    }),

  keys: async (actor, tenantId) => {
    requireAdmin(await grantorOf(store, actor), "key.list")
    const [tenant] = await tenantsOf(store, actor, read(tenantIdSchema, tenantId))
    const rows = await store.query<KeyRow>(
      `select ${keyColumns} from fabric_tenancy.api_key where tenant_id = $1 order by created_at, id`, [tenant.id])
    return rows.map(keyOfRow)
  },
})
