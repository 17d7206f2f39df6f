/** What outcomes are worth against known labels. */
import type { Outcome } from "../function/index.ts"
import { createRandom } from "../random/index.ts"
import { clopperPearsonInterval } from "./bounds.ts"
import type { Count, Interval } from "./bounds.ts"

/** A quality that can be certified: a mean of independent yes-or-no trials. */
export type CertifiedMetric =
  | { readonly name: "accuracy" }
  /** Of the rows that the plan says are `positive`, those that are. */
  | { readonly name: "precision"; readonly positive: string }
  /** Of the rows that are `positive` and were not left to people, those that the plan says are. */
  | { readonly name: "recall"; readonly positive: string }

/** The part of an outcome that metrics look at. */
export type Judged = Pick<Outcome, "status" | "output">

/**
 * Is this row a trial of the metric, and a success? `null`: no trial. Rows left to people (`review`, `other`) are never
 * trials; a failed row is a trial and no success, since the plan owed an answer (precision: it claimed nothing).
 */
export function trialOf(metric: CertifiedMetric, label: string, outcome: Judged): boolean | null {
  if (outcome.status === "review" || outcome.status === "other") return null
  const output = outcome.status === "answered" ? outcome.output : null
  if (metric.name === "accuracy") return output === label
  if (metric.name === "precision") return output === metric.positive ? label === metric.positive : null
  return label === metric.positive ? output === metric.positive : null
}

/** Trials and successes of a metric over rows. */
export function countTrials(metric: CertifiedMetric, labels: readonly string[], outcomes: readonly Judged[]): Count {
  let trials = 0
  let successes = 0
  for (const [i, outcome] of outcomes.entries()) {
    const trial = trialOf(metric, labels[i] as string, outcome)
    if (trial === null) continue
    trials += 1
    if (trial) successes += 1
  }
  return { successes, trials }
}

/** Quality of one class. Precision and recall are null where nothing was said or nothing was there. */
export interface ClassScore extends Readonly<Record<"truePositive" | "falsePositive" | "falseNegative", number>> {
  readonly label: string
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number
}

/** Everything measured of one way of running on one set of rows. Intervals are two-sided. */
export interface Scores {
  readonly rows: number
  readonly answered: number
  readonly review: number
  readonly other: number
  readonly failed: number
  /** Among answered and failed rows; null where there are none. */
  readonly accuracy: number | null
  readonly accuracyCount: Count
  /** Exact. */
  readonly accuracyInterval: Interval
  /** Share of rows that got an answer. */
  readonly coverage: number
  readonly coverageInterval: Interval
  /** Mean F1 over the classes that occur as label or answer. */
  readonly macroF1: number
  /** Seeded bootstrap: shown, never certified. */
  readonly macroF1Interval: Interval
  readonly perClass: readonly ClassScore[]
  /** Rows: true classes; columns: answers; the last column counts failures. Only rows not left to people. */
  readonly confusion: readonly (readonly number[])[]
}

export interface EvaluateOptions {
  readonly classes: readonly string[]
  /** Chance that an interval misses; default 0.05. */
  readonly delta?: number
  /** Bootstrap resamples; default 300. */
  readonly resamples?: number
  readonly seed?: number
}

/** Measures outcomes against labels, row by row in the same order. */
export function evaluate(
  outcomes: readonly Judged[],
  examples: readonly { readonly label: string }[],
  options: EvaluateOptions,
): Scores {
  const { classes, delta = 0.05, resamples = 300, seed = 0 } = options
  const labels = examples.map((example) => example.label)
  const index = new Map(classes.map((label, i) => [label, i]))
  const pairs: [number, number][] = []
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status === "review" || outcome.status === "other") continue
    const truth = index.get(labels[i] as string)
    if (truth === undefined) continue
    const said = outcome.status === "answered" && outcome.output !== null ? index.get(outcome.output) : undefined
    pairs.push([truth, said ?? classes.length])
  }
  const confusion = confusionOf(pairs, classes.length)
  const count = (status: Outcome["status"]) => outcomes.reduce((sum, outcome) => sum + Number(outcome.status === status), 0)
  const answered = count("answered")
  const accuracyCount = countTrials({ name: "accuracy" }, labels, outcomes)
  const coverageCount = { successes: answered, trials: outcomes.length }
  const random = createRandom("bootstrap", seed)
  const statistic = () => {
    const drawn = pairs.map(() => pairs[random.integer(pairs.length)] as [number, number])
    return macroF1Of(confusionOf(drawn, classes.length))
  }
  return {
    rows: outcomes.length,
    answered,
    review: count("review"),
    other: count("other"),
    failed: count("failed"),
    accuracy: accuracyCount.trials === 0 ? null : accuracyCount.successes / accuracyCount.trials,
    accuracyCount,
    accuracyInterval: clopperPearsonInterval({ ...accuracyCount, delta }),
    coverage: outcomes.length === 0 ? 0 : answered / outcomes.length,
    coverageInterval: clopperPearsonInterval({ ...coverageCount, delta }),
    macroF1: macroF1Of(confusion),
    macroF1Interval: quantiles(Array.from({ length: resamples }, statistic), delta),
    perClass: classes.map((label, i) => classScore(label, confusion, i)),
    confusion,
  }
}

function confusionOf(pairs: readonly (readonly [number, number])[], classes: number): number[][] {
  const table = Array.from({ length: classes }, () => Array.from({ length: classes + 1 }, () => 0))
  for (const [truth, said] of pairs) {
    const row = table[truth] as number[]
    row[said] = (row[said] as number) + 1
  }
  return table
}

function classScore(label: string, confusion: readonly (readonly number[])[], index: number): ClassScore {
  const row = confusion[index] as readonly number[]
  const truePositive = row[index] as number
  const support = row.reduce((sum, n) => sum + n, 0)
  const said = confusion.reduce((sum, other) => sum + (other[index] as number), 0)
  return {
    label,
    truePositive,
    falsePositive: said - truePositive,
    falseNegative: support - truePositive,
    precision: said === 0 ? null : truePositive / said,
    recall: support === 0 ? null : truePositive / support,
    f1: said + support === 0 ? 0 : (2 * truePositive) / (said + support),
  }
}

function macroF1Of(confusion: readonly (readonly number[])[]): number {
  const said = confusion.map(() => 0)
  for (const row of confusion) for (let i = 0; i < said.length; i++) said[i] = (said[i] as number) + (row[i] as number)
  let sum = 0
  let occurring = 0
  for (const [i, row] of confusion.entries()) {
    const support = row.reduce((total, n) => total + n, 0)
    const either = support + (said[i] as number)
    if (either === 0) continue
    occurring += 1
    sum += (2 * (row[i] as number)) / either
  }
  return occurring === 0 ? 0 : sum / occurring
}

function quantiles(values: readonly number[], delta: number): Interval {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0
  return { low: at(delta / 2), high: at(1 - delta / 2) }
}

/** Percentile bootstrap of any statistic of rows, seeded. */
export function bootstrapInterval<T>(
  rows: readonly T[],
  statistic: (rows: readonly T[]) => number,
  options: { readonly delta: number; readonly resamples?: number; readonly seed: number },
): Interval {
  const random = createRandom("bootstrap", options.seed)
  const values = Array.from({ length: options.resamples ?? 300 }, () =>
    statistic(rows.map(() => rows[random.integer(rows.length)] as T)),
  )
  return quantiles(values, options.delta)
}
