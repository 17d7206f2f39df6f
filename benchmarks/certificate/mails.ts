/** A world of real rows: the SpamAssassin mails, with two logistic regressions fitted on a part that is never drawn. */
import { groupHash } from "@daydream/engine/evaluation"
import type { Outcome } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { readSpamAssassin } from "@daydream/industry/sample"
import type { World } from "./worlds.ts"

interface MailRow {
  readonly words: readonly string[]
  readonly label: string
}

const classes = ["ham", "spam"]
const signature = { inputs: [{ name: "text", type: "text" as const }] }

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z$!]{2,}/gu) ?? []

/** Logistic regression over hashed words, by stochastic gradient descent. */
function fit(rows: readonly MailRow[], buckets: number): (words: readonly string[]) => number {
  const bucketsOf = (words: readonly string[]) => [
    ...new Set(words.slice(0, 300).map((word) => {
      let hash = 0x811c9dc5
      for (const c of word) hash = Math.imul(hash ^ (c.codePointAt(0) ?? 0), 0x01000193)
      return (hash >>> 3) % buckets
    })),
  ]
  const weights = new Float64Array(buckets + 1)
  const probability = (indices: readonly number[]) => {
    let logit = weights[buckets] as number
    for (const b of indices) logit += (weights[b] as number) / Math.sqrt(indices.length)
    return 1 / (1 + Math.exp(-logit))
  }
  const prepared = rows.map(({ words, label }) => ({ indices: bucketsOf(words), y: label === "spam" ? 1 : 0 }))
  for (let epoch = 0; epoch < 8; epoch++) {
    for (const { indices, y } of prepared) {
      const step = 0.3 * (y - probability(indices))
      weights[buckets] = (weights[buckets] as number) + step
      for (const b of indices) weights[b] = (weights[b] as number) + step / Math.sqrt(indices.length)
    }
  }
  return (words) => probability(bucketsOf(words))
}

/** Population: each different mail that was not used to fit, once. */
export async function mailPopulation(): Promise<Pick<World, "population" | "rungs">> {
  const seen = new Set<string>()
  const mails: MailRow[] = []
  for await (const rows of readSpamAssassin()) {
    for (const row of rows) {
      const words = wordsOf(`${String(row["subject"])} ${String(row["body"])}`)
      const hash = groupHash({ text: words.join(" ") }, signature)
      if (!seen.has(hash)) mails.push({ words, label: String(row["label"]) })
      seen.add(hash)
    }
  }
  const rows = shuffle(mails, createRandom("mails"))
  const population = rows.slice(1500)
  const rung = (by: string, buckets: number, cost: bigint): Outcome[] => {
    const predict = fit(rows.slice(0, 1500), buckets)
    return population.map(({ words }) => {
      const spam = predict(words)
      const output = spam >= 0.5 ? "spam" : "ham"
      return {
        key: "", status: "answered", output, scores: Float64Array.of(1 - spam, spam), confidence: Math.max(spam, 1 - spam),
        by, usage: { operations: 1, tokens: [] }, cost,
      }
    })
  }
  return {
    rungs: ["small", "large"],
    population: {
      labels: population.map(({ label }) => label),
      classes,
      outcomes: { small: rung("small", 512, 1n), large: rung("large", 1 << 16, 100n) },
    },
  }
}
