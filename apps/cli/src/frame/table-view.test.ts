import { expect, test } from "vitest"
import { renderTable } from "./table-view.ts"
import { displayWidth } from "./width.ts"

const view = {
  columns: [
    { title: { en: "Rung", zh: "方案" } },
    { title: { en: "Accuracy", zh: "准确率" }, align: "right" },
    { title: { en: "Note", zh: "备注" }, maximumWidth: 8 },
  ],
  rows: [
    ["词频", "97.1 %", "x"],
    ["embedding", "9 %", "a long\nnote here"],
  ],
} as const

test("cells line up where some are Chinese", () => {
  const lines = renderTable(view, (text) => text.zh)
  const ends = lines.slice(2).map((line) => displayWidth(line.slice(0, line.indexOf("%") + 1)))
  expect(new Set(ends).size).toBe(1)
})

test("a long cell is cut and takes one line", () => {
  const lines = renderTable(view, (text) => text.en)
  expect(lines).toHaveLength(4)
  expect(lines[3]).toMatch(/a long …$/u)
})

test("a table that would be too wide folds its titles first", () => {
  const wide = {
    columns: [{ title: { en: "a long title", zh: "" }, align: "right" }, { title: { en: "name", zh: "" } }],
    rows: [["1", "one two three"]],
  } as const
  expect(renderTable(wide, (text) => text.en, 40)[0]).toBe("a long title  name")
  expect(renderTable({ ...wide, maximumWidth: 21 }, (text) => text.en)).toEqual([
    "a long  name", " title", "──────  ─────────────", "     1  one two three",
  ])
})

test("on a narrow screen the widest column goes over several lines and nothing is lost", () => {
  const wide = {
    columns: [{ title: { en: "id", zh: "编号" } }, { title: { en: "description", zh: "说明" } }],
    rows: [["a", "客服消息，七十七种意图，另有一个官方测试集可供使用"], ["b", "short"]],
  }
  const lines = renderTable(wide, (text) => text.zh, 30)
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(30)
  expect(lines.join("").replaceAll(/[\s─]/gu, "")).toBe("编号说明a客服消息，七十七种意图，另有一个官方测试集可供使用bshort")
})
