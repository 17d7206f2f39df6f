/** Variants made of variants: cascade, abstaining, calibrated. */
import type { Explanation, KeyedRow, Outcome, RunOptions, Variant, VariantFiles } from "@daydream/engine/function"
import { applyTemperature } from "@daydream/engine/evaluation"
import { applyDecision, applyReview, mergeEscalated, mustEscalate } from "./candidate.ts"
import type { Candidate, Decision } from "./candidate.ts"
import { errors } from "./errors.ts"
import { formatVersion, jsonFile, nest } from "./files.ts"

type Batches = AsyncIterable<readonly KeyedRow[]>

// A function and not `[rows]`, since variants take async iterables.
async function* oneBatch(rows: readonly KeyedRow[]): Batches {
  yield rows
}

/** Runs a variant on one batch. */
export async function runBatch(variant: Variant, rows: readonly KeyedRow[], options?: RunOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for await (const part of variant.run(oneBatch(rows), options)) outcomes.push(...part)
  return outcomes
}

/** Runs `inner`, giving each batch of outcomes together with its rows. */
export async function* runWithRows(
  inner: Variant,
  batches: Batches,
  options?: RunOptions,
): AsyncIterable<{ readonly rows: readonly KeyedRow[]; readonly outcomes: Outcome[] }> {
  const waiting: (readonly KeyedRow[])[] = []
  async function* noted(): Batches {
    for await (const batch of batches) {
      waiting.push(batch)
      yield batch
    }
  }
  for await (const outcomes of inner.run(noted(), options)) yield { rows: waiting.shift() ?? [], outcomes }
}

const checkProbability = (name: string, value: number): void => {
  if (!(value >= 0 && value <= 1)) throw errors.not_a_probability({ name, value })
}

/** The proxy answers where it is sure, the oracle elsewhere; `by` tells who did, cost and usage are of both. */
export class CascadeVariant implements Variant {
  readonly kind = "cascade"
  readonly holdsTrainingText: boolean
  readonly proxy: Variant
  readonly oracle: Variant
  readonly escalateBelow: number

  constructor(options: { readonly proxy: Variant; readonly oracle: Variant; readonly escalateBelow: number }) {
    checkProbability("escalateBelow", options.escalateBelow)
    this.proxy = options.proxy
    this.oracle = options.oracle
    this.escalateBelow = options.escalateBelow
    this.holdsTrainingText = options.proxy.holdsTrainingText || options.oracle.holdsTrainingText
  }

  async *run(batches: Batches, options?: RunOptions): AsyncIterable<Outcome[]> {
    for await (const { rows, outcomes } of runWithRows(this.proxy, batches, options)) {
      const positions = outcomes.flatMap((outcome, i) => (mustEscalate(outcome, this.escalateBelow) ? [i] : []))
      if (positions.length > 0) {
        const asked = positions.map((i) => rows[i] as KeyedRow)
        const answers = await runBatch(this.oracle, asked, options)
        for (const [j, i] of positions.entries()) {
          outcomes[i] = mergeEscalated(outcomes[i] as Outcome, answers[j] as Outcome)
        }
      }
      yield outcomes
    }
  }

  save(): VariantFiles {
    return {
      "variant.json": jsonFile({ kind: this.kind, formatVersion, escalateBelow: this.escalateBelow }),
      ...nest("proxy", this.proxy.save()),
      ...nest("oracle", this.oracle.save()),
    }
  }

  async explain(row: KeyedRow): Promise<Explanation> {
    const [proxy] = await runBatch(this.proxy, [row])
    const answering = proxy && mustEscalate(proxy, this.escalateBelow) ? this.oracle : this.proxy
    return explainBy(answering, row)
  }
}

/** Leaves unsure answers to people; with a decision, also moves the border between two classes. */
export class AbstainingVariant implements Variant {
  readonly kind = "abstaining"
  readonly holdsTrainingText: boolean
  readonly inner: Variant
  readonly classes: readonly string[]
  readonly reviewBelow: number
  readonly decision: Decision | undefined

  constructor(options: {
    readonly inner: Variant
    readonly classes: readonly string[]
    /** 0 (the default): every row is answered. */
    readonly reviewBelow?: number
    readonly decision?: Decision
  }) {
    checkProbability("reviewBelow", options.reviewBelow ?? 0)
    if (options.decision) checkProbability("threshold", options.decision.threshold)
    this.inner = options.inner
    this.classes = options.classes
    this.reviewBelow = options.reviewBelow ?? 0
    this.decision = options.decision
    this.holdsTrainingText = options.inner.holdsTrainingText
  }

  async *run(batches: Batches, options?: RunOptions): AsyncIterable<Outcome[]> {
    for await (const outcomes of this.inner.run(batches, options)) yield outcomes.map((outcome) => this.rule(outcome))
  }

  private rule(outcome: Outcome): Outcome {
    const decided = this.decision ? applyDecision(outcome, this.decision, { classes: this.classes }) : outcome
    return applyReview(decided, this.reviewBelow)
  }

  save(): VariantFiles {
    const { kind, classes, reviewBelow, decision } = this
    return {
      "variant.json": jsonFile({ kind, formatVersion, classes, reviewBelow, ...(decision ? { decision } : {}) }),
      ...nest("inner", this.inner.save()),
    }
  }

  explain(row: KeyedRow): Promise<Explanation> {
    return explainBy(this.inner, row)
  }
}

/** The inner variant's class probabilities at a fitted temperature; confidence is the highest of them. */
export class CalibratedVariant implements Variant {
  readonly kind = "calibrated"
  readonly holdsTrainingText: boolean
  readonly inner: Variant
  readonly temperature: number

  constructor(options: { readonly inner: Variant; readonly temperature: number }) {
    this.inner = options.inner
    this.temperature = options.temperature
    this.holdsTrainingText = options.inner.holdsTrainingText
  }

  async *run(batches: Batches, options?: RunOptions): AsyncIterable<Outcome[]> {
    for await (const outcomes of this.inner.run(batches, options)) yield outcomes.map((outcome) => this.adjust(outcome))
  }

  /** One outcome at the temperature: scores and confidence change, the answer does not. */
  adjust(outcome: Outcome): Outcome {
    if (outcome.scores.length === 0) return outcome
    const scores = applyTemperature(outcome.scores, this.temperature)
    return { ...outcome, scores, confidence: scores.reduce((a, b) => Math.max(a, b), 0) }
  }

  save(): VariantFiles {
    const { kind, temperature } = this
    return { "variant.json": jsonFile({ kind, formatVersion, temperature }), ...nest("inner", this.inner.save()) }
  }

  explain(row: KeyedRow): Promise<Explanation> {
    return explainBy(this.inner, row)
  }
}

/** `inner` at a temperature. */
export const calibrated = (inner: Variant, temperature: number): CalibratedVariant => new CalibratedVariant({ inner, temperature })

/** A candidate as a variant over the fitted rungs. Does to each row what `decide` says. */
export function buildVariant(
  candidate: Candidate,
  options: { readonly variants: Readonly<Record<string, Variant>>; readonly classes: readonly string[] },
): Variant {
  const [first, second] = candidate.rungs
  const proxy = options.variants[first] as Variant
  const base =
    second === undefined || candidate.escalateBelow === undefined
      ? proxy
      : new CascadeVariant({ proxy, oracle: options.variants[second] as Variant, escalateBelow: candidate.escalateBelow })
  const { reviewBelow, decision } = candidate
  if (reviewBelow === undefined && decision === undefined) return base
  return new AbstainingVariant({
    inner: base,
    classes: options.classes,
    ...(reviewBelow === undefined ? {} : { reviewBelow }),
    ...(decision === undefined ? {} : { decision }),
  })
}

/** The variant's own explanation, or at least its answer. */
export async function explainBy(variant: Variant, row: KeyedRow): Promise<Explanation> {
  if (variant.explain) return variant.explain(row)
  const [outcome] = await runBatch(variant, [row])
  return { output: outcome?.output ?? "", by: outcome?.by ?? variant.kind, reasons: [] }
}
