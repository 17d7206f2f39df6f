import { expect, test } from "vitest"
import { inferType } from "./infer-signature.ts"
import { missingTest } from "./missing.ts"
import { parseCell } from "./parse-cell.ts"
import { nearestName } from "./nearest.ts"

const iso = (cell: string | number): string | null => {
  const time = parseCell(cell, "date")
  return time === null ? null : new Date(time).toISOString().replace(".000Z", "Z")
}

test("dates are read in Chinese, ISO, English and mail forms", () => {
  for (const text of [
    "2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "2024年03月05号", "２０２４年３月５日", "20240305", "5 Mar 2024", "5th March 2024",
    "Mar 5, 2024", "March 5 2024", "03/05/2024", "5.3.2024", "2024-3-5 星期二", "2024-03-05T00:00:00Z", "2024-03-05 00:00",
  ]) {
    expect([text, iso(text)]).toEqual([text, "2024-03-05T00:00:00Z"])
  }
  expect(iso("2024-03-05T10:20:30.5+08:00")).toBe("2024-03-05T02:20:30.500Z")
  expect(iso("2024年3月5日 下午3点20分")).toBe("2024-03-05T15:20:00Z")
  expect(iso("2024年3月5日15时20分30秒")).toBe("2024-03-05T15:20:30Z")
  expect(iso("Tue, 05 Mar 2024 10:00:00 +0800 (CST)")).toBe("2024-03-05T02:00:00Z")
  expect(iso("3/5/2024 3:04 pm")).toBe("2024-03-05T15:04:00Z")
  expect(iso("12/25/2024 12:30 AM")).toBe("2024-12-25T00:30:00Z")
  expect(iso("25/12/2024")).toBe("2024-12-25T00:00:00Z")
  expect(iso("2024年3月")).toBe("2024-03-01T00:00:00Z")
  expect(iso(45_356)).toBe("2024-03-05T00:00:00Z")
})

test("what is no date is none", () => {
  for (const text of ["2024-02-30", "2024-13-01", "1.5.2", "hello", "12:30", "20241399", "3/5", "", "无", "1234567890123"]) expect([text, iso(text)]).toEqual([text, null])
})

test("numbers are read with separators, currency, percent, brackets and Chinese units", () => {
  const cases: readonly [string, number | null][] = [
    ["1,234.5", 1234.5], ["1,234,567", 1234567], ["12%", 0.12], ["5‰", 0.005], ["$1,200", 1200], ["¥12", 12], ["￥12.50", 12.5], ["12元", 12],
    ["RMB 12", 12], ["12 USD", 12], ["-5", -5], ["−5", -5], ["+5", 5], ["-$3", -3], ["$-3", -3], ["(1,234)", -1234], ["1.2万", 12000], ["3亿", 3e8],
    ["€1.200,50", 1200.5], ["1 234,5", 1234.5], ["10.000.000", 1e7], ["1,23", 1.23], ["1e5", 1e5], [".5", 0.5], ["１２３", 123], [" 7 ", 7], ["1,0000", 10000],
    ["abc", null], ["1-2", null], ["12abc", null], ["1.2.3", null], ["1,2345,6", null], ["", null], ["N/A", null], ["-", null], ["无", null], ["Infinity", null],
    ["(5", null], ["0x10", null], ["12 34", null], ["５．５", 5.5],
  ]
  for (const [text, value] of cases) expect([text, parseCell(text, "number")]).toEqual([text, value])
  expect(parseCell(true, "number")).toBe(1)
  expect(parseCell(2.5, "number")).toBe(2.5)
})

test("missing values are configurable, and text is missing only where it is blank", () => {
  for (const cell of [null, undefined, "", "  ", "NA", "n/a", "NULL", "-", "无", "空"]) expect(parseCell(cell, "category")).toBeNull()
  expect(parseCell("无", "text")).toBe("无")
  expect(parseCell(" \n", "text")).toBeNull()
  expect(parseCell("-", "category", missingTest(["?"]))).toBe("-")
  expect(parseCell("?", "number", missingTest(["?"]))).toBeNull()
})

const times = (count: number, make: (i: number) => string | number | boolean | null) => Array.from({ length: count }, (_, i) => make(i))

test("the type of a column is found from its cells", () => {
  expect(inferType(times(40, (i) => `2024年${(i % 12) + 1}月${(i % 28) + 1}日`))).toBe("date")
  expect(inferType(times(40, (i) => (i % 5 === 0 ? "N/A" : `${i},000元`)))).toBe("number")
  expect(inferType(times(40, (i) => ["华东", "华北", "", "华南"][i % 4] ?? ""))).toBe("category")
  expect(inferType(times(40, (i) => `message number ${i} about something`))).toBe("text")
  expect(inferType(times(40, (i) => `0${i}`.padStart(6, "0")))).toBe("text")
  expect(inferType(times(40, (i) => i % 2 === 0))).toBe("category")
  expect(inferType(times(40, () => null))).toBe("text")
  expect(inferType(times(40, (i) => (i < 20 ? i : "some words")))).toBe("text")
  expect(inferType(["a", "b", "c"])).toBe("text")
})

test("the nearest column is offered, a far one is not", () => {
  const names = ["subject", "body", "Label", "created_at", "标签"]
  expect(nearestName("labels", names)).toBe("Label")
  expect(nearestName("sbuject", names)).toBe("subject")
  expect(nearestName("createdAt", names)).toBe("created_at")
  expect(nearestName("xyz", names)).toBeNull()
})
