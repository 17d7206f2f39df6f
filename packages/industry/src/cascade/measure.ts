/** Candidates measured on rows for which the rungs' outcomes are known: end to end, without running anything again. */
import type { Outcome } from "@daydream/engine/function"
import { countTrials } from "@daydream/engine/evaluation"
import type { CertifiedMetric, Count } from "@daydream/engine/evaluation"
import { noUsage, priceOf } from "@daydream/engine/money"
import type { PriceList, Usage } from "@daydream/engine/money"
import { addUsage, decide } from "./candidate.ts"
import type { Candidate } from "./candidate.ts"
import { errors } from "./errors.ts"

/** What rungs said of the same rows. */
export interface MeasuredRows {
  /** Labels, by position. */
  readonly labels: readonly string[]
  /** Outcomes by rung and position; missing where the rung was not run on the row. */
  readonly outcomes: Readonly<Record<string, readonly (Outcome | undefined)[]>>
  /**
   * Positions on which a rung counts as measured, for rungs that ran on a random sample only. A dear rung may have been
   * left out on sampled rows where the proxy was sure, since no candidate asks it there.
   */
  readonly samples?: Readonly<Record<string, readonly number[]>>
  readonly classes: readonly string[]
  /** Work done on each row whatever the candidate, by position: telling strangers. */
  readonly overhead?: readonly Usage[]
  /** With prices the work of all rows is priced together; without, the outcomes' costs are added, each rounded up. */
  readonly prices?: PriceList
}

/** A candidate's quality and price on a set of rows. */
export interface CandidateScore extends Count {
  readonly rows: number
  /** Rows answered. */
  readonly answered: number
  /** Rows on which the oracle was asked. */
  readonly escalated: number
  /** Nano-units, summed over the rows. */
  readonly cost: bigint
}

/** Positions on which all rungs of a candidate are measured. */
export function rowsOf(candidate: Candidate, measured: MeasuredRows): readonly number[] {
  let rows = measured.labels.map((_, i) => i)
  for (const rung of candidate.rungs) {
    const sample = measured.samples?.[rung]
    if (!sample) continue
    const allowed = new Set(sample)
    rows = rows.filter((i) => allowed.has(i))
  }
  return rows
}

/**
 * What the candidate gives on each of its rows.
 * @throws outcome_missing where a rung was needed on a row but has no outcome there.
 */
export function candidateOutcomes(
  candidate: Candidate,
  measured: MeasuredRows,
): readonly { readonly row: number; readonly outcome: Outcome; readonly escalated: boolean }[] {
  const [first, second] = candidate.rungs
  const outcomeOf = (rung: string, row: number): Outcome => {
    const outcome = measured.outcomes[rung]?.[row]
    if (!outcome) throw errors.outcome_missing({ rung, row: row + 1, candidate: candidate.name })
    return outcome
  }
  return rowsOf(candidate, measured).map((row) => ({
    row,
    ...decide(candidate, outcomeOf(first, row), () => outcomeOf(second ?? first, row), measured),
  }))
}

/** Counts trials, coverage, escalations and cost of a candidate. */
export function scoreCandidate(candidate: Candidate, measured: MeasuredRows, metric: CertifiedMetric): CandidateScore {
  const results = candidateOutcomes(candidate, measured)
  const labels = results.map(({ row }) => measured.labels[row] as string)
  return {
    ...countTrials(metric, labels, results.map(({ outcome }) => outcome)),
    rows: results.length,
    answered: results.reduce((sum, { outcome }) => sum + Number(outcome.status === "answered"), 0),
    escalated: results.reduce((sum, { escalated }) => sum + Number(escalated), 0),
    cost: costOf(results, measured),
  }
}

function costOf(results: ReturnType<typeof candidateOutcomes>, { prices, overhead }: MeasuredRows): bigint {
  if (prices === undefined) return results.reduce((sum, { outcome }) => sum + outcome.cost, 0n)
  return priceOf(sumUsage(results.flatMap(({ row, outcome }) => [outcome.usage, overhead?.[row] ?? noUsage])), prices)
}

/** The sum over many rows. Rounded to money once, it tells apart work that costs less than a nano-unit a row. */
export const sumUsage = (usages: Iterable<Usage>): Usage => {
  let sum = noUsage
  for (const usage of usages) sum = addUsage(sum, usage)
  return sum
}

/** Positions on which the oracle has to be run before the candidate can be measured there. */
export function rowsToEscalate(candidate: Candidate, measured: MeasuredRows): readonly number[] {
  if (candidate.escalateBelow === undefined) return []
  const proxy = measured.outcomes[candidate.rungs[0]]
  const placeholder = (row: number) => proxy?.[row] as Outcome
  return rowsOf(candidate, measured).filter((row) => decide(candidate, placeholder(row), () => placeholder(row), measured).escalated)
}
