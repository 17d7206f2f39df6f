/** Parquet, in chunks of DuckDB. */
import { DuckDBTypeId } from "@duckdb/node-api"
import type { DuckDBType, DuckDBValue } from "@duckdb/node-api"
import type { Cell } from "@daydream/engine/function"
import { nameColumns, rowBuilder } from "./columns.ts"
import { openDuckDb, sqlName, sqlText } from "./duckdb.ts"
import { tableErrors } from "./errors.ts"
import { collectChunks } from "./read-chunks.ts"
import type { OpenedTable, Piece, ReadOptions } from "./read-chunks.ts"

type ToCell = (value: DuckDBValue) => Cell

const big = (value: bigint): Cell => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

const isoOfMicros = (micros: bigint, suffix: string): string => {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = micros - seconds * 1_000_000n
  const text = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)
  return text + (fraction === 0n ? "" : `.${fraction.toString().padStart(6, "0").replace(/0+$/, "")}`) + suffix
}

interface WithMicros {
  readonly micros: bigint
}

const asString: ToCell = (value) => String(value)

/** How values of a type become cells: integers beyond 2^53 and decimals that a double cannot hold become strings. */
function converterOf(type: DuckDBType): ToCell {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return (value) => value as Cell
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return (value) => (Number.isFinite(value) ? (value as number) : null)
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return (value) => big(value as bigint)
    case DuckDBTypeId.DECIMAL:
      return (value) => {
        const text = String(value)
        return text.replace(/\D/g, "").length <= 15 ? Number(text) : text
      }
    case DuckDBTypeId.DATE:
      return (value) => new Date((value as { days: number }).days * 86_400_000).toISOString().slice(0, 10)
    case DuckDBTypeId.TIMESTAMP:
      return (value) => isoOfMicros((value as WithMicros).micros, "")
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => isoOfMicros((value as WithMicros).micros, "Z")
    default:
      return asString
  }
}

/** Types whose values DuckDB itself turns into text: nested ones into JSON, others into their usual form. */
function selectionOf(name: string, type: DuckDBType): string {
  const column = sqlName(name)
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.ARRAY:
      return `to_json(${column})::VARCHAR AS ${column}`
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return `${column}::TIMESTAMP AS ${column}`
    case DuckDBTypeId.ENUM:
    case DuckDBTypeId.UUID:
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.BLOB:
      return `${column}::VARCHAR AS ${column}`
    default:
      return column
  }
}

/** Opens a Parquet file. `facts.types` gives the SQL type of each column, with which it can be written again. */
export async function openParquet(path: string, bytes: number): Promise<OpenedTable> {
  const from = `read_parquet(${sqlText(path.replace(/[*?[\]]/g, "[$&]"))}, hive_partitioning = false)`
  const damaged = (error: unknown) => {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "").slice(0, 200) : String(error)
    return tableErrors.damaged_file({ path, format: "Parquet", reason }, error)
  }
  const { names, types, rowCount } = await describe(from).catch((error: unknown) => {
    throw damaged(error)
  })
  const columns = nameColumns(path, names)
  const build = rowBuilder(columns)
  const selection = names.map((name, i) => selectionOf(name, types[i] as DuckDBType)).join(", ")

  async function* rows(options: ReadOptions): AsyncGenerator<Piece> {
    const { connection, close } = await openDuckDb()
    let done = options.fromRow - 1
    try {
      const offset = done === 0 ? "" : ` OFFSET ${done}`
      const result = await connection.stream(`SELECT ${selection} FROM ${from}${offset}`)
      const converters = result.columnTypes().map(converterOf)
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        options.abortSignal?.throwIfAborted()
        const read = chunk.getColumns().map((values, i) => {
          const convert = converters[i] as ToCell
          return values.map((value) => (value === null ? null : convert(value)))
        })
        done += chunk.rowCount
        const parsed = Array.from({ length: chunk.rowCount }, (_, r) => build(read.map((values) => values[r] ?? null)))
        yield { rows: parsed, position: rowCount === 0 ? bytes : Math.round((bytes * done) / rowCount) }
      }
    } catch (error) {
      options.abortSignal?.throwIfAborted()
      throw damaged(error)
    } finally {
      close()
    }
  }

  return {
    facts: {
      format: "parquet", columns, bytes,
      types: Object.fromEntries(columns.map((name, i) => [name, String(types[i])])),
    },
    chunks: (options) => collectChunks(rows(options), options),
  }
}

async function describe(from: string): Promise<{ names: string[]; types: DuckDBType[]; rowCount: number }> {
  const { connection, close } = await openDuckDb()
  try {
    const empty = await connection.run(`SELECT * FROM ${from} LIMIT 0`)
    const count = await connection.runAndReadAll(`SELECT count(*) FROM ${from}`)
    return { names: empty.columnNames(), types: empty.columnTypes(), rowCount: Number(count.getRows()[0]?.[0] ?? 0) }
  } finally {
    close()
  }
}
