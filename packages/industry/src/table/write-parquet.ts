/** Parquet: rows are kept aside as JSON Lines, and written with their types when all are known. */
import { randomUUID } from "node:crypto"
import { open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { syncFolder } from "@daydream/engine/artifact"
import type { Cell } from "@daydream/engine/function"
import { asWriteError, openAside } from "./aside-file.ts"
import { openDuckDb, sqlName, sqlText } from "./duckdb.ts"
import { tableErrors } from "./errors.ts"
import type { TableWriter, TableWriterOptions } from "./table.ts"

/** What kinds of cells a column held. */
interface Kinds {
  text: boolean
  boolean: boolean
  integer: boolean
  fraction: boolean
}

function note(kinds: Kinds, cell: Cell): void {
  if (cell === null) return
  if (typeof cell === "string") kinds.text = true
  else if (typeof cell === "boolean") kinds.boolean = true
  else if (Number.isSafeInteger(cell)) kinds.integer = true
  else kinds.fraction = true
}

function typeOf({ text, boolean, integer, fraction }: Kinds): string {
  if (text || (boolean && (integer || fraction))) return "VARCHAR"
  if (fraction) return "DOUBLE"
  if (integer) return "BIGINT"
  return boolean ? "BOOLEAN" : "VARCHAR"
}

const isNested = (type: string): boolean => /\[|^(STRUCT|MAP|UNION)\b/i.test(type)

function cast(column: string, type: string, isTrying = false): string {
  if (type === "VARCHAR") return column
  const from = isNested(type) ? `${column}::JSON` : column
  return `${isTrying ? "TRY_CAST" : "CAST"}(${from} AS ${type})`
}

const defaultObjectBytes = 16 << 20

async function copyToParquet(from: string, target: string, columns: readonly string[], types: readonly string[]) {
  const { connection, close } = await openDuckDb()
  try {
    const selected = columns.map((name, i) => `${cast(`c${i}`, types[i] as string)} AS ${sqlName(name)}`).join(", ")
    try {
      await connection.run(
        `COPY (SELECT ${selected} FROM ${from}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
      )
    } catch (error) {
      for (const [i, type] of types.entries()) {
        const failing = `c${i} IS NOT NULL AND ${cast(`c${i}`, type, true)} IS NULL`
        const found = await connection.runAndReadAll(`SELECT c${i} FROM ${from} WHERE ${failing} LIMIT 1`)
        const value = found.getRows()[0]?.[0]
        if (value === undefined) continue
        const reason = JSON.stringify(value).slice(0, 60)
        throw tableErrors.unwritable_column({ column: columns[i] as string, type, reason }, error)
      }
      throw error
    }
  } finally {
    close()
  }
}

export async function writeParquet(path: string, options: TableWriterOptions): Promise<TableWriter> {
  const { columns } = options
  const rowsPath = `${path}.${randomUUID()}.rows`
  const aside = await openAside(rowsPath)
  const kinds = columns.map((): Kinds => ({ text: false, boolean: false, integer: false, fraction: false }))
  let longest = 0
  const partPath = `${path}.${randomUUID()}.part`
  const clean = async (): Promise<void> => {
    await aside.abort()
    await rm(rowsPath, { force: true })
    await rm(partPath, { force: true })
  }
  return {
    write: async (rows) => {
      for (const row of rows) {
        const cells = columns.map((name, i) => {
          const cell = row[name] ?? null
          note(kinds[i] as Kinds, cell)
          return `"c${i}":${cell === null ? "null" : JSON.stringify(String(cell))}`
        })
        const bytes = Buffer.from(`{${cells.join(",")}}\n`, "utf8")
        longest = Math.max(longest, bytes.length)
        await aside.write(bytes)
      }
    },
    close: async () => {
      try {
        await aside.close()
        const types = columns.map((name, i) => options.types?.[name] ?? typeOf(kinds[i] as Kinds))
        const read = columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ")
        const size = Math.max(defaultObjectBytes, longest + 1_024)
        const from =
          `read_json(${sqlText(rowsPath.replace(/[*?[\]]/g, "[$&]"))}, format = 'newline_delimited', ` +
          `columns = {${read}}, maximum_object_size = ${size})`
        await copyToParquet(from, partPath, columns, types)
        const handle = await open(partPath, "r+")
        await handle.sync()
        await handle.close()
        await rename(partPath, path)
        await syncFolder(dirname(path))
        await rm(rowsPath, { force: true })
      } catch (error) {
        await clean()
        throw asParquetError(error, path)
      }
    },
    abort: clean,
  }
}

function asParquetError(error: unknown, path: string): unknown {
  const isFull = error instanceof Error && /No space left on device|disk is full|ENOSPC/i.test(error.message)
  return asWriteError(isFull ? Object.assign(new Error(error.message, { cause: error }), { code: "ENOSPC" }) : error, path)
}
