/** What stands for "no value" in a table. */
import type { Cell } from "@daydream/engine/function"

/** Texts that mean a missing value in a number, date or category column, compared without case and outer spaces. */
export const defaultMissing: readonly string[] = [
  "", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "—", "无", "空", "暂无", "未知", "缺失",
]

/** Texts that mean "not labelled". Narrower: "none", "-" and "无" can be classes. */
export const defaultMissingLabels: readonly string[] = ["", "na", "n/a", "#n/a", "nan", "null"]

/** A test for missing cells. */
export function missingTest(tokens: readonly string[] = defaultMissing): (cell: Cell | undefined) => boolean {
  const set = new Set(tokens.map((token) => token.trim().toLowerCase()))
  return (cell) => {
    if (cell === null || cell === undefined) return true
    if (typeof cell !== "string") return typeof cell === "number" && Number.isNaN(cell)
    return cell.length < 64 && set.has(cell.trim().toLowerCase())
  }
}
