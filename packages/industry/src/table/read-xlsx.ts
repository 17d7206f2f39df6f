/** Excel workbooks (.xlsx), one sheet as a table, read as a stream. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { Cell, Row } from "@daydream/engine/function"
import { nameColumns, rowBuilder } from "./columns.ts"
import { tableErrors } from "./errors.ts"
import { collectChunks } from "./read-chunks.ts"
import type { OpenedTable, Piece, ReadOptions } from "./read-chunks.ts"
import { attribute, decodeXml, elements, itemText, readWorkbook } from "./workbook.ts"
import type { Sheet, Workbook } from "./workbook.ts"
import { openZip } from "./zip-reader.ts"

const dayMilliseconds = 86_400_000
/** Days from 30 December 1899, where Excel counts from, to 1 January 1970; and from 1 January 1904. */
const days1900 = 25_569
const days1904 = 24_107

/** A serial number of Excel as ISO 8601: a date, a date with time, or below 1 a time of day. */
export function excelDate(serial: number, startsIn1904: boolean): string | number {
  const shift = startsIn1904 ? days1904 : days1900
  const milliseconds = Math.round((serial - shift) * dayMilliseconds)
  const date = new Date(milliseconds)
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return serial
  const text = date.toISOString()
  const clock = text.slice(11, 23).replace(/\.000$/, "")
  if (serial >= 0 && serial < 1) return clock
  return clock === "00:00:00" ? text.slice(0, 10) : `${text.slice(0, 10)}T${clock}`
}

function columnIndex(reference: string): number {
  let index = 0
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    index = index * 26 + letter
  }
  return index - 1
}

function cellValue(workbook: Workbook, type: string | undefined, style: string | undefined, content: string): Cell {
  if (type === "inlineStr") return itemText(content)
  const value = /<(?:\w+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?v>/.exec(content)?.[1]
  if (value === undefined || (value === "" && type !== "str")) return null
  switch (type) {
    case "s":
      return workbook.sharedStrings[Number(value)] ?? null
    case "str":
    case "d":
      return decodeXml(value)
    case "b":
      return value.trim() === "1" || value.trim() === "true"
    case "e":
      return null
    default: {
      const number = Number(value)
      if (!Number.isFinite(number)) return decodeXml(value)
      return workbook.dateStyles[Number(style ?? 0)] === true ? excelDate(number, workbook.startsIn1904) : number
    }
  }
}

const cell = /<(?:\w+:)?c(\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g

interface SheetRow {
  /** As Excel counts it. */
  readonly number: number
  readonly cells: Cell[]
}

function parseRow(workbook: Workbook, xml: string, before: number): SheetRow {
  const cells: Cell[] = []
  for (const [, tag = "", content = ""] of xml.matchAll(cell)) {
    const reference = attribute(tag, "r")
    const index = reference === undefined ? cells.length : columnIndex(reference)
    while (cells.length < index) cells.push(null)
    cells[index] = cellValue(workbook, attribute(tag, "t"), attribute(tag, "s"), content)
  }
  const number = attribute(/^<[^>]*>/.exec(xml)?.[0] ?? "", "r")
  return { number: number === undefined ? before + 1 : Number(number), cells }
}

const isBlank = (cells: readonly Cell[]): boolean => cells.every((each) => each === null || each === "")

/** Rows of a sheet that are not blank, a piece at a time. */
async function* sheetRows(workbook: Workbook, sheet: Sheet, maxCharacters: number) {
  const entry = workbook.archive.entries.get(sheet.entry)
  if (entry === undefined) return
  let number = 0
  for await (const { xml, bytesRead } of elements(workbook.archive.read(entry), "row", maxCharacters)) {
    const rows: SheetRow[] = []
    for (const each of xml) {
      const row = parseRow(workbook, each, number)
      number = row.number
      if (!isBlank(row.cells)) rows.push(row)
    }
    yield { rows, bytesRead }
  }
}

function chooseSheet(path: string, workbook: Workbook, wanted: string | undefined): Sheet {
  const { sheets } = workbook
  const found = wanted === undefined
    ? (sheets.find((sheet) => sheet.isVisible) ?? sheets[0])
    : sheets.find((sheet) => sheet.name === wanted)
  if (found !== undefined) return found
  throw tableErrors.no_such_sheet({ path, sheet: wanted ?? "", sheets: sheets.map((sheet) => sheet.name) })
}

export interface XlsxFile {
  readonly path: string
  readonly bytes: number
  readonly sheet: string | undefined
  readonly maxCellCharacters: number
}

/** Opens a sheet of a workbook; its first row that is not blank is the header. Shared strings are held in memory. */
export async function openXlsx({ path, bytes, sheet: wanted, maxCellCharacters }: XlsxFile): Promise<OpenedTable> {
  const maxCharacters = maxCellCharacters * 4
  const damaged = (error: unknown): unknown => {
    if (isDaydreamError(error)) return error
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error)
    return tableErrors.damaged_file({ path, format: "Excel", reason }, error)
  }
  const open = async () => {
    const workbook = await readWorkbook(await openZip(path), maxCharacters)
    const sheet = chooseSheet(path, workbook, wanted)
    for await (const { rows } of sheetRows(workbook, sheet, maxCharacters)) {
      const first = rows[0]
      if (first !== undefined) return { workbook, sheet, header: first.cells }
    }
    throw tableErrors.empty_file({ path })
  }
  const { workbook, sheet, header } = await open().catch((error: unknown) => {
    throw damaged(error)
  })
  while (isBlank(header.slice(-1))) header.pop()
  const columns = nameColumns(path, header.map((each) => String(each ?? "")))
  const build = rowBuilder(columns)

  const toRow = ({ cells, number }: SheetRow): Row => {
    if (cells.length > columns.length && !isBlank(cells.slice(columns.length))) {
      const found = cells.findLastIndex((each) => each !== null && each !== "") + 1
      throw tableErrors.ragged_sheet_row({ path, row: number, cells: found, columns: columns.length })
    }
    return build(Array.from(columns, (_, i) => cells[i] ?? null))
  }

  async function* rows(options: ReadOptions): AsyncGenerator<Piece> {
    // The header counts as row 0.
    let next = 0
    try {
      for await (const piece of sheetRows(workbook, sheet, maxCharacters)) {
        options.abortSignal?.throwIfAborted()
        const wantedRows = piece.rows.filter(() => next++ >= options.fromRow)
        if (wantedRows.length > 0) yield { rows: wantedRows.map(toRow), position: Math.min(bytes, piece.bytesRead) }
      }
    } catch (error) {
      options.abortSignal?.throwIfAborted()
      throw damaged(error)
    }
  }

  return {
    facts: { format: "xlsx", columns, bytes },
    chunks: (options) => collectChunks(rows(options), options),
  }
}
