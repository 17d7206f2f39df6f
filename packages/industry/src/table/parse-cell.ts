/** Cells as typed values. */
import type { Cell, InputType } from "@daydream/engine/function"
import { missingTest } from "./missing.ts"
import { parseDate } from "./parse-date.ts"
import { parseNumber } from "./parse-number.ts"

/** What a typed cell is: text and category a string, number a number, date milliseconds since 1970 (UTC). */
export type TypedValue<T extends InputType = InputType> = T extends "number" | "date" ? number : string

const isMissingByDefault = missingTest()

/** Dates of spreadsheets that lost their format: days since 30 December 1899, between 1982 and 2119. */
const serialDate = (days: number): number | null =>
  days >= 30_000 && days < 80_000 ? Math.round((days - 25_569) * 86_400_000) : null

/**
 * The typed value of `cell`, null where it is missing or is no value of `type`. For text only blanks are missing;
 * `isMissing` decides for the other types (default: `defaultMissing`).
 */
export function parseCell<T extends InputType>(
  cell: Cell | undefined,
  type: T,
  isMissing: (cell: Cell | undefined) => boolean = isMissingByDefault,
): TypedValue<T> | null {
  return parse(cell, type, isMissing) as TypedValue<T> | null
}

function parse(cell: Cell | undefined, type: InputType, isMissing: (cell: Cell | undefined) => boolean) {
  if (type === "text") {
    if (cell === null || cell === undefined) return null
    const text = String(cell)
    return text.trim() === "" ? null : text
  }
  if (cell === null || cell === undefined || isMissing(cell)) return null
  if (type === "category") return String(cell).trim()
  if (type === "number") {
    if (typeof cell === "number") return cell
    return typeof cell === "boolean" ? Number(cell) : parseNumber(cell)
  }
  if (typeof cell === "number") return serialDate(cell) ?? parseDate(String(cell))
  return typeof cell === "string" ? parseDate(cell) : null
}
