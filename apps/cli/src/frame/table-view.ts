/** A table for people: columns aligned by what they take on the screen. */
import type { Localized } from "@daydream/engine/language"
import { displayWidth, pad, truncate } from "./width.ts"
import { wrap } from "./wrap.ts"

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

const gap = 2
const narrowestColumn = 20

/** Widths of the columns; where they do not fit into `limit`, the widest one gives way. */
function fitWidths(widths: readonly number[], limit: number): number[] {
  const excess = widths.reduce((sum, width) => sum + width, gap * (widths.length - 1)) - limit
  const widest = widths.indexOf(Math.max(...widths))
  return widths.map((width, at) =>
    at === widest && excess > 0 ? Math.max(Math.min(width, narrowestColumn), width - excess) : width,
  )
}

/**
 * The lines of a table: titles, a rule, a line a row. `limit` is how many columns the screen has: where the table is
 * wider, the cells of its widest column go over several lines.
 */
export function renderTable(
  view: TableView,
  text: (localized: Localized) => string,
  limit: number = Number.POSITIVE_INFINITY,
): string[] {
  const titles = view.columns.map((column) => text(column.title))
  const rows = view.rows.map((row) =>
    view.columns.map((column, at) => truncate(oneLine(row[at] ?? ""), column.maximumWidth ?? Number.POSITIVE_INFINITY)),
  )
  const natural = titles.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[at] as string)), displayWidth(title)),
  )
  const widths = fitWidths(natural, limit)
  const lines = (cells: readonly string[]) => {
    const wrapped = cells.map((cell, at) => {
      const width = widths[at] as number
      return displayWidth(cell) > width ? wrap(cell, width).split("\n") : [cell]
    })
    const height = Math.max(...wrapped.map((cell) => cell.length))
    return Array.from({ length: height }, (_, line) =>
      wrapped
        .map((cell, at) => pad(cell[line] ?? "", widths[at] as number, view.columns[at]?.align ?? "left"))
        .join(" ".repeat(gap))
        .trimEnd(),
    )
  }
  return [...lines(titles), widths.map((width) => "─".repeat(width)).join(" ".repeat(gap)), ...rows.flatMap(lines)]
}
