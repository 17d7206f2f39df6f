/** Parquet: rows are kept aside as quoted CSV, and written with their types when all are known. */
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

/** An empty text and no value must stay apart: texts are quoted, a missing one is nothing at all. */
const quoted = (cell: Cell): string => (cell === null ? "" : `"${String(cell).replaceAll('"', '""')}"`)

const defaultLineBytes = 2 << 20

/** The rows kept at `path` as a table of texts c0, c1, … */
function rowsAside(path: string, columns: number, longestLine: number): string {
  const names = Array.from({ length: columns }, (_, i) => `c${i}: 'VARCHAR'`).join(", ")
  // A character of JavaScript takes at most three bytes of UTF-8.
  const lineBytes = Math.max(defaultLineBytes, longestLine * 3)
  return (
    `read_csv(${sqlText(path.replace(/[*?[\]]/g, "[$&]"))}, auto_detect = false, header = false, delim = ',', quote = '"', ` +
    `escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, max_line_size = ${lineBytes}, ` +
    `buffer_size = ${lineBytes * 4}, columns = {${names}})`
  )
}

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
  const isOnlyColumn = columns.length === 1
  const partPath = `${path}.${randomUUID()}.part`
  const clean = async (): Promise<void> => {
    await aside.abort()
    await rm(rowsPath, { force: true })
    await rm(partPath, { force: true })
  }
  return {
    write: async (rows) => {
      let text = ""
      for (const row of rows) {
        const before = text.length
        for (let i = 0; i < columns.length; i++) {
          const cell = row[columns[i] as string] ?? null
          note(kinds[i] as Kinds, cell)
          text += (i === 0 ? "" : ",") + quoted(cell)
        }
        // A line of no characters would be no row.
        text += isOnlyColumn ? ',""\n' : "\n"
        longest = Math.max(longest, text.length - before)
      }
      if (text !== "") await aside.write(Buffer.from(text, "utf8"))
    },
    close: async () => {
      try {
        await aside.close()
        const types = columns.map((name, i) => options.types?.[name] ?? typeOf(kinds[i] as Kinds))
        const from = rowsAside(rowsPath, columns.length + (isOnlyColumn ? 1 : 0), longest)
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
