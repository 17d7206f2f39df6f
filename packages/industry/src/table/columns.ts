/** Names of columns, and rows built from cells under them. */
import type { Cell, Row } from "@daydream/engine/function"
import { tableErrors } from "./errors.ts"

/**
 * Names from the cells of a header: trimmed, an empty one becomes `column_<position>`. Trailing empty names are kept.
 * Throws `duplicate_columns`.
 */
export function nameColumns(path: string, header: readonly string[]): string[] {
  const names = header.map((name, i) => name.replace(/^\uFEFF/, "").trim() || `column_${i + 1}`)
  const positions = new Map<string, number[]>()
  names.forEach((name, i) => positions.set(name, [...(positions.get(name) ?? []), i + 1]))
  const repeated = [...positions].filter(([, at]) => at.length > 1)
  if (repeated.length > 0) {
    throw tableErrors.duplicate_columns({
      path, columns: repeated.map(([name]) => name), positions: repeated.map(([, at]) => at),
    })
  }
  return names
}

/** A function that makes a row from cells in the order of `columns`. */
export function rowBuilder(columns: readonly string[]): (cells: readonly Cell[]) => Row {
  const width = columns.length
  if (columns.includes("__proto__")) {
    return (cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? null]))
  }
  return (cells) => {
    const row: Record<string, Cell> = {}
    for (let i = 0; i < width; i++) row[columns[i] as string] = cells[i] as Cell
    return row
  }
}
