// From a CSV file to a plan in a folder, and from the folder to a labelled file: what `compile` and `run` do.
import { writeFile } from "node:fs/promises"
import { defineFunction } from "@daydream/engine/function"
import { compile } from "@daydream/industry/compile"
import { loadPlan } from "@daydream/industry/plan"
import { runFile } from "@daydream/industry/run"
import { openTable, readExamples } from "@daydream/industry/table"

const questions = ["where is my parcel", "the courier came late", "i want my money back", "you charged me twice"]
const lines = Array.from({ length: 400 }, (_, at) => `"${questions[at % 4]}, order ${at}",${at % 4 < 2 ? "delivery" : "refund"}`)
await writeFile("messages.csv", `message,topic\n${lines.join("\n")}\n`)

const table = await openTable("messages.csv")
const { signature, examples } = await readExamples(table, { inputs: ["message"], output: "topic" })
const topic = defineFunction({ name: "topic", input: { message: "text" }, output: signature.output.classes })
const labelled = examples.map(({ input, label }) => ({ input, output: label }))
const compiled = await compile(topic, labelled, { target: 0.9 })
await compiled.save("topic.plan")

const plan = await loadPlan("topic.plan")
const { totals } = await runFile({ plan, planPath: "topic.plan", input: "messages.csv", output: "labelled.csv" })
console.log(`${compiled.verdict?.kind}: ${totals.answered} of ${totals.rows} rows answered by ${plan.manifest.chosen}`)
await plan.close()
