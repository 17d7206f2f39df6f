import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { defaultFractions, normaliseText } from "@daydream/engine/evaluation"
import type { Example, KeyedRow } from "@daydream/engine/function"
import type { EmbeddingModel } from "@daydream/engine/model"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"
import { openDeltaLedger } from "../certificate/index.ts"
import { hashEmbedder } from "../rung/testing/index.ts"
import { compileTask } from "./compile.ts"
import { estimateCompile } from "./estimate.ts"
import type { CompileOptions } from "./options.ts"
import { splitParts } from "./parts.ts"
import { mostTeachingRows, teachingRows } from "./unlabelled.ts"

const root = await mkdtemp(join(tmpdir(), "unlabelled-"))
afterAll(() => rm(root, { recursive: true, force: true }))

const task = {
  signature: {
    inputs: [{ name: "text", type: "text" as const }],
    output: { name: "topic", type: "enum" as const, classes: ["delivery", "refund"] },
  },
}

const examples = Array.from({ length: 200 }, (_, i): Example => {
  const label = i % 2 === 0 ? "delivery" : "refund"
  return { key: String(i), input: { text: `${label === "refund" ? "money back" : "parcel late"} order ${i}` }, label }
})
const fresh = Array.from({ length: 60 }, (_, i): KeyedRow => ({ key: `u${i}`, input: { text: `where is ${i}` } }))

let folders = 0
function optionsWith(reference: string | undefined, changes: Partial<CompileOptions> = {}) {
  const { calls, model } = hashEmbedder("all-minilm-l6-v2")
  const options: CompileOptions = {
    name: "topic", target: 0.9, metric: { name: "accuracy" }, delta: 0.05, all: false, abstain: true, other: false,
    fractions: defaultFractions, modelRows: 40, seconds: Number.POSITIVE_INFINITY, seed: 1, prices: defaultPrices,
    budget: createBudget(null), ledger: openDeltaLedger(join(root, `ledger-${folders++}`)), suggest: "never",
    rungs: ["joint-softmax"], now: () => 1_700_000_000_000, unlabelled: fresh, ...changes,
    ...(reference === undefined ? {} : { embedder: { reference, open: async (): Promise<EmbeddingModel> => model } }),
  }
  return { options, calls }
}

const local = "local/all-minilm-l6-v2"
const taughtBy = (options: CompileOptions, from = examples) =>
  teachingRows(task, splitParts(task, from, options), options).map((row) => String(row["text"]))

describe("rows without a label that teach", () => {
  test("are never copies of rows that judge or teach already, whatever their case and spacing", () => {
    const copies = examples.map(({ key, input }): KeyedRow => ({ key: `c${key}`, input: { text: `  ${String(input["text"]).toUpperCase()} ` } }))
    const { options } = optionsWith(local, { unlabelled: [...copies, ...fresh, ...fresh] })
    expect(taughtBy(options).toSorted()).toEqual(fresh.map((row) => String(row.input["text"])).toSorted())
    const known = new Set(examples.map((row) => normaliseText(String(row.input["text"]))))
    expect(taughtBy(options).filter((text) => known.has(normaliseText(text)))).toEqual([])
  })

  test("are drawn by the seed where there are many", () => {
    const random = createRandom("many")
    const unlabelled = Array.from({ length: 12_000 }, (_, i): KeyedRow => ({ key: `u${i}`, input: { text: `${i} ${random.next()}` } }))
    const drawn = taughtBy(optionsWith(local, { unlabelled }).options)
    expect(drawn).toHaveLength(10_000)
    expect(taughtBy(optionsWith(local, { unlabelled }).options)).toEqual(drawn)
    expect(taughtBy(optionsWith(local, { unlabelled, seed: 2 }).options)).not.toEqual(drawn)
  })

  test("are left alone where embedding them is billed, its price is unknown, or nothing embeds them", () => {
    for (const reference of [undefined, "openai/text-embedding-3-small", "mystery"])
      expect(taughtBy(optionsWith(reference).options)).toEqual([])
    expect(mostTeachingRows(100, optionsWith(local).options)).toBe(60)
    expect(mostTeachingRows(5, optionsWith(local).options)).toBe(0)
  })

  test("are embedded by the rungs that learn from them, and make another attempt of a compilation", async () => {
    const ledger = openDeltaLedger(join(root, "one-ledger"))
    const run = async (unlabelled: readonly KeyedRow[]) => {
      const { calls, options } = optionsWith(local, { ledger, unlabelled })
      const { verdict } = await compileTask("topic", task, examples, options)
      return { attempt: verdict?.attempt, embedded: calls.flat() }
    }
    const without = await run([])
    const taught = await run(fresh)
    expect(without.embedded).not.toContain("where is 1")
    expect(taught.embedded).toContain("where is 1")
    expect([without.attempt, taught.attempt, (await run(fresh)).attempt]).toEqual([1, 2, 2])
  })

  test("count in the estimate of the rungs that learn from them", () => {
    const calls = (unlabelled: readonly KeyedRow[]) => {
      const { rungs } = estimateCompile(task, examples, optionsWith(local, { unlabelled, rungs: ["joint-softmax", "embedding-softmax"] }).options)
      return ["joint-softmax", "embedding-softmax"].map((name) => rungs.find(({ rung }) => rung === name)?.calls)
    }
    expect(calls([])).toEqual([200, 200])
    expect(calls(fresh)).toEqual([260, 200])
  })
})
