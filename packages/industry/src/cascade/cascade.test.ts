import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { defaultPrices, priceOf } from "@daydream/engine/money"
import type { KeyedRow, Outcome, Variant, VariantFiles } from "@daydream/engine/function"
import {
  AbstainingVariant, CalibratedVariant, CascadeVariant, OtherVariant, buildVariant, chooseNoveltyThreshold,
  createProbabilityNovelty, decide, fitSimilarityNovelty, fitVocabularyNovelty, loadComposite, loadNovelty,
  predictedPower, proposeThresholds, rowsToEscalate, runBatch, scoreCandidate, variantKind,
} from "./index.ts"
import type { Candidate, MeasuredRows } from "./index.ts"

const classes = ["no", "yes"]

/** Answers with the number in the column named after it: the probability of "yes"; a negative number fails. */
class ColumnVariant implements Variant {
  readonly kind = "column"
  readonly holdsTrainingText = false
  readonly asked: string[] = []
  readonly name: string
  readonly cost: bigint
  constructor(name: string, cost: bigint) {
    this.name = name
    this.cost = cost
  }
  async *run(batches: AsyncIterable<readonly KeyedRow[]>): AsyncIterable<Outcome[]> {
    for await (const batch of batches) yield batch.map((row) => this.answer(row))
  }
  answer(row: KeyedRow): Outcome {
    this.asked.push(row.key)
    const yes = Number(row.input[this.name])
    const tokens = this.cost > 1n ? [{ modelId: "m", inputTokens: 10, outputTokens: 1 }] : []
    const shared = { key: row.key, by: this.name, usage: { operations: 5, tokens }, cost: this.cost }
    if (yes < 0) return { ...shared, status: "failed", output: null, scores: new Float64Array(), confidence: 0 }
    const scores = Float64Array.of(1 - yes, yes)
    return { ...shared, status: "answered", output: yes >= 0.5 ? "yes" : "no", scores, confidence: Math.max(yes, 1 - yes) }
  }
  save(): VariantFiles {
    return { "variant.json": new TextEncoder().encode(JSON.stringify({ kind: this.kind, name: this.name })) }
  }
}

const row = (key: number, cheap: number, dear: number): KeyedRow => ({ key: String(key), input: { cheap, dear } })

const load = (files: VariantFiles): Promise<Variant> =>
  variantKind(files) === "column"
    ? Promise.resolve(new ColumnVariant((JSON.parse(new TextDecoder().decode(files["variant.json"])) as { name: string }).name, 1n))
    : loadComposite(files, { loadVariant: load, prices: defaultPrices })

async function* inBatches(rows: readonly KeyedRow[], size: number) {
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size)
}

const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(-1))
const tables = fc
  .array(fc.tuple(probability, probability), { minLength: 1, maxLength: 40 })
  .map((pairs) => pairs.map(([cheap, dear], i) => row(i + 1, cheap, dear)))

describe("a cascade", () => {
  it("asks the oracle about unsure and failed rows only, keeps the order, and adds up what was spent", async () => {
    const proxy = new ColumnVariant("cheap", 1n)
    const oracle = new ColumnVariant("dear", 100n)
    const cascade = new CascadeVariant({ proxy, oracle, escalateBelow: 0.9 })
    const outcomes = await runBatch(cascade, [row(1, 0.99, 0), row(2, 0.6, 0.1), row(3, -1, 0.8), row(4, 0.05, 1)])
    expect(oracle.asked).toEqual(["2", "3"])
    expect(outcomes.map((o) => [o.key, o.output, o.by, o.cost])).toEqual([
      ["1", "yes", "cheap", 1n], ["2", "no", "dear", 101n], ["3", "yes", "dear", 101n], ["4", "no", "cheap", 1n],
    ])
    expect(outcomes[1]?.usage).toEqual({ operations: 10, tokens: [{ modelId: "m", inputTokens: 10, outputTokens: 1 }] })
  })

  it("built from a candidate does to every row what measuring said it would, in any batches", async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(),
        async (rows, size, escalateBelow, reviewBelow, moved) => {
          const candidate: Candidate = {
            name: "c", kind: "abstaining", rungs: ["cheap", "dear"], escalateBelow, reviewBelow,
            ...(moved ? { decision: { positive: "yes", threshold: 0.7 } } : {}),
          }
          const variants = { cheap: new ColumnVariant("cheap", 1n), dear: new ColumnVariant("dear", 100n) }
          const variant = buildVariant(candidate, { variants, classes })
          const got: Outcome[] = []
          for await (const part of variant.run(inBatches(rows, size))) got.push(...part)
          const expected = rows.map((r) => decide(candidate, variants.cheap.answer(r), () => variants.dear.answer(r), { classes }).outcome)
          expect(got).toEqual(expected)
        }),
    )
  })

  it("explains a row by the rung that answers it", async () => {
    const cascade = new CascadeVariant({ proxy: new ColumnVariant("cheap", 1n), oracle: new ColumnVariant("dear", 1n), escalateBelow: 0.9 })
    expect(await cascade.explain(row(1, 0.99, 0))).toMatchObject({ by: "cheap", output: "yes" })
    expect(await cascade.explain(row(1, 0.6, 0))).toMatchObject({ by: "dear", output: "no" })
  })
})

describe("variants of variants", () => {
  it("survive saving and loading, nested three deep", async () => {
    const cascade = new CascadeVariant({ proxy: new ColumnVariant("cheap", 1n), oracle: new ColumnVariant("dear", 1n), escalateBelow: 0.8 })
    const calibrated = new CalibratedVariant({ inner: cascade, temperature: 1.7 })
    const abstaining = new AbstainingVariant({ inner: calibrated, classes, reviewBelow: 0.7, decision: { positive: "yes", threshold: 0.4 } })
    const variant = new OtherVariant({ inner: abstaining, novelty: createProbabilityNovelty(), threshold: 0.45, falseAlarm: 0.05, prices: defaultPrices })
    const loaded = await load(variant.save())
    const rows = [row(1, 0.99, 0), row(2, 0.6, 0.1), row(3, 0.55, 0.52), row(4, 0.7, 0.35), row(5, -1, -1)]
    const outcomes = await runBatch(variant, rows)
    expect(await runBatch(loaded, rows)).toEqual(outcomes)
    expect(new Set(outcomes.map((o) => o.status))).toEqual(new Set(["answered", "review", "other", "failed"]))
    expect(Object.keys(variant.save())).toContain("inner/inner/inner/proxy/variant.json")
  })

  it("refuse a kind, a format and a damaged file that they do not know, in both languages", async () => {
    const file = (value: unknown) => ({ "variant.json": new TextEncoder().encode(JSON.stringify(value)) })
    await expect(load(file({ kind: "hologram", formatVersion: 1 }))).rejects.toMatchObject({ code: "unknown_variant_kind" })
    await expect(load(file({ kind: "cascade", formatVersion: 2 }))).rejects.toThrow("cascade, format 2")
    await expect(Promise.resolve().then(() => load({}))).rejects.toMatchObject({ code: "variant_file_damaged", texts: { zh: { hint: expect.stringContaining("重新") as string } } })
    expect(() => new AbstainingVariant({ inner: new ColumnVariant("cheap", 1n), classes, reviewBelow: 97 })).toThrow("between 0 and 1")
  })

  it("keep the answer and the sum of scores when calibrated", async () => {
    const calibrated = new CalibratedVariant({ inner: new ColumnVariant("cheap", 1n), temperature: 3 })
    const [outcome] = await runBatch(calibrated, [row(1, 0.99, 0)])
    expect(outcome?.output).toBe("yes")
    expect(outcome?.confidence).toBeCloseTo(0.99 ** (1 / 3) / (0.99 ** (1 / 3) + 0.01 ** (1 / 3)), 12)
  })
})

const measure = async (rows: readonly KeyedRow[], labels: readonly string[]): Promise<MeasuredRows> => ({
  labels,
  classes,
  outcomes: {
    cheap: await runBatch(new ColumnVariant("cheap", 1n), rows),
    dear: await runBatch(new ColumnVariant("dear", 100n), rows),
  },
})

describe("proposals", () => {
  const rows = Array.from({ length: 60 }, (_, i) => row(i + 1, i < 40 ? 0.9 + i / 1000 : 0.5 + i / 1000, 0.95))
  const labels = rows.map((_, i) => (i < 40 || i % 2 ? "yes" : "no"))
  const goal = { metric: { name: "accuracy" }, target: 0.9, delta: 0.05, certifyRows: 300 } as const

  it("hold every rung, cascades and abstaining plans, each with coverage, escalation and cost", async () => {
    const measured = await measure(rows, labels)
    const proposals = proposeThresholds({ ...goal, measured, rungs: ["cheap", "dear"], thresholds: 5 })
    expect(new Set(proposals.map((p) => p.candidate.kind))).toEqual(new Set(["rung", "cascade", "abstaining"]))
    expect(new Set(proposals.map((p) => p.candidate.name)).size).toBe(proposals.length)
    const cascade = proposals.find((p) => p.candidate.kind === "cascade" && p.score.escalated > 0)
    expect(cascade?.score.cost).toBe(60n + 100n * BigInt(cascade?.score.escalated ?? 0))
    const sure = proposals.find((p) => p.candidate.kind === "abstaining" && p.score.answered < 41 && p.candidate.rungs.length === 1)
    expect(sure?.score.successes).toBe(sure?.score.trials)
  })

  it("cost what all rows' work costs together, with what was done on each row beside, not a nano-unit for each", async () => {
    const overhead = rows.map((_, i) => ({ operations: i === 0 ? 90_000_000 : 0, tokens: [] }))
    const measured = { ...(await measure(rows, labels)), prices: defaultPrices }
    const candidate: Candidate = { name: "cheap", kind: "rung", rungs: ["cheap"] }
    expect(scoreCandidate(candidate, measured, goal.metric).cost).toBe(1n)
    expect(scoreCandidate(candidate, { ...measured, overhead }, goal.metric).cost)
      .toBe(priceOf({ operations: 90_000_000 + 60 * 5, tokens: [] }, defaultPrices))
  })

  it("measure a sampled rung on its sample, and need the oracle only where it is asked", async () => {
    const measured = await measure(rows, labels)
    const candidate: Candidate = { name: "c", kind: "cascade", rungs: ["cheap", "dear"], escalateBelow: 0.8 }
    const sampled = { ...measured, samples: { dear: [0, 1, 45, 46] } }
    expect(scoreCandidate(candidate, sampled, goal.metric)).toMatchObject({ rows: 4, escalated: 2 })
    const needed = rowsToEscalate(candidate, measured)
    expect(needed).toEqual(rows.flatMap((_, i) => (i < 40 ? [] : [i])))
    const holes = measured.outcomes["dear"]?.map((outcome, i) => (needed.includes(i) ? outcome : undefined)) ?? []
    expect(scoreCandidate(candidate, { ...measured, outcomes: { ...measured.outcomes, dear: holes } }, goal.metric).rows).toBe(60)
    expect(() => scoreCandidate({ ...candidate, escalateBelow: 1 }, { ...measured, outcomes: { ...measured.outcomes, dear: holes } }, goal.metric))
      .toThrow("was not run on row 1")
  })

  it("offer decision thresholds for the precision of one of two classes", async () => {
    const measured = await measure(rows, labels)
    const metric = { name: "precision", positive: "yes" } as const
    const proposals = proposeThresholds({ ...goal, metric, measured, rungs: ["cheap"], allowReview: false })
    const decided = proposals.filter((p) => p.candidate.decision)
    expect(decided.length).toBeGreaterThan(5)
    expect(decided.some((p) => p.score.successes === p.score.trials && p.companion > 0.7)).toBe(true)
  })

  it("predict the power of a test as scipy's beta-binomial does", () => {
    const score = { rows: 400, answered: 400, escalated: 0, cost: 0n, successes: 394, trials: 400 }
    // scipy: betabinom.cdf(12, 650, 6.5, 394.5)
    expect(predictedPower(score, { ...goal, target: 0.97, certifyRows: 650, delta: 0.0475 })).toBeCloseTo(0.6878705921379176, 9)
    expect(predictedPower({ ...score, successes: 0, trials: 0 }, goal)).toBe(0)
  })
})

describe("the other class", () => {
  const known = Array.from({ length: 200 }, (_, i) => ({ key: String(i), input: { text: `please send the invoice number ${i} again` } }))
  const strange = [{ key: "x", input: { text: "Ωδή στη χαρά, молоко" } }]

  it("finds text made of unseen fragments, and keeps to the stated share of false alarms", async () => {
    const novelty = fitVocabularyNovelty(known.slice(0, 100), ["text"])
    const { scores } = await novelty.score(known.slice(100), [])
    const threshold = chooseNoveltyThreshold({ known: scores, falseAlarm: 0.05 })
    expect(scores.filter((score) => score > threshold).length).toBeLessThanOrEqual(5)
    expect((await novelty.score(strange, [])).scores[0]).toBeGreaterThan(threshold)
    expect(await loadNovelty(novelty.save()).score(strange, [])).toEqual(await novelty.score(strange, []))
  })

  it("finds rows far from all embeddings", async () => {
    const used = { operations: 0, tokens: [{ modelId: "e", inputTokens: 4, outputTokens: 0 }] }
    const embed = (rows: readonly KeyedRow[]) =>
      Promise.resolve({ vectors: rows.map((r) => (r.key === "x" ? [0, 1] : [1, Number(r.key) / 1000])), usage: rows.map(() => used) })
    const novelty = await fitSimilarityNovelty(known, embed)
    const { scores: [far], usage } = await loadNovelty(novelty.save(), { embed }).score(strange, [])
    const { scores: [near] } = await novelty.score(known.slice(0, 1), [])
    expect(usage).toEqual([{ ...used, operations: 2 * known.length }])
    expect(far).toBeGreaterThan(0.5)
    expect(near).toBeCloseTo(0, 6)
  })

  it("is work that each outcome pays for", async () => {
    const inner = new ColumnVariant("cheap", 1n)
    const novelty = fitVocabularyNovelty(known, ["text"])
    const variant = new OtherVariant({ inner, novelty, threshold: 0.8, falseAlarm: 0.05, prices: defaultPrices })
    const [outcome] = await runBatch(variant, [{ key: "1", input: { text: "where order", cheap: 0.9 } }])
    // 11 characters and a space at both ends: 12 pairs and 11 triples, two operations each.
    expect(outcome).toMatchObject({ status: "answered", usage: { operations: 5 + 46 }, cost: 2n })
  })

  it("uses examples of others to choose, and never calls anything other where too few rows are known", () => {
    const known = Array.from({ length: 100 }, (_, i) => i / 100)
    expect(chooseNoveltyThreshold({ known, falseAlarm: 0.1 })).toBe(0.9)
    expect(chooseNoveltyThreshold({ known, others: [2, 3], falseAlarm: 0.1 })).toBe(0.99)
    expect(chooseNoveltyThreshold({ known: [0.1, 0.2], falseAlarm: 0.05 })).toBe(Infinity)
  })
})
