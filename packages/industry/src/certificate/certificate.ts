/** What was promised, on which rows, with which interval; or why no promise could be made. Plain JSON values. */
import type { CertifiedMetric, Interval, SplitFacts } from "@daydream/engine/evaluation"
import type { Localized } from "@daydream/engine/language"
import type { Candidate } from "../cascade/index.ts"

/** One candidate of the fixed sequence with its test. Certify counts are 0 where it was not tested. */
export interface TestedCandidate {
  readonly candidate: Candidate
  /** Seen on choose, before any certify label was looked at. */
  readonly choose: { readonly successes: number; readonly trials: number; readonly coverage: number }
  readonly predictedPower: number
  /** Nano-units per 1,000 rows on choose, as a decimal string. */
  readonly costPerThousand: string
  readonly result: "passed" | "failed" | "not-tested"
  readonly rows: number
  readonly trials: number
  readonly successes: number
  readonly answered: number
  readonly escalated: number
  /** Exact lower bound at the delta of this attempt. */
  readonly bound: number
  /** Exact chance of so many successes or more if the quality were just the target. */
  readonly pValue: number
}

interface Verdict {
  readonly version: 1
  readonly metric: CertifiedMetric
  readonly target: number
  /** Highest chance of a wrong promise over all attempts on these certify rows. */
  readonly delta: number
  /** The part of delta that this attempt may use. */
  readonly deltaSpent: number
  /** 1 for the first attempt on these rows. */
  readonly attempt: number
  /** In the order of testing; the first failure ends it. */
  readonly sequence: readonly TestedCandidate[]
  /** Group hashes of the certify rows, sorted. */
  readonly certifyHashes: readonly string[]
  /** SHA-256 over `certifyHashes`. */
  readonly certifyDigest: string
  readonly split?: SplitFacts
  readonly assumptions: readonly Localized[]
  readonly seed: number
  /** ISO 8601. */
  readonly createdAt: string
  /** Version of the program. */
  readonly madeBy: string
}

/** A promise that passed its test. */
export interface Certificate extends Verdict {
  readonly kind: "certificate"
  readonly candidate: Candidate
  /** Certify rows on which the plan was measured. */
  readonly rows: number
  /** Rows that count for the metric, and those that went well. */
  readonly trials: number
  readonly successes: number
  readonly estimate: number
  /** Exact lower bound at `deltaSpent`; at least the target. */
  readonly bound: number
  /** Exact two-sided interval at `delta`, for reading. */
  readonly interval: Interval
  readonly coverage: { readonly answered: number; readonly rows: number; readonly share: number; readonly interval: Interval }
  /** Share of rows on which the dear rung was asked; 0 without a cascade. */
  readonly escalatedShare: number
  readonly costPerThousand: string
}

/** No candidate passed. */
export interface Refusal extends Verdict {
  readonly kind: "refusal"
  /**
   * `too-few-labels`: the best candidate would pass with more certify rows. `target-out-of-reach`: it is not better
   * than the target as far as is known. `nothing-to-test`: there was no candidate or no row.
   */
  readonly reason: "too-few-labels" | "target-out-of-reach" | "nothing-to-test"
  readonly certifyRows: number
  /** The candidate that needs the fewest labels, else the best one; on choose and, if tested, certify together. */
  readonly best: { readonly name: string; readonly candidate?: Candidate; readonly successes: number; readonly trials: number; readonly estimate: number; readonly coverage: number } | null
  /** Further certify rows with which `best` passes with a chance of 80 %; null where no number helps. */
  readonly certifyRowsMissing: number | null
  /** Further labels if they are split as the present ones were; null where no number helps. */
  readonly labelsMissing: number | null
  /** Fewest certify rows that could ever support the target: those without any error. */
  readonly fewestRows: number
  /** A target that `best` would pass with a chance of 80 % on as many rows as there are; null if none above one half. */
  readonly reachableTarget: number | null
}
