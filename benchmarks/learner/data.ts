/** The public intent data sets, read from a folder that `DAYDREAM_DATA` names (default `../shared/data`). */
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Example } from "@daydream/engine/function"
import type { Task } from "@daydream/industry/rung"

export interface DataSet {
  readonly name: string
  readonly task: Task
  readonly train: readonly Example[]
  readonly test: readonly Example[]
}

const folder = resolve(import.meta.dirname, "../..", process.env["DAYDREAM_DATA"] ?? "../shared/data")

function readData(file: string): string {
  const path = join(folder, file)
  if (existsSync(path)) return readFileSync(path, "utf8")
  console.error(`Missing: ${path}. Put the data set there, or name its folder in DAYDREAM_DATA.`)
  return process.exit(2)
}

/** Records of a CSV file whose cells may be quoted and hold line breaks. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy
  let record: string[] = []
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (match === null) throw new Error(`Not CSV at character ${cell.lastIndex}`)
    record.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll('""', '"'))
    if (match[3] === ",") continue
    records.push(record)
    record = []
  }
  return records
}

type Pairs = readonly (readonly string[])[]

function dataSet(name: string, train: Pairs, test: Pairs): DataSet {
  const examples = (pairs: Pairs) =>
    pairs.map(([text = "", label = ""], i): Example => ({ key: String(i + 1), input: { text }, label }))
  const classes = [...new Set(train.map(([, label = ""]) => label))].toSorted()
  const output = { name: "intent", type: "enum" as const, classes }
  const task: Task = { signature: { inputs: [{ name: "text", type: "text" }], output } }
  return { name, task, train: examples(train), test: examples(test) }
}

/** Banking77, official split: 10,003 and 3,080 rows, 77 classes. */
export function banking77(): DataSet {
  const read = (part: string) => parseCsv(readData(`banking77/${part}.csv`)).slice(1)
  return dataSet("Banking77", read("train"), read("test"))
}

/** CLINC150 in scope, official split: 15,000 and 4,500 rows, 150 classes. */
export function clinc150(): DataSet {
  const data = JSON.parse(readData("clinc150/data_full.json")) as Readonly<Record<"train" | "test", Pairs>>
  return dataSet("CLINC150 in scope", data.train, data.test)
}
