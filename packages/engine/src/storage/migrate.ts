/** Numbered migrations, one sequence for each package's schema. */
import { createHash } from "node:crypto"
import type { ClientBase } from "pg"
import { errors } from "./errors.ts"

/** One step of a schema. Its number is its place in the list, from 1. A released step never changes. */
export interface Migration {
  readonly name: string
  /** Statements, run with the schema first in the search path. */
  readonly sql: string
}

const bookkeeping = `
  create schema if not exists daydream;
  create table if not exists daydream.migration (
    schema text not null, number int not null, name text not null, checksum text not null,
    applied_at timestamptz not null default now(), primary key (schema, number))`

const checksumOf = (migration: Migration) => createHash("sha256").update(migration.sql).digest("hex")

/**
 * Brings `schema` to the newest of `migrations`, in one transaction under a lock that all processes share.
 * Refuses a schema that is newer than the list (`store_newer`) or whose steps differ (`store_migration_changed`).
 * Gives the number of steps that were applied.
 */
export async function migrate(client: ClientBase, schema: string, migrations: readonly Migration[]): Promise<number> {
  await client.query("begin")
  try {
    const count = await migrateWithin(client, schema, migrations)
    await client.query("commit")
    return count
  } catch (error) {
    await client.query("rollback").catch(() => undefined)
    throw error
  }
}

/**
 * The same in the caller's transaction, where `migrations` may be the first of all there are: the schema as it once was.
 * What it sets for its statements (the search path) is as before afterwards.
 */
export async function migrateWithin(client: ClientBase, schema: string, migrations: readonly Migration[]): Promise<number> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('daydream-migrate', 0))")
  await client.query(bookkeeping)
  const { rows } = await client.query<{ number: number; checksum: string }>(
      "select number, checksum from daydream.migration where schema = $1 order by number", [schema])
  check(schema, migrations, rows)
  const due = migrations.slice(rows.length)
  if (due.length === 0) return 0
  const { rows: [before] } = await client.query<{ path: string }>("select current_setting('search_path') as path")
  await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`)
  await client.query(`set local search_path to ${client.escapeIdentifier(schema)}, public`)
  for (const [index, migration] of due.entries()) {
    await client.query(migration.sql)
    await client.query("insert into daydream.migration (schema, number, name, checksum) values ($1, $2, $3, $4)",
      [schema, rows.length + index + 1, migration.name, checksumOf(migration)])
  }
  await client.query("select set_config('search_path', $1, true)", [before?.path ?? "public"])
  return due.length
}

function check(
  schema: string, migrations: readonly Migration[], applied: readonly { number: number; checksum: string }[],
): void {
  const found = applied.at(-1)?.number ?? 0
  if (found > migrations.length) throw errors.store_newer({ schema, found, known: migrations.length })
  for (const { number, checksum } of applied) {
    const migration = migrations[number - 1]
    if (migration !== undefined && checksumOf(migration) !== checksum)
      throw errors.store_migration_changed({ schema, number })
  }
}
