/** Writes all tables of the store, as they are at one moment, into one file, while everything runs. */
import { createHash, randomUUID } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import { open, rename, rm } from "node:fs/promises"
import type { ClientBase } from "pg"
import type { Store } from "@daydream/engine/storage"
import { fabricSchemas } from "./schemas.ts"
import type { Schemas } from "./schemas.ts"
import { fullName, readTables, readVersions } from "./tables.ts"
import type { TableFacts } from "./tables.ts"
import { tarEnd, tarEntry } from "./tar.ts"

/** The last file of a backup: what it holds, and the hash of each part. */
export interface BackupManifest {
  readonly format: 1
  readonly madeAt: string
  readonly versions: Readonly<Record<string, readonly string[]>>
  readonly parts: readonly BackupPart[]
}

/** Rows of one table, one JSON text a line: each is PostgreSQL's own text of the row. */
export interface BackupPart {
  readonly name: string
  readonly schema: string
  readonly table: string
  readonly rows: number
  readonly sha256: string
}

export interface BackupResult {
  readonly rows: number
  readonly bytes: number
  readonly tables: number
}

export interface BackupOptions {
  readonly now: Date
  readonly onProgress?: (rows: number) => void
  readonly abortSignal?: AbortSignal
  /** What the backup holds; the fabric's unless set. */
  readonly schemas?: Schemas
}

export const manifestName = "manifest.json"
const rowsAtOnce = 2_000
const partBytes = 8 << 20

/**
 * Makes the backup `path`, whole or not at all; replaces no file. Sealed secrets stay sealed: the master key is not in
 * it and must be kept apart.
 */
export async function makeBackup(
  store: Store, path: string, options: BackupOptions,
): Promise<BackupResult> {
  // Told before the work, not after it.
  await rm(await claimed(path))
  const aside = `${path}.${randomUUID()}.part`
  const file = await open(aside, "wx", 0o600)
  try {
    const result = await store.transaction((client) => writeAll(client, file, options))
    await file.sync()
    await file.close()
    await rename(aside, await claimed(path))
    return result
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(aside, { force: true })
    throw error
  }
}

/** Makes an empty file of that name. Fails where the name is taken: an older backup is never lost to a newer one. */
async function claimed(path: string): Promise<string> {
  const place = await open(path, "wx", 0o600)
  await place.close()
  return path
}

async function writeAll(client: ClientBase, file: FileHandle, options: BackupOptions): Promise<BackupResult> {
  // One moment for all tables; writers are not held up.
  await client.query("set transaction isolation level repeatable read, read only")
  const seconds = Math.floor(options.now.getTime() / 1_000)
  const names = [...(options.schemas ?? fabricSchemas).keys()]
  const tables = await readTables(client, names)
  const parts: BackupPart[] = []
  let [rows, bytes] = [0, 0]
  const write = async (name: string, content: Buffer) => {
    const entry = tarEntry(name, content, seconds)
    bytes += entry.length
    await file.writeFile(entry)
  }
  for (const table of tables) {
    let number = 0
    for await (const lines of linesOf(client, table, options.abortSignal)) {
      const content = Buffer.from(`${lines.join("\n")}\n`)
      const name = `${table.schema}.${table.name}.${String(++number).padStart(5, "0")}.jsonl`
      await write(name, content)
      parts.push({ name, schema: table.schema, table: table.name, rows: lines.length, sha256: hashOf(content) })
      rows += lines.length
      options.onProgress?.(rows)
    }
  }
  const manifest: BackupManifest = { format: 1, madeAt: options.now.toISOString(), versions: await readVersions(client, names), parts }
  await write(manifestName, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`))
  await file.writeFile(tarEnd)
  return { rows, bytes: bytes + tarEnd.length, tables: tables.length }
}

export const hashOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex")

/** Lines of a table in parts of some megabytes. */
async function* linesOf(client: ClientBase, table: TableFacts, abortSignal: AbortSignal | undefined): AsyncIterable<readonly string[]> {
  await client.query(`declare backup_rows no scroll cursor for select t::text as line from ${fullName(table)} t`)
  let [lines, bytes]: [string[], number] = [[], 0]
  for (;;) {
    abortSignal?.throwIfAborted()
    const { rows } = await client.query<{ line: string }>(`fetch ${rowsAtOnce} from backup_rows`)
    for (const { line } of rows) {
      const text = JSON.stringify(line)
      bytes += text.length
      lines.push(text)
    }
    if (lines.length > 0 && (bytes >= partBytes || rows.length === 0)) {
      yield lines
      lines = []
      bytes = 0
    }
    if (rows.length === 0) break
  }
  await client.query("close backup_rows")
}
