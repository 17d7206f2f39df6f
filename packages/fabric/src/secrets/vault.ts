/** Sealed values as rows of the store, and the change of the master key over all of them. */
import { randomBytes } from "node:crypto"
import type { ClientBase } from "pg"
import type { Migration, Store } from "@daydream/engine/storage"
import { rewrap, seal, unseal } from "./seal.ts"
import type { Sealed, SealedPlace } from "./seal.ts"
import type { Secrets } from "./secrets.ts"

export const secretsSchema = "fabric_secrets"
export const secretsMigrations: readonly Migration[] = [{
  name: "sealed values",
  sql: `create table sealed (
    name text not null, field text not null, master_version int not null, master_fingerprint text not null,
    wrapped_key bytea not null, content bytea not null, primary key (name, field))`,
}]

interface SealedRow {
  readonly name: string
  readonly field: string
  readonly master_version: number
  readonly master_fingerprint: string
  readonly wrapped_key: Buffer
  readonly content: Buffer
}

const sealedOf = (row: SealedRow): Sealed => ({
  masterVersion: row.master_version, masterFingerprint: row.master_fingerprint,
  wrappedKey: row.wrapped_key, content: row.content,
})

/** What runs statements: a store, or one connection in a transaction. */
export interface Queries {
  readonly query: <R extends object>(sql: string, values?: readonly unknown[]) => Promise<R[]>
}

/** A connection as {@link Queries}. */
export const queriesOn = (client: ClientBase): Queries => ({
  query: async <R extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<R>(sql, [...values])).rows,
})

const pepperPlace: SealedPlace = { name: "pepper", field: "secret" }

/** Sealed values of one store. */
export interface Vault {
  /** Key of the keyed hashes of API keys; made once for a store, and the same for ever. */
  readonly pepper: Buffer
  put(client: ClientBase, place: SealedPlace, plain: string): Promise<void>
  /** Undefined where nothing is sealed there. */
  get(queries: Queries, place: SealedPlace): Promise<string | undefined>
  remove(client: ClientBase, place: SealedPlace): Promise<void>
}

/** Opens the vault of `store`; throws `master_key_wrong` or `master_key_missing` where it was sealed with another key. */
export async function openVault(store: Store, secrets: Secrets): Promise<Vault> {
  await store.migrate(secretsSchema, secretsMigrations)
  const pepper = await readPepper(store, secrets)
  return {
    pepper,
    put: (client, place, plain) => put(client, secrets, place, Buffer.from(plain, "utf8")),
    get: async (queries, place) => (await get(queries, secrets, place))?.toString("utf8"),
    remove: async (client, place) => {
      await client.query("delete from fabric_secrets.sealed where name = $1 and field = $2", [place.name, place.field])
    },
  }
}

async function readPepper(store: Store, secrets: Secrets): Promise<Buffer> {
  const held = await get(store, secrets, pepperPlace)
  if (held !== undefined) return held
  await store.transaction(async (client) => {
    // Before the look, so that of several processes that begin at once one makes the pepper and the others find it.
    await client.query("lock table fabric_secrets.sealed in share row exclusive mode")
    if ((await get(queriesOn(client), secrets, pepperPlace)) === undefined)
      await put(client, secrets, pepperPlace, randomBytes(32))
  })
  const made = await get(store, secrets, pepperPlace)
  if (made === undefined) throw new Error("the pepper was just sealed")
  return made
}

const columns = "name, field, master_version, master_fingerprint, wrapped_key, content"

async function get(queries: Queries, secrets: Secrets, place: SealedPlace): Promise<Buffer | undefined> {
  const [row] = await queries.query<SealedRow>(
    `select ${columns} from fabric_secrets.sealed where name = $1 and field = $2`, [place.name, place.field])
  return row === undefined ? undefined : unseal(secrets, place, sealedOf(row))
}

async function put(client: ClientBase, secrets: Secrets, place: SealedPlace, plain: Buffer): Promise<void> {
  // Taken before the master key is chosen: a version cannot be retired between the choice and the row.
  await client.query("lock table fabric_secrets.sealed in row exclusive mode")
  const sealed = seal(secrets, place, plain)
  await client.query(
    `insert into fabric_secrets.sealed (${columns}) values ($1, $2, $3, $4, $5, $6)
     on conflict (name, field) do update set master_version = excluded.master_version,
       master_fingerprint = excluded.master_fingerprint, wrapped_key = excluded.wrapped_key, content = excluded.content`,
    [place.name, place.field, sealed.masterVersion, sealed.masterFingerprint, sealed.wrappedKey, sealed.content])
}

/** What a rotation did. */
export interface MasterRotation {
  readonly version: number
  readonly rewrapped: number
}

/**
 * Seals everything under a new master key, while all goes on: a new version in the file, or the newest of
 * DAYDREAM_MASTER_KEY. Older versions stay readable until {@link retireMasterKeys}.
 */
export async function rotateMasterKey(store: Store, secrets: Secrets): Promise<MasterRotation> {
  await store.migrate(secretsSchema, secretsMigrations)
  const [used] = await store.query<{ version: number }>(
    "select coalesce(max(master_version), 0)::int as version from fabric_secrets.sealed")
  const master = await secrets.addVersion(used?.version ?? 0)
  return store.transaction(async (client) => {
    const rows = await queriesOn(client).query<SealedRow>(
      `select ${columns} from fabric_secrets.sealed where master_version < $1 for update`, [master.version])
    for (const row of rows) {
      const place = { name: row.name, field: row.field }
      const sealed = rewrap(secrets, place, sealedOf(row), master)
      await client.query(
        `update fabric_secrets.sealed set master_version = $3, master_fingerprint = $4, wrapped_key = $5
         where name = $1 and field = $2`,
        [row.name, row.field, sealed.masterVersion, sealed.masterFingerprint, sealed.wrappedKey])
    }
    return { version: master.version, rewrapped: rows.length }
  })
}

/** Takes the versions that nothing is sealed with any more out of the key file (old backups of the store then no longer open). */
export async function retireMasterKeys(store: Store, secrets: Secrets): Promise<void> {
  await store.transaction(async (client) => {
    await client.query("lock table fabric_secrets.sealed in share row exclusive mode")
    const rows = await queriesOn(client).query<{ version: number }>(
      "select distinct master_version as version from fabric_secrets.sealed")
    await secrets.keepOnly(new Set([secrets.newest().version, ...rows.map((row) => row.version)]))
  })
}
