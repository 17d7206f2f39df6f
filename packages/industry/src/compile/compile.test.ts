import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { createMemoryCache } from "@daydream/engine/artifact"
import { defaultFractions } from "@daydream/engine/evaluation"
import type { Example, Signature } from "@daydream/engine/function"
import { withBudget, withCache, withEmbeddingCache, type ScoreOptions } from "@daydream/engine/model"
import { createBudget, defaultPrices, type PriceList } from "@daydream/engine/money"
import { createRandom, type Random } from "@daydream/engine/random"
import { createMockLanguageModel, lastText } from "@daydream/engine/testing"
import { openDeltaLedger } from "../certificate/index.ts"
import { loadPlan } from "../plan/index.ts"
import { hashEmbedder } from "../rung/testing/index.ts"
import { compileTask } from "./compile.ts"
import type { CompileEvent, CompileOptions } from "./options.ts"
import { splitParts } from "./parts.ts"
import { planDocuments, savePlan } from "./save.ts"
import { madeBy, version } from "./version.ts"

const root = await mkdtemp(join(tmpdir(), "compile-"))
afterAll(() => rm(root, { recursive: true, force: true }))

const signature: Signature = {
  inputs: [{ name: "text", type: "text" }],
  output: { name: "topic", type: "enum", classes: ["delivery", "refund"] },
}
const task = { signature }
const words = { delivery: ["parcel", "courier", "late", "address"], refund: ["money", "charged", "twice", "return"] } as const

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)] as T

/** Messages whose words tell the topic; a share of the labels is wrong at random. */
function messages(count: number, noise: number, name = "messages"): Example[] {
  const random = createRandom(name)
  return Array.from({ length: count }, (_, i) => {
    const topic = pick(["delivery", "refund"] as const, random)
    const said = pick(["delivery", "refund"] as const, random)
    const text = `${pick(words[topic], random)} ${pick(words[topic], random)} ${pick(words[topic], random)} order ${i}`
    return { key: String(i + 1), input: { text }, label: random.next() < noise ? said : topic }
  })
}

let folders = 0
const optionsWith = (changes: Partial<CompileOptions> = {}): CompileOptions => ({
  name: "topic", target: 0.95, metric: { name: "accuracy" }, delta: 0.05, all: false, abstain: true, other: false,
  fractions: defaultFractions, modelRows: 40, seconds: Number.POSITIVE_INFINITY, seed: 1, prices: defaultPrices,
  budget: createBudget(null), ledger: openDeltaLedger(join(root, `ledger-${folders++}`)), suggest: "when-refused",
  now: () => 1_700_000_000_000, ...changes,
})

const source = <M>(reference: string, model: M) => ({ reference, open: async () => model })

/** A model that reads the topic off the words, and counts its calls. */
const reader = (modelId = "reader") => {
  const score = ({ prompt, continuations }: ScoreOptions) => {
    const isRefund = words.refund.some((word) => lastText(prompt).includes(word))
    return continuations.map((one) => (one.includes("refund") === isRefund ? 0.9 : 0.1))
  }
  return createMockLanguageModel({ modelId, score })
}

describe("compile", () => {
  test("climbs only as far as it must: no model is opened where words suffice", async () => {
    const closed = { reference: "closed", open: () => Promise.reject(new Error("a model was opened")) }
    const compilation = await compileTask("topic", task, messages(800, 0), optionsWith({ embedder: closed, languageModel: closed }))
    expect(compilation.verdict?.kind).toBe("certificate")
    expect(compilation.candidate.rungs).toEqual(["tfidf-softmax"])
    expect(compilation.models).toEqual({})
    expect(compilation.ladder.find((entry) => entry.name === "llm-zero-shot")?.skipped).toEqual({ kind: "not-needed" })
    expect(compilation.ladder.filter((entry) => entry.isChosen)).toHaveLength(1)
  })

  test("leaves the unsure rows to people where no rung reaches the target on all", async () => {
    const examples = messages(1600, 0).map((example, i) =>
      // A fifth of the messages say nothing: their topic cannot be told.
      i % 5 === 0 ? { ...example, input: { text: `hello order ${i}` } } : example)
    const { verdict, candidate } = await compileTask("topic", task, examples, optionsWith())
    expect(verdict?.kind).toBe("certificate")
    expect(candidate.reviewBelow).toBeGreaterThan(0)
    if (verdict?.kind !== "certificate") return
    expect(verdict.coverage.share).toBeGreaterThan(0.6)
    expect(verdict.coverage.share).toBeLessThan(0.95)
  })

  test("refuses where the labels cannot support the target, says how many are missing, and names rows to label", async () => {
    const labelled = messages(60, 0)
    const unlabelled = messages(400, 0, "unlabelled").map(({ key, input }) => ({ key: `u${key}`, input }))
    const { verdict, suggestions, variant } = await compileTask("topic", task, labelled, optionsWith({ target: 0.99, unlabelled }))
    expect(verdict?.kind).toBe("refusal")
    if (verdict?.kind !== "refusal" || suggestions === undefined) throw new Error("no refusal with advice")
    expect(verdict.reason).toBe("too-few-labels")
    expect(verdict.labelsMissing).toBeGreaterThan(200)
    expect(suggestions.worthLabelling.length).toBeGreaterThan(0)
    expect(suggestions.randomSample.length).toBeGreaterThan(0)
    const sampled = new Set(suggestions.randomSample.map((row) => row.key))
    expect(suggestions.worthLabelling.filter((row) => sampled.has(row.key))).toEqual([])
    expect(variant.kind).toBe("calibrated")
  })

  test("labels that look wrong are found among the rows to learn from alone", async () => {
    const examples = messages(400, 0.06)
    const options = optionsWith({ suggest: "always" })
    const { suggestions } = await compileTask("topic", task, examples, options)
    const fit = new Set(splitParts(task, examples, options).fit.map((example) => example.key))
    expect(suggestions?.suspicious.length).toBeGreaterThan(0)
    expect(suggestions?.suspicious.every(({ example }) => fit.has(example.key))).toBe(true)
  })

  test("the same compilation again is the same attempt; another one on the same rows spends less", async () => {
    const ledger = openDeltaLedger(join(root, "shared-ledger"))
    const examples = messages(800, 0)
    const first = await compileTask("topic", task, examples, optionsWith({ ledger }))
    const again = await compileTask("topic", task, examples, optionsWith({ ledger }))
    const other = await compileTask("topic", task, examples, optionsWith({ ledger, target: 0.96 }))
    expect([first, again, other].map(({ verdict }) => verdict?.attempt)).toEqual([1, 1, 2])
    expect(other.verdict?.deltaSpent).toBeLessThan(first.verdict?.deltaSpent ?? 0)
    expect(again.verdict?.certifyDigest).toBe(first.verdict?.certifyDigest)
  })

  test("what a row costs does not depend on what is cached", async () => {
    // Named like a model that the price list knows.
    const { model, calls } = hashEmbedder("all-minilm-l6-v2")
    const embedder = source("hash", withEmbeddingCache(model, createMemoryCache()))
    const costs = async () => {
      const { ladder } = await compileTask("topic", task, messages(300, 0.1), optionsWith({ all: true, embedder }))
      return ladder.map(({ name, measurement }) => [name, measurement?.costPerThousand])
    }
    const cold = await costs()
    const embedded = calls.length
    expect(await costs()).toEqual(cold)
    expect(calls.length).toBe(embedded)
    const priceOf = (name: string) => BigInt(cold.find(([rung]) => rung === name)?.[1] ?? 0)
    expect(priceOf("embedding-softmax")).toBeGreaterThan(priceOf("tfidf-softmax"))
  })

  test("cheap rungs differ in what 1,000 rows cost, and telling strangers costs too", async () => {
    const { model } = hashEmbedder("all-minilm-l6-v2")
    const measured = async (other: boolean) => {
      let time = 0
      const options = optionsWith({ all: true, other, embedder: source("hash", model), now: () => (time += 1) })
      const { ladder } = await compileTask("topic", task, messages(300, 0.1), options)
      return (name: string) => ladder.find((entry) => entry.name === name)?.measurement
    }
    const [measuredPlain, measuredTelling] = [await measured(false), await measured(true)]
    expect(measuredTelling("majority")?.millisecondsPerRow).toBeGreaterThan(measuredPlain("majority")?.millisecondsPerRow ?? 1)
    const plain = (name: string) => BigInt(measuredPlain(name)?.costPerThousand ?? 0)
    const telling = (name: string) => BigInt(measuredTelling(name)?.costPerThousand ?? 0)
    expect(plain("majority")).toBe(1n)
    expect(plain("tfidf-softmax")).toBeGreaterThan(plain("majority"))
    expect(plain("tfidf-softmax")).toBeLessThan(1000n)
    // Strangers are told by the embedder: as dear as embedding the row.
    expect(telling("majority")).toBeGreaterThan(plain("embedding-softmax") / 2n)
  })

  test("a model that fails only takes its rungs off the ladder", async () => {
    const broken = { reference: "broken", open: () => Promise.reject(new Error("no such host")) }
    const { ladder, verdict } = await compileTask("topic", task, messages(800, 0), optionsWith({ all: true, embedder: broken }))
    expect(verdict?.kind).toBe("certificate")
    expect(ladder.find((entry) => entry.name === "embedding-softmax")?.skipped).toMatchObject({ kind: "model-failed" })
  })

  test("strangers are told by their words where the embedder fails, and the plan does not ask for it", async () => {
    const events: CompileEvent[] = []
    const broken = { reference: "broken", open: () => Promise.reject(new Error("no such host")) }
    const options = optionsWith({ other: true, embedder: broken, onEvent: (event) => events.push(event) })
    const { models, verdict } = await compileTask("topic", task, messages(800, 0), options)
    expect(verdict?.kind).toBe("certificate")
    expect(models).toEqual({})
    expect(events).toContainEqual({ type: "other-without-embedder", message: expect.stringContaining("no such host") as string })
  })
})

describe("language models in a compilation", () => {
  test("a plan names the models that its rung may use beside those that it needs", async () => {
    const models = { languageModel: source("reader", reader()), embedder: source("hash", hashEmbedder("hash").model) }
    const compiled = (name: string) => compileTask("topic", task, messages(120, 0), optionsWith({ rungs: [name], ...models }))
    expect((await compiled("llm-retrieved")).models).toEqual({ languageModel: "reader", embedder: "hash" })
    expect((await compiled("llm-zero-shot")).models).toEqual({ languageModel: "reader" })
  })

  const prices: PriceList = { ...defaultPrices, models: { reader: { inputPerMillion: 1_000_000_000n, outputPerMillion: 1_000_000_000n } } }

  test("nothing is spent past the limit, and what was paid for is in the ladder's cost", async () => {
    const budget = createBudget(6_000_000n)
    const languageModel = source("reader", withBudget(reader(), { budget, prices }))
    const { ladder } = await compileTask("topic", task, messages(300, 0.2), optionsWith({ all: true, languageModel, prices, budget }))
    expect(budget.spent).toBeGreaterThan(0n)
    expect(budget.spent).toBeLessThanOrEqual(6_000_000n)
    expect(ladder.find((entry) => entry.name === "llm-retrieved")?.skipped).toEqual({ kind: "money" })
  })

  test("a compilation that was cut off pays again only for the calls that were in flight", async () => {
    const cache = createMemoryCache()
    const whole = reader()
    const options = { all: true, rungs: ["majority", "tfidf-softmax", "llm-zero-shot"], modelRows: 24 }
    const examples = messages(200, 0.2)
    await compileTask("topic", task, examples, optionsWith({ ...options, languageModel: source("reader", withCache(whole, createMemoryCache())) }))
    const stopped = new AbortController()
    const first = reader()
    const onEvent = (event: CompileEvent) => {
      if (event.type === "rung-progress" && event.rung === "llm-zero-shot" && event.stage === "measure" && event.done >= 8) stopped.abort()
    }
    const cut = optionsWith({ ...options, languageModel: source("reader", withCache(first, cache)), abortSignal: stopped.signal, onEvent })
    await expect(compileTask("topic", task, examples, cut)).rejects.toThrow("aborted")
    const second = reader()
    await compileTask("topic", task, examples, optionsWith({ ...options, languageModel: source("reader", withCache(second, cache)) }))
    expect(first.calls.length).toBeGreaterThanOrEqual(8)
    // Four calls are under way at once; those alone may have been lost.
    expect(first.calls.length + second.calls.length).toBeLessThanOrEqual(whole.calls.length + 8)
    expect(second.calls.length).toBeLessThan(whole.calls.length)
  })

  test("no label at all: the model answers, and nothing is promised", async () => {
    const model = reader()
    const compilation = await compileTask("topic", task, [], optionsWith({ languageModel: source("reader", model) }))
    expect([compilation.verdict, compilation.candidate.name, compilation.models]).toEqual([undefined, "llm-zero-shot", { languageModel: "reader" }])
    await expect(compileTask("topic", task, [], optionsWith())).rejects.toThrow(expect.objectContaining({ code: "nothing_to_learn_from" }))
  })
})

describe("what may teach and what may judge", () => {
  const examples = messages(200, 0)

  test("labels that the advisor asked for never judge", () => {
    const fitOnly = new Set(examples.slice(0, 80).map((example) => example.key))
    const { fit, choose, certify } = splitParts(task, examples, optionsWith({ fitOnly }))
    expect([...choose, ...certify].filter((example) => fitOnly.has(example.key))).toEqual([])
    expect(fit.filter((example) => fitOnly.has(example.key))).toHaveLength(80)
  })

  test("by time, the newest rows certify, whether or not the time is an input", () => {
    // The table is not in the order of time.
    const times = new Map(examples.map(({ key }, i) => [key, (i * 77) % examples.length]))
    const { fit, certify } = splitParts(task, examples, optionsWith({ timeColumn: "sent", times }))
    const timesOf = (rows: readonly Example[]) => rows.map(({ key }) => times.get(key) ?? 0)
    expect(Math.min(...timesOf(certify))).toBeGreaterThan(Math.max(...timesOf(fit)))
  })

  test("a corrected label teaches; where the row judges, its first label stands", () => {
    const corrections = new Map(examples.map(({ key, label }) => [key, label === "refund" ? "delivery" : "refund"]))
    const { fit, choose, certify } = splitParts(task, examples, optionsWith({ corrections }))
    const first = new Map(examples.map(({ key, label }) => [key, label]))
    expect(fit.every(({ key, label }) => label === corrections.get(key))).toBe(true)
    expect([...choose, ...certify].every(({ key, label }) => label === first.get(key))).toBe(true)
  })
})

describe("a saved compilation", () => {
  test("answers as before, and names the rows that can never check it", async () => {
    const examples = messages(800, 0)
    const compilation = await compileTask("topic", task, examples, optionsWith())
    const folder = join(root, "topic.plan")
    await savePlan(folder, compilation, { now: 0, currency: "USD", metric: "accuracy" })
    const plan = await loadPlan(folder)
    const fresh = messages(50, 0, "fresh")
    const answers = []
    for await (const { output } of plan.run(fresh.map((row) => row.input))) answers.push(output)
    expect(answers).toEqual(fresh.map((row) => row.label))
    const known = new Set(JSON.parse(await readFile(join(folder, planDocuments.knownRows), "utf8")) as string[])
    expect(known.size).toBe((compilation.split?.fitRows ?? 0) + (compilation.split?.chooseRows ?? 0))
    expect(compilation.verdict?.certifyHashes.some((hash) => known.has(hash))).toBe(false)
  })

  test("says which version made it", async () => {
    const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
    expect([version, madeBy]).toEqual([manifest.version, `daydream ${manifest.version}`])
  })
})
