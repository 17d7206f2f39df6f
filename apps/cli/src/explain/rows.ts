/** Which rows `show` explains: a row typed as JSON or as text, or rows of a table. */
import type { Cell, KeyedRow, Row, Signature } from "@daydream/engine/function"
import { explainErrors } from "./errors.ts"

export interface RowChoice {
  /** A row number of the table, else a row: JSON, or the text of a function with one input. */
  readonly row?: string
  /** Path of a table. */
  readonly rows?: string
  readonly abortSignal?: AbortSignal
}

const explainedRows = 10

function parseRow(text: string, { inputs }: Signature): Row {
  if (text.trimStart().startsWith("{")) {
    try {
      return JSON.parse(text) as Record<string, Cell>
    } catch (error) {
      throw explainErrors.row_is_no_json({ problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const [only] = inputs
  if (inputs.length !== 1 || only === undefined) throw explainErrors.row_needs_names({ inputs: inputs.map((one) => one.name) })
  return { [only.name]: text }
}

/** Only the inputs of the function, in its order: what else a table holds is nothing to it. */
function keyed(key: string, row: Row, { inputs }: Signature): KeyedRow {
  const missing = inputs.filter((one) => !Object.hasOwn(row, one.name)).map((one) => one.name)
  if (missing.length > 0) throw explainErrors.row_lacks_inputs({ missing, columns: Object.keys(row) })
  return { key, input: Object.fromEntries(inputs.map((one) => [one.name, row[one.name] ?? null])) }
}

async function fromTable(path: string, row: string | undefined, signature: Signature, abortSignal?: AbortSignal) {
  const { openTable } = await import("@daydream/industry/table")
  const table = await openTable(path)
  const first = row === undefined ? 1 : Number(row)
  const wanted = row === undefined ? explainedRows : 1
  const reading = { fromRow: first, chunkRows: wanted, ...(abortSignal === undefined ? {} : { abortSignal }) }
  for await (const chunk of table.chunks(reading))
    return chunk.rows.slice(0, wanted).map((one, at) => keyed(String(chunk.firstRow + at), one, signature))
  throw explainErrors.no_such_row({ row: first, path })
}

/** The rows that were asked for, keyed by their number. Throws errors of `explainErrors` and of the table. */
export async function chooseRows(choice: RowChoice, signature: Signature): Promise<KeyedRow[]> {
  const { row, rows, abortSignal } = choice
  if (rows !== undefined) {
    if (row !== undefined && !/^[1-9]\d*$/u.test(row)) throw explainErrors.row_is_no_number({ row })
    return fromTable(rows, row, signature, abortSignal)
  }
  if (row === undefined) return []
  if (/^\d+$/u.test(row) && signature.inputs.every((one) => one.type === "text")) throw explainErrors.row_needs_table({ row })
  return [keyed("1", parseRow(row, signature), signature)]
}
