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
