/** Puts a backup into an empty store: all of it, checked, or nothing. */
import { open } from "node:fs/promises"
import type { ClientBase } from "pg"
import { migrateWithin } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { hashOf, manifestName } from "./backup.ts"
import type { BackupManifest, BackupPart } from "./backup.ts"
import { backupErrors } from "./errors.ts"
import { fabricSchemas } from "./schemas.ts"
import type { Schemas } from "./schemas.ts"
import { fullName, quoted, readTables, readVersions } from "./tables.ts"
import type { TableFacts } from "./tables.ts"
import { tarFiles } from "./tar.ts"

/** Far more than a part ever has. */
const mostPartBytes = 1 << 30

export interface RestoreOptions {
  /** Looks at what was restored before it is kept; what it throws takes everything back. */
  readonly check?: (client: ClientBase) => Promise<void>
  readonly onProgress?: (rows: number) => void
  readonly abortSignal?: AbortSignal
  /** What the backup may hold; the fabric's unless set. */
  readonly schemas?: Schemas
  /** Tables of `schemas` that hold nothing where nothing was ever kept, by their full names, beside the fabric's own. */
  readonly mustBeEmpty?: readonly string[]
}

export interface Restored {
  readonly rows: number
  readonly madeAt: string
  /** How many steps brought an older backup up to date; 0: it was. */
  readonly steps: number
}

/** Files of the backup. Throws `backup_damaged` where the archive is. */
async function* filesOf(path: string): AsyncIterable<{ readonly name: string; readonly content: Buffer }> {
  const file = await open(path, "r")
  try {
    const readAt = async (position: number, length: number) => {
      const buffer = Buffer.alloc(length)
      let done = 0
      while (done < length) {
        const { bytesRead } = await file.read(buffer, done, length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return buffer.subarray(0, done)
    }
    let last = "its beginning"
    for await (const one of tarFiles(readAt, mostPartBytes)) {
      if (one === undefined) throw backupErrors.backup_damaged({ file: path, part: last })
      last = one.name
      yield one
    }
  } finally {
    await file.close()
  }
}

const isManifest = (value: unknown): value is BackupManifest =>
  typeof value === "object" && value !== null && "format" in value && value.format === 1 && "parts" in value && Array.isArray(value.parts) &&
  "versions" in value && typeof value.versions === "object" && value.versions !== null

/** Reads the whole file once: every part must be there and be what the manifest says. */
async function checkedManifest(path: string): Promise<BackupManifest> {
  const seen = new Map<string, string>()
  let manifest: BackupManifest | undefined
  for await (const { name, content } of filesOf(path)) {
    seen.set(name, hashOf(content))
    if (name === manifestName) manifest = parsed(content)
  }
  if (manifest === undefined) throw backupErrors.backup_damaged({ file: path, part: manifestName })
  for (const { name, sha256 } of manifest.parts)
    if (seen.get(name) !== sha256) throw backupErrors.backup_damaged({ file: path, part: name })
  return manifest
}

function parsed(content: Buffer): BackupManifest | undefined {
  try {
    const value: unknown = JSON.parse(content.toString("utf8"))
    return isManifest(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Restores the backup `path` into `store`, whose schemas must be up to date. A backup of an older version is put in as it
 * was and brought up to date, in the same transaction. Throws `store_not_empty`, `backup_damaged`, `backup_newer`,
 * `backup_other_version`: then nothing was changed.
 */
export async function restoreBackup(store: Store, path: string, options: RestoreOptions = {}): Promise<Restored> {
  try {
    return await restoreAll(store, path, options)
  } catch (error) {
    // A store that was never used must not stay bound to the key that it was opened with: it may be the wrong one.
    await store.query("delete from fabric_secrets.sealed where not exists (select 1 from fabric_tenancy.tenant)").catch(() => undefined)
    throw error
  }
}

async function restoreAll(store: Store, path: string, options: RestoreOptions): Promise<Restored> {
  const manifest = await checkedManifest(path)
  const { schemas = fabricSchemas } = options
  const { rows, steps } = await store.transaction(async (client) => {
    const names = [...schemas.keys()]
    await requireEmpty(client, options.mustBeEmpty ?? [])
    const isOlder = compareVersions(manifest.versions, await readVersions(client, names))
    if (isOlder) await rebuild(client, schemas, (schema) => manifest.versions[schema]?.length ?? 0)
    const tables = await readTables(client, names)
    // What opening a fresh store made (its root, its pepper) gives way to what the backup has.
    await client.query(`truncate ${tables.map(fullName).join(", ")}`)
    const count = await insertAll(client, path, manifest, tables, options)
    let done = 0
    if (isOlder) for (const [schema, migrations] of schemas) done += await migrateWithin(client, schema, migrations)
    await continueSequences(client, names)
    await options.check?.(client)
    return { rows: count, steps: done }
  })
  return { rows, madeAt: manifest.madeAt, steps }
}

async function requireEmpty(client: ClientBase, tables: readonly string[]): Promise<void> {
  const { rows: [counts] } = await client.query<{ tenants: number; requests: number }>(
    `select (select count(*)::int from fabric_tenancy.tenant where id <> 'root') as tenants,
       (select count(*)::int from (select 1 from fabric_ledger.request limit 1000) r) as requests`)
  if (counts !== undefined && (counts.tenants > 0 || counts.requests > 0)) throw backupErrors.store_not_empty({ ...counts, other: null })
  for (const table of tables) {
    const { rows } = await client.query(`select from ${table} limit 1`)
    if (rows.length > 0) throw backupErrors.store_not_empty({ tenants: 0, requests: 0, other: table })
  }
}

/** True where the backup is older than the store. Throws where it is newer, or of another line. */
function compareVersions(wanted: BackupManifest["versions"], has: BackupManifest["versions"]): boolean {
  for (const [schema, checksums] of Object.entries(wanted)) {
    const known = has[schema] ?? []
    if (checksums.slice(0, known.length).some((checksum, at) => checksum !== known[at])) throw backupErrors.backup_other_version({ schema })
    if (checksums.length > known.length) throw backupErrors.backup_newer({ schema })
  }
  return Object.entries(has).some(([schema, known]) => (wanted[schema]?.length ?? 0) < known.length)
}

/** Makes all schemas anew, each up to so many of its steps. */
async function rebuild(client: ClientBase, schemas: Schemas, steps: (schema: string) => number): Promise<void> {
  for (const schema of schemas.keys()) await client.query(`drop schema if exists ${quoted(schema)} cascade`)
  await client.query("delete from daydream.migration where schema = any($1)", [[...schemas.keys()]])
  for (const [schema, migrations] of schemas)
    if (steps(schema) > 0) await migrateWithin(client, schema, migrations.slice(0, steps(schema)))
}

async function insertAll(
  client: ClientBase, path: string, manifest: BackupManifest, tables: readonly TableFacts[], options: RestoreOptions,
): Promise<number> {
  const parts = new Map(manifest.parts.map((part) => [part.name, part]))
  const byName = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]))
  // Rows that point at others of their own table go in together, when all of them are there.
  const held = new Map<TableFacts, string[]>()
  let rows = 0
  const flush = async (table: TableFacts, lines: readonly string[]) => {
    await insert(client, table, lines)
    rows += lines.length
    options.onProgress?.(rows)
  }
  let current: TableFacts | undefined
  for await (const { name, content } of filesOf(path)) {
    options.abortSignal?.throwIfAborted()
    const part = parts.get(name)
    if (part === undefined) continue
    const table = tableOf(byName, part, path)
    if (current !== undefined && current !== table) await flushHeld(held, current, flush)
    current = table
    const lines = content.toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as string)
    if (table.needs.includes(`${table.schema}.${table.name}`)) held.set(table, [...(held.get(table) ?? []), ...lines])
    else await flush(table, lines)
  }
  if (current !== undefined) await flushHeld(held, current, flush)
  return rows
}

async function flushHeld(
  held: Map<TableFacts, string[]>, table: TableFacts, flush: (table: TableFacts, lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const lines = held.get(table)
  held.delete(table)
  if (lines !== undefined) await flush(table, lines)
}

function tableOf(byName: ReadonlyMap<string, TableFacts>, part: BackupPart, path: string): TableFacts {
  const table = byName.get(`${part.schema}.${part.table}`)
  if (table === undefined) throw backupErrors.backup_damaged({ file: path, part: part.name })
  return table
}

async function insert(client: ClientBase, table: TableFacts, lines: readonly string[]): Promise<void> {
  const columns = table.columns.map(quoted)
  await client.query(
    `insert into ${fullName(table)} (${columns.join(", ")}) overriding system value
     select ${columns.map((column) => `(r).${column}`).join(", ")} from (select unnest($1::text[])::${fullName(table)} as r offset 0) rows`,
    [lines])
}

/** Numbers that tables count by themselves go on after the greatest one. */
async function continueSequences(client: ClientBase, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select a.attrelid::regclass::text as table, quote_ident(a.attname) as column,
       pg_get_serial_sequence(a.attrelid::regclass::text, a.attname) as sequence
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'r' and a.attidentity <> ''`, [schemas])
  for (const { table, column, sequence } of rows)
    await client.query(`select setval($1, (select coalesce(max(${column}), 0) + 1 from ${table}), false)`, [sequence])
}
