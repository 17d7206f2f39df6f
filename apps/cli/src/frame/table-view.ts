/** A table for people: columns aligned by what they take on the screen. */
import type { Localized } from "@daydream/engine/language"
import { displayWidth, pad, truncate } from "./width.ts"

export interface ColumnView {
  readonly title: Localized
  readonly align?: "left" | "right"
  /** Cells longer than this are cut with an ellipsis. */
  readonly maximumWidth?: number
}

export interface TableView {
  readonly columns: readonly ColumnView[]
  readonly rows: readonly (readonly string[])[]
}

const oneLine = (text: string) => text.replaceAll(/\s+/gu, " ").trim()

/** The lines of a table: titles, a rule, one line a row; two spaces between columns. */
export function renderTable(view: TableView, text: (localized: Localized) => string): string[] {
  const titles = view.columns.map((column) => text(column.title))
  const rows = view.rows.map((row) =>
    view.columns.map((column, at) => truncate(oneLine(row[at] ?? ""), column.maximumWidth ?? Number.POSITIVE_INFINITY)),
  )
  const widths = titles.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[at] as string)), displayWidth(title)),
  )
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => pad(cell, widths[at] as number, view.columns[at]?.align ?? "left")).join("  ").trimEnd()
  return [line(titles), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)]
}
