/** A real plan of TF-IDF features and softmax regression, for tests of running. */
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { allRungs, writePlanFolder } from "@daydream/industry/plan"
import type { Task } from "@daydream/industry/rung"

const topics = {
  refund: ["I want my money back", "please return the payment", "give me a refund for this order"],
  delivery: ["where is my parcel", "the package has not arrived", "when will you ship it"],
  account: ["I cannot log in", "change my password please", "my profile shows a wrong name"],
}

const task: Task = {
  signature: {
    inputs: [{ name: "text", type: "text" }],
    output: { name: "label", type: "enum", classes: Object.keys(topics) },
  },
}

/** Text of row `number`: one of the topics, with words that differ from row to row. */
export const textAt = (number: number): string => {
  const [, texts = []] = Object.entries(topics)[number % 3] ?? []
  return `${texts[Math.floor(number / 3) % texts.length]}, number ${number}, "thanks"`
}

/** Learns the plan and writes it to `folder`. */
export async function makePlan(folder: string, isCertified = true): Promise<void> {
  const rung = allRungs.find((one) => one.name === "tfidf-softmax")
  if (rung === undefined) throw new Error("there is no rung tfidf-softmax")
  const examples = Object.entries(topics).flatMap(([label, texts]) =>
    texts.flatMap((text, index) => [1, 2, 3].map((copy) => ({ key: `${label}-${index}-${copy}`, input: { text: `${text} ${copy}` }, label }))))
  const variant = await rung.fit(task, examples, { prices: defaultPrices, budget: createBudget(null), seed: 1 })
  const manifest = {
    name: "topics", createdAt: "2026-01-01T00:00:00.000Z", task, isCertified, chosen: "tfidf-softmax", models: {},
    holdsTrainingText: variant.holdsTrainingText,
  }
  await writePlanFolder(folder, { manifest, variant: variant.save(), documents: {} })
}
