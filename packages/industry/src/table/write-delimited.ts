/** CSV and TSV that spreadsheets open without harm. */
import type { Cell, Row } from "@daydream/engine/function"
import { openAside } from "./aside-file.ts"
import { encodeGb18030 } from "./gb18030.ts"
import type { TableWriter, TableWriterOptions } from "./table.ts"

/** What a spreadsheet runs as a formula: =, +, -, @, tab or return at the start. Plain numbers such as -5 are none. */
const formula = /^[=+\-@\t\r]/
const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?%?$/i

/** The text of a cell, with an apostrophe before what a spreadsheet would run. */
export function escapeFormula(text: string): string {
  return formula.test(text) && !plainNumber.test(text) ? `'${text}` : text
}

/** A function that makes the line of a row, without its line break. */
function lineMaker(delimiter: string, isOnlyColumn: boolean, isEscaping: boolean): (cells: readonly Cell[]) => string {
  const mustQuote = (text: string): boolean =>
    text.includes('"') || text.includes(delimiter) || text.includes("\n") || text.includes("\r")
  return (cells) => {
    let line = ""
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as Cell
      let text = cell === null ? "" : typeof cell === "string" ? cell : String(cell)
      if (isEscaping && typeof cell === "string") text = escapeFormula(text)
      // A NUL would make the file unreadable as text.
      if (text.includes("\0")) text = text.replaceAll("\0", "\uFFFD")
      // A line of no characters would read as no row at all.
      if (mustQuote(text) || (isOnlyColumn && text === "")) text = `"${text.replaceAll('"', '""')}"`
      line += i === 0 ? text : delimiter + text
    }
    return line
  }
}

/** A small table as CSV text with a byte order mark and CRLF, as Excel likes it; formulas escaped. */
export function formatCsv(columns: readonly string[], rows: readonly Row[]): string {
  const toLine = lineMaker(",", columns.length === 1, true)
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? null))].map(toLine)
  return `\uFEFF${lines.join("\r\n")}\r\n`
}

export async function writeDelimited(path: string, options: TableWriterOptions): Promise<TableWriter> {
  const { columns } = options
  const encode = options.encoding === "gb18030" ? encodeGb18030 : (text: string) => Buffer.from(text, "utf8")
  const newline = options.newline ?? "\n"
  const delimiter = options.delimiter ?? (options.format === "tsv" ? "\t" : ",")
  const toLine = lineMaker(delimiter, columns.length === 1, options.escapeFormulas ?? true)
  const file = await openAside(path)
  if (options.encoding === "utf-8-bom") await file.write(Buffer.from("\uFEFF"))
  await file.write(encode(toLine(columns) + newline))
  return {
    write: async (rows) => {
      let text = ""
      for (const row of rows) text += toLine(columns.map((name) => row[name] ?? null)) + newline
      if (text !== "") await file.write(encode(text))
    },
    close: () => file.close(),
    abort: () => file.abort(),
  }
}
