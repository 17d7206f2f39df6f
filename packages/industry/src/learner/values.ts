/** Reads cells as numbers and dates, whatever the table's format made of them. */
import type { Cell } from "@daydream/engine/function"

/** The text of a cell, trimmed; "" where it is missing. */
export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? "" : typeof cell === "string" ? cell.trim() : String(cell)

/** A cell as a number: "1,234.5", "12 %" and "¥ 80" too. NaN where it is none. */
export function numberOf(cell: Cell | undefined): number {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : Number.NaN
  if (typeof cell === "boolean") return cell ? 1 : 0
  const text = textOf(cell).normalize("NFKC")
  if (text === "") return Number.NaN
  const isPercent = text.endsWith("%")
  const plain = text.replaceAll(/[\s_%$€£¥]|,(?=\d{3}(?:\D|$))/g, "")
  const number = plain === "" ? Number.NaN : Number(plain)
  if (!Number.isFinite(number)) return Number.NaN
  return isPercent ? number / 100 : number
}

/** A date as its clock shows it, whatever the time zone. */
export interface DateParts {
  /** Days since 1970-01-01, with the fraction of the day. */
  readonly days: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** 0 is January. */
  readonly month: number
  /** Missing where the cell holds no time. */
  readonly hour?: number
}

const datePattern =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?)?/

/** A cell as a date: ISO 8601, with slashes or as in 2024年3月5日; undefined where it is none. */
export function dateOf(cell: Cell | undefined): DateParts | undefined {
  const match = datePattern.exec(textOf(cell))
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, ...number[]]
  const time = Date.UTC(year, (month as number) - 1, day, hour || 0, minute || 0, second || 0)
  const date = new Date(time)
  if (date.getUTCMonth() !== (month as number) - 1) return undefined
  const parts = { days: time / 86_400_000, weekday: date.getUTCDay(), month: date.getUTCMonth() }
  return match[4] === undefined ? parts : { ...parts, hour: date.getUTCHours() }
}
