/**
 * Which candidates are worth certifying, judged on the choose part alone. Nothing here looks at certify labels, so the
 * order and the thresholds are free to follow the data.
 */
import { errorsAllowed, logBeta } from "@daydream/engine/evaluation"
import type { CertifiedMetric } from "@daydream/engine/evaluation"
import type { Outcome } from "@daydream/engine/function"
import type { Candidate } from "./candidate.ts"
import { candidateOutcomes, scoreCandidate } from "./measure.ts"
import type { CandidateScore, MeasuredRows } from "./measure.ts"

/** What is wanted of a plan, and how many rows will certify it. */
export interface Goal {
  readonly metric: CertifiedMetric
  readonly target: number
  /** Chance of a wrong promise that this attempt may spend. */
  readonly delta: number
  /** Rows of the certify part (those of a rung's sample, where it ran on one). */
  readonly certifyRows: number
  /** Certify rows of rungs that run there on a sample only, by rung. */
  readonly certifySamples?: Readonly<Record<string, number>>
}

/** A candidate with what choose says of it. */
export interface Proposal {
  readonly candidate: Candidate
  readonly score: CandidateScore
  /** Chance that the certify rows confirm it, seen from choose (beta-binomial prediction, Jeffreys prior). */
  readonly power: number
  /**
   * What the metric alone does not reward, on choose: recall where precision is promised, precision where recall is
   * (else a plan that never, or always, says yes would be best). 1 for accuracy, and 0 where nothing is known.
   */
  readonly companion: number
}

export interface ProposeOptions extends Goal {
  readonly measured: MeasuredRows
  /** Rungs by price, cheapest first. */
  readonly rungs: readonly string[]
  /** Offer to leave rows to people. Default true. */
  readonly allowReview?: boolean
  /** Thresholds tried for each pair of rungs and for each abstaining plan. Default 12. */
  readonly thresholds?: number
}

/**
 * All candidates: each rung, each proxy–oracle pair over a grid of thresholds, each of these leaving unsure rows to
 * people; for precision or recall of one of two classes each also over a grid of decision thresholds.
 */
export function proposeThresholds(options: ProposeOptions): Proposal[] {
  const { measured, rungs, metric, thresholds = 12, allowReview = true } = options
  const full = rungs.flatMap((rung): Candidate[] => [
    { name: rung, kind: "rung", rungs: [rung] },
    ...(metric.name === "accuracy" ? [] : decisionGrid({ name: rung, kind: "rung", rungs: [rung] }, options)),
  ])
  const cascades = pairsOf(rungs).flatMap(([proxy, oracle]) => cascadeGrid(proxy, oracle, measured, thresholds))
  const whole = [...full, ...cascades]
  const abstaining = allowReview ? whole.flatMap((candidate) => reviewGrid(candidate, measured, thresholds)) : []
  return [...whole, ...abstaining].map((candidate) => propose(candidate, options))
}

/** Scores one candidate on choose. */
export function propose(candidate: Candidate, options: Goal & { readonly measured: MeasuredRows }): Proposal {
  const score = scoreCandidate(candidate, options.measured, options.metric)
  const certifyRows = Math.min(...candidate.rungs.map((rung) => options.certifySamples?.[rung] ?? options.certifyRows))
  const companion = companionOf(candidate, options)
  return { candidate, score, power: predictedPower(score, { ...options, certifyRows }), companion }
}

function companionOf(candidate: Candidate, options: Goal & { readonly measured: MeasuredRows }): number {
  const { metric, measured } = options
  if (metric.name === "accuracy") return 1
  const other = { name: metric.name === "precision" ? "recall" : "precision", positive: metric.positive } as const
  const { successes, trials } = scoreCandidate(candidate, measured, other)
  return trials === 0 ? 0 : successes / trials
}

/** Chance that the exact test passes on `certifyRows` new rows, given what was counted on choose. */
export function predictedPower(score: CandidateScore, goal: Goal): number {
  if (score.rows === 0) return 0
  const trials = Math.round((score.trials / score.rows) * goal.certifyRows)
  const allowed = errorsAllowed({ target: goal.target, delta: goal.delta, trials })
  if (trials === 0 || allowed < 0) return 0
  const a = score.trials - score.successes + 0.5
  const b = score.successes + 0.5
  // P(errors = k) of the beta-binomial, by the ratio of neighbouring terms.
  let term = Math.exp(logBeta(a, b + trials) - logBeta(a, b))
  let sum = 0
  for (let k = 0; k <= allowed; k++) {
    sum += term
    term *= ((trials - k) * (a + k)) / ((k + 1) * (b + trials - k - 1))
  }
  return Math.min(1, sum)
}

const pairsOf = (rungs: readonly string[]): [string, string][] =>
  rungs.flatMap((proxy, i) => rungs.slice(i + 1).map((oracle): [string, string] => [proxy, oracle]))

function cascadeGrid(proxy: string, oracle: string, measured: MeasuredRows, count: number): Candidate[] {
  const cascade = (escalateBelow: number): Candidate => ({
    name: `${proxy} ≥ ${format(escalateBelow)} → ${oracle}`,
    kind: "cascade",
    rungs: [proxy, oracle],
    escalateBelow,
  })
  const probe = candidateOutcomes({ ...cascade(0), rungs: [proxy, proxy] }, withSampleOf(measured, proxy, oracle))
  return grid(probe.map(({ outcome }) => outcome), count).map(cascade)
}

/** The proxy looked at where both rungs are measured. */
function withSampleOf(measured: MeasuredRows, proxy: string, oracle: string): MeasuredRows {
  const sample = measured.samples?.[oracle]
  if (!sample) return measured
  const proxySample = measured.samples?.[proxy]
  const both = proxySample ? sample.filter((row) => proxySample.includes(row)) : sample
  return { ...measured, samples: { ...measured.samples, [proxy]: both } }
}

function reviewGrid(base: Candidate, measured: MeasuredRows, count: number): Candidate[] {
  const outcomes = candidateOutcomes(base, measured).map(({ outcome }) => outcome)
  return grid(outcomes, count).map((reviewBelow) => ({
    ...base,
    name: `${base.name}, review < ${format(reviewBelow)}`,
    kind: "abstaining",
    reviewBelow,
  }))
}

function decisionGrid(base: Candidate, options: ProposeOptions): Candidate[] {
  const { measured, metric, thresholds = 12 } = options
  if (metric.name === "accuracy" || measured.classes.length !== 2) return []
  const index = measured.classes.indexOf(metric.positive)
  // Cut where the true positives lie, however rare they are.
  const scores = candidateOutcomes(base, measured).flatMap(({ row, outcome }) => {
    const score = outcome.scores[index]
    return score === undefined || measured.labels[row] !== metric.positive ? [] : [score]
  })
  return cuts(scores, 2 * thresholds).map((threshold) => ({
    ...base,
    name: `${base.name}, ${metric.positive} ≥ ${format(threshold)}`,
    decision: { positive: metric.positive, threshold },
  }))
}

const grid = (outcomes: readonly Outcome[], count: number): number[] =>
  cuts(outcomes.flatMap((outcome) => (outcome.status === "answered" ? [outcome.confidence] : [])), count)

/**
 * At most `count` distinct thresholds, each midway between two neighbouring values; between equal values the next step
 * up is taken. The shares of values below them grow like a power above one: finest where few rows fall below, since the
 * last percents of automation, and of escalation saved, are what is worth most.
 */
function cuts(values: readonly number[], count: number): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  const found = new Set<number>()
  for (let i = 1; i <= count; i++) {
    let at = Math.max(1, Math.round((i / (count + 1)) ** 1.7 * sorted.length))
    while (at < sorted.length && sorted[at] === sorted[at - 1]) at += 1
    const [below, above] = [sorted[at - 1], sorted[at]]
    if (below !== undefined && above !== undefined) found.add((below + above) / 2)
  }
  return [...found]
}

const format = (threshold: number): string => threshold.toPrecision(4).replace(/\.?0+$/u, "")
