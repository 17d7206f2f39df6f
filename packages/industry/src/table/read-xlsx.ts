/** Excel workbooks (.xlsx), one sheet as a table, read as a stream. */
import exceljs from "exceljs"
import type { Cell, Row } from "@daydream/engine/function"
import { nameColumns, rowBuilder } from "./columns.ts"
import { tableErrors } from "./errors.ts"
import { collectChunks } from "./read-chunks.ts"
import type { OpenedTable, Piece, ReadOptions } from "./read-chunks.ts"

const isoDate = (date: Date): string => {
  const text = date.toISOString()
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.slice(0, 19)
}

interface RichText {
  readonly richText: readonly { readonly text: string | null }[]
}

/** Characters that XML cannot hold stand in a workbook as _xHHHH_. */
const decodeEscapes = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text

/** A value of exceljs as a cell: a formula gives its result, rich text its text, a link its text, an error null. */
export function excelCell(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === "string") return decodeEscapes(value)
  if (typeof value === "number" || typeof value === "boolean") return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : isoDate(value)
  const object = value as { result?: unknown; richText?: unknown; text?: unknown }
  if (Array.isArray(object.richText)) return (value as RichText).richText.map((part) => decodeEscapes(part.text ?? "")).join("")
  if ("formula" in object || "sharedFormula" in object) return excelCell(object.result)
  if ("text" in object) return excelCell(object.text)
  return null
}

/** What the streaming reader has beyond its type declarations. */
interface SheetReader extends AsyncIterable<exceljs.Row> {
  readonly name?: string
  readonly id?: number | string
}

interface WorkbookReader extends AsyncIterable<SheetReader> {
  readonly model?: { readonly sheets?: readonly { readonly name: string; readonly state?: string }[] }
  readonly stream?: { destroy(): void }
}

function openWorkbook(path: string): WorkbookReader {
  return new exceljs.stream.xlsx.WorkbookReader(path, {
    sharedStrings: "cache", styles: "cache", worksheets: "emit", hyperlinks: "ignore", entries: "ignore",
  })
}

const cellsOf = (row: exceljs.Row, width: number): Cell[] =>
  Array.from({ length: width }, (_, i) => excelCell(row.getCell(i + 1).value))

/** The rows of the wanted sheet; of the first visible one where none is named. */
async function* sheetRows(path: string, sheet: string | undefined): AsyncGenerator<exceljs.Row> {
  const workbook = openWorkbook(path)
  const seen: string[] = []
  try {
    for await (const reader of workbook) {
      const sheets = workbook.model?.sheets ?? []
      const name = reader.name ?? `Sheet${reader.id ?? seen.length + 1}`
      seen.push(name)
      const first = sheets.find((each) => each.state === undefined || each.state === "visible") ?? sheets[0]
      const wanted = sheet ?? (sheets.length > 1 ? first?.name : undefined) ?? name
      if (name === wanted) {
        yield* reader
        return
      }
      for await (const _ of reader) {
        // An unwanted sheet must be drained before the next one comes.
      }
    }
    const names = workbook.model?.sheets?.map((each) => each.name) ?? seen
    throw tableErrors.no_such_sheet({ path, sheet: sheet ?? "", sheets: names })
  } finally {
    workbook.stream?.destroy()
  }
}

const isBlank = (cells: readonly Cell[]): boolean => cells.every((cell) => cell === null || cell === "")

/** Opens a sheet of a workbook; its first row that is not blank is the header. */
export async function openXlsx(path: string, bytes: number, sheet: string | undefined): Promise<OpenedTable> {
  const damaged = (error: unknown): unknown => {
    if (error instanceof Error && error.name === "DaydreamError") return error
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error)
    return tableErrors.damaged_file({ path, format: "Excel", reason }, error)
  }
  let header: string[] | undefined
  try {
    for await (const row of sheetRows(path, sheet)) {
      const cells = cellsOf(row, row.cellCount)
      if (isBlank(cells)) continue
      while (cells.length > 0 && isBlank(cells.slice(-1))) cells.pop()
      header = cells.map((cell) => (cell === null ? "" : String(cell)))
      break
    }
  } catch (error) {
    throw damaged(error)
  }
  if (header === undefined) throw tableErrors.empty_file({ path })
  const columns = nameColumns(path, header)
  const build = rowBuilder(columns)

  async function* rows(options: ReadOptions): AsyncGenerator<Piece> {
    let parsed: Row[] = []
    // The header counts as row 0.
    let next = 0
    try {
      for await (const row of sheetRows(path, sheet)) {
        const width = Math.max(columns.length, next === 0 ? 0 : row.cellCount)
        const cells = cellsOf(row, width)
        if (isBlank(cells)) continue
        if (next > 0 && !isBlank(cells.slice(columns.length))) {
          const found = cells.findLastIndex((cell) => cell !== null && cell !== "") + 1
          throw tableErrors.ragged_row({ path, line: row.number, cells: found, columns: columns.length, delimiter: "|" })
        }
        if (next++ >= options.fromRow) parsed.push(build(cells))
        if (parsed.length >= options.chunkRows) {
          options.abortSignal?.throwIfAborted()
          yield { rows: parsed, position: options.fromRow + parsed.length }
          parsed = []
        }
      }
    } catch (error) {
      options.abortSignal?.throwIfAborted()
      throw damaged(error)
    }
    if (parsed.length > 0) yield { rows: parsed, position: bytes }
  }

  return {
    facts: { format: "xlsx", columns, bytes },
    chunks: (options) => collectChunks(rows(options), options),
  }
}
