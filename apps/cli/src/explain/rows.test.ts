import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Signature } from "@daydream/engine/function"
import { afterAll, beforeAll, expect, test } from "vitest"
import { chooseRows } from "./index.ts"

const output = { name: "label", type: "enum", classes: ["a", "b"] } as const
const mails: Signature = { inputs: [{ name: "subject", type: "text" }, { name: "body", type: "text" }], output }
const messages: Signature = { inputs: [{ name: "text", type: "text" }], output }
let table: string
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "daydream-explain-"))
  table = join(folder, "mails.csv")
  writeFileSync(table, `label,body,subject\n${Array.from({ length: 30 }, (_, at) => `a,body ${at + 1},subject ${at + 1}`).join("\n")}\n`)
})

afterAll(() => rmSync(folder, { recursive: true }))

test("a row may be JSON, or the text of a function with one input", async () => {
  expect(await chooseRows({ row: '{"body": "b", "subject": "s", "label": "a"}' }, mails)).toEqual([
    { key: "1", input: { subject: "s", body: "b" } },
  ])
  expect(await chooseRows({ row: "where is my card" }, messages)).toEqual([{ key: "1", input: { text: "where is my card" } }])
})

test("a row of a table is found by its number and holds only the inputs, in the function's order", async () => {
  const rows = await chooseRows({ rows: table, row: "17" }, mails)
  expect(rows).toEqual([{ key: "17", input: { subject: "subject 17", body: "body 17" } }])
  expect(Object.keys(rows[0]?.input ?? {})).toEqual(["subject", "body"])
})

test("a table without a number gives its first ten rows, and nothing asked gives none", async () => {
  expect((await chooseRows({ rows: table }, mails)).map((row) => row.key)).toEqual(Array.from({ length: 10 }, (_, at) => String(at + 1)))
  expect(await chooseRows({}, mails)).toEqual([])
})

test.each([
  [{ row: "17" }, "row_needs_table"],
  [{ row: "a text" }, "row_needs_names"],
  [{ row: '{"subject": ' }, "row_is_no_json"],
  [{ row: '{"subject": "s"}' }, "row_lacks_inputs"],
] as const)("%j is told as %s", async (choice, code) => {
  await expect(chooseRows(choice, mails)).rejects.toMatchObject({ code, exitCode: 2 })
})

test("a row number that the table does not have, or that is none, is told", async () => {
  await expect(chooseRows({ rows: table, row: "31" }, mails)).rejects.toMatchObject({ code: "no_such_row" })
  await expect(chooseRows({ rows: table, row: "0" }, mails)).rejects.toMatchObject({ code: "row_is_no_number" })
  await expect(chooseRows({ rows: table, row: "first" }, mails)).rejects.toMatchObject({ code: "row_is_no_number" })
})
