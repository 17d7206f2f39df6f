import { expect, test } from "vitest"
import { createTableWriter } from "./create-table-writer.ts"
import { hashInput } from "./input-hash.ts"
import { labelRequest, labelRequestColumns, mergeLabels } from "./merge-labels.ts"
import { openTable } from "./open-table.ts"
import { lacking, testFolder } from "./support.test.helpers.ts"

const folder = testFolder()
const inputs = ["text", "label"]
const set = {
  examples: [
    { key: "1", input: { text: "one", label: "raw" }, label: "spam" },
    { key: "2", input: { text: "two", label: "raw" }, label: "ham" },
  ],
  unlabelled: [
    { key: "3", input: { text: "=three", label: null } },
    { key: "4", input: { text: "four\nlines", label: "" } },
    { key: "5", input: { text: "five", label: "" } },
  ],
}

async function labelsFile(answers: Readonly<Record<string, string | null>>, shift = 0): Promise<string> {
  const path = folder.path("labels.csv")
  const writer = await createTableWriter(path, { format: "csv", columns: labelRequestColumns(inputs), encoding: "utf-8-bom" })
  const all = [...set.examples, ...set.unlabelled]
  await writer.write(
    Object.entries(answers).map(([key, label]) => {
      const at = all.findIndex((row) => row.key === key)
      const row = labelRequest(all[at] as (typeof all)[number], inputs, label)
      return shift === 0 ? row : { ...row, row: String(Number(row["row"]) + shift) }
    }),
  )
  await writer.close()
  return path
}

test("labels that come back join the examples, known labels are confirmed or changed", async () => {
  const labels = await openTable(await labelsFile({ "1": "spam", "2": "Spam ", "3": "ham", "4": null, "5": "new" }))
  expect(labels.facts.columns).toEqual(["row", "input_hash", "label", "text", "input.label"])
  const merged = await mergeLabels(set, labels, { inputs, classes: ["ham", "spam"] })
  expect(merged.examples.map((example) => [example.key, example.label])).toEqual([["1", "spam"], ["2", "spam"], ["3", "ham"], ["5", "new"]])
  expect(merged.unlabelled.map((row) => row.key)).toEqual(["4"])
  expect(merged.report).toEqual({ added: 2, changed: ["2"], confirmed: 1, blank: 1, newClasses: ["new"] })
})

test("a file that was shifted against its rows is refused", async () => {
  const labels = await openTable(await labelsFile({ "1": "spam", "3": "ham" }, 1))
  expect(await lacking(mergeLabels(set, labels, { inputs }), "labels_do_not_match", ["2 rows of", "first: 2, 4", "sorted or shifted"], ["有 2 行", "错位"])).toEqual([])
})

test("rows of another table are refused, and so is a file without the columns", async () => {
  const stranger = await openTable(await folder.file("s.csv", "row,input_hash,label\n9,0123456789abcdef,x\n"))
  expect(await lacking(mergeLabels(set, stranger, { inputs }), "labels_do_not_match", ["1 rows"], ["1 行"])).toEqual([])
  const bare = await openTable(await folder.file("b.csv", "row,label\n1,x\n"))
  expect(await lacking(mergeLabels(set, bare, { inputs }), "no_such_column", ["input_hash"], ["input_hash"])).toEqual([])
})

test("what a spreadsheet does to a cell does not change its hash, another text does", () => {
  const hash = (text: string) => hashInput({ text }, ["text"])
  expect(hash("'=three")).toBe(hash("=three"))
  expect(hash(" a\r\nb ")).toBe(hash("a\nb"))
  expect(hash("a b")).not.toBe(hash("a c"))
  expect(hashInput({ a: "x", b: "y" }, ["a", "b"])).not.toBe(hashInput({ a: "xy", b: "" }, ["a", "b"]))
  expect(hashInput({ a: null }, ["a"])).toBe(hashInput({ a: "" }, ["a"]))
})
