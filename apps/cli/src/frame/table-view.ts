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
  /** Columns of the screen that the table takes at most, also where it goes into a file. */
  readonly maximumWidth?: number
}

const oneLine = (text: string) => text.replaceAll(/\s+/gu, " ").trim()

const gap = 2
const narrowestColumn = 16

/** Widths that a column takes whole, with its title over several lines, and at least. */
interface ColumnWidths {
  readonly whole: number
  readonly folded: number
}

const totalOf = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, gap * (widths.length - 1))

/** Widths of the columns; where they do not fit into `limit`, titles are folded, then the widest column gives way. */
function fitWidths(columns: readonly ColumnWidths[], limit: number): number[] {
  const whole = columns.map((column) => column.whole)
  if (totalOf(whole) <= limit) return whole
  const folded = columns.map((column) => column.folded)
  const excess = totalOf(folded) - limit
  const widest = folded.indexOf(Math.max(...folded))
  return folded.map((width, at) =>
    at === widest && excess > 0 ? Math.max(Math.min(width, narrowestColumn), width - excess) : width,
  )
}

// Shorter lines than this would only look odd.
const narrowestTitle = 6

const foldedWidth = (title: string) =>
  Math.max(Math.min(displayWidth(title), narrowestTitle), ...title.split(" ").map(displayWidth))

/** Titles break at spaces alone: within a Chinese word a break reads badly. */
function foldTitle(title: string, width: number): string[] {
  const lines: string[] = []
  for (const word of title.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim()
    if (lines.length > 0 && displayWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.flatMap((line) => foldCell(line, width))
}

const foldCell = (cell: string, width: number): string[] => (displayWidth(cell) > width ? wrap(cell, width).split("\n") : [cell])

/**
 * The lines of a table: titles, a rule, a line a row. `screen` is how many columns the screen has: where the table is
 * wider, titles and then the cells of its widest column go over several lines.
 */
export function renderTable(
  view: TableView,
  text: (localized: Localized) => string,
  screen: number = Number.POSITIVE_INFINITY,
): string[] {
  const limit = Math.min(screen, view.maximumWidth ?? Number.POSITIVE_INFINITY)
  const titles = view.columns.map((column) => text(column.title))
  const rows = view.rows.map((row) =>
    view.columns.map((column, at) => truncate(oneLine(row[at] ?? ""), column.maximumWidth ?? Number.POSITIVE_INFINITY)),
  )
  const columns = titles.map((title, at) => {
    const cells = rows.reduce((widest, row) => Math.max(widest, displayWidth(row[at] as string)), 0)
    return { whole: Math.max(cells, displayWidth(title)), folded: Math.max(cells, foldedWidth(title)) }
  })
  const widths = fitWidths(columns, limit)
  const lines = (cells: readonly string[], fold = foldCell) => {
    const wrapped = cells.map((cell, at) => fold(cell, widths[at] as number))
    const height = Math.max(...wrapped.map((cell) => cell.length))
    return Array.from({ length: height }, (_, line) =>
      wrapped
        .map((cell, at) => pad(cell[line] ?? "", widths[at] as number, view.columns[at]?.align ?? "left"))
        .join(" ".repeat(gap))
        .trimEnd(),
    )
  }
  return [...lines(titles, foldTitle), widths.map((width) => "─".repeat(width)).join(" ".repeat(gap)), ...rows.flatMap((row) => lines(row))]
}
