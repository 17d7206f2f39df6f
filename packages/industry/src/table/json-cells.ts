/** JSON values as cells and rows. */
import type { Cell, Row } from "@daydream/engine/function"

const longInteger = /\d{16}/

/** Parses one value; long integers that a double would change stay as they are written, as strings. */
export function parseJson(text: string): unknown {
  if (!longInteger.test(text)) return JSON.parse(text)
  const keep = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && /^-?\d{16,}$/.test(context.source) &&
    String(value) !== context.source
      ? context.source
      : value
  return JSON.parse(text, keep)
}

/** A value as a cell: lists and objects become their JSON text. */
export function jsonCell(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value
  return JSON.stringify(value)
}

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A row with every one of `columns` (null where `value` lacks it), then whatever else `value` holds. */
export function jsonRow(value: Record<string, unknown>, columns: readonly string[]): Row {
  const row: Record<string, Cell> = {}
  for (const name of columns) row[name] = null
  for (const name of Object.keys(value)) {
    if (name === "__proto__") Object.defineProperty(row, name, { value: jsonCell(value[name]), enumerable: true })
    else row[name] = jsonCell(value[name])
  }
  return row
}

/** What `value` is, in words for an error. */
export function describeJson(value: unknown): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${describeJson(value[0])}, …]`
  if (typeof value === "object") return `{${Object.keys(value).slice(0, 5).map((key) => `"${key}"`).join(", ")}}`
  return JSON.stringify(value).slice(0, 40)
}
