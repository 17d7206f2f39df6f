import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { splitExamples } from "@daydream/engine/evaluation"
import { formatCsv, labelRequest, labelRequestColumns } from "@daydream/industry/table"
import type { CommandContext } from "../frame/index.ts"
import type { CompileCommandOptions } from "../options/index.ts"
import { readMaterial } from "./read.ts"

const folder = await mkdtemp(join(tmpdir(), "read-material-"))
afterAll(() => rm(folder, { recursive: true, force: true }))

const silent = {
  language: "en", json: false, quiet: true, abortSignal: new AbortController().signal, environment: {},
  text: (localized) => localized.en, print: () => {}, table: () => {}, note: () => {},
  progress: () => ({ update: () => {}, finish: () => {}, dismiss: () => {} }), setExitCode: () => {},
} satisfies CommandContext

const day = (row: number) => `2024-03-${String(row).padStart(2, "0")}`

test("a label that comes back takes the part that its time says, although its row had none at first", async () => {
  const table = join(folder, "mails.csv")
  const rows = Array.from({ length: 20 }, (_, i) => i + 1)
  // The newest four are not labelled.
  const lines = rows.map((row) => `message ${row},${day(row)},${row > 16 ? "" : row % 2 === 0 ? "spam" : "ham"}`)
  await writeFile(table, `text,sent,label\n${lines.join("\n")}\n`)
  const answers = join(folder, "labels.csv")
  const requests = [18, 19].map((row) => labelRequest({ key: String(row), input: { text: `message ${row}` } }, ["text"], "spam"))
  await writeFile(answers, formatCsv(labelRequestColumns(["text"]), requests))
  const options = { output: "label", time: "sent", labels: [answers] } as unknown as CompileCommandOptions

  const { examples, unlabelled, times, added, signature } = await readMaterial(silent, table, options)
  expect([...added]).toEqual(["18", "19"])
  expect(unlabelled.map((row) => row.key)).toEqual(["17", "20"])
  expect(times?.get("19")).toBe(Date.UTC(2024, 2, 19))
  const { certify, facts } = splitExamples({ examples, signature, seed: 1, byTimeColumn: "sent", times: times ?? new Map() })
  expect(certify.map((row) => row.key)).toEqual(expect.arrayContaining(["18", "19"]))
  expect(facts.undatedRows).toBe(0)
})
