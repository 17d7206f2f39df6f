/** The ladder: what each way of running the function was found to give and to cost. Serialisable. */
import type { Candidate } from "../cascade/index.ts"
import type { SkipReason } from "./options.ts"

/** A share with its interval, all in [0, 1]. */
export interface Estimate {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

/** What one rung, cascade or abstaining plan gave on the choose rows. Intervals are for display; see the certificate. */
export interface Measurement {
  /** Name of the rung or candidate. */
  readonly name: string
  /** Rows measured, at most the choose part. */
  readonly rows: number
  /** The wanted quality: accuracy, precision or recall, among rows answered. */
  readonly quality: Estimate
  readonly accuracy: Estimate
  readonly macroF1: Estimate
  /** Two classes only, for the positive class. */
  readonly precision?: Estimate
  readonly recall?: Estimate
  /** Share of rows answered rather than left to people. */
  readonly coverage: number
  /** Share of rows that the dearer rung of a cascade answered. */
  readonly escalated?: number
  /** Nano-units per 1,000 rows, in decimal digits (JSON has no big integers). */
  readonly costPerThousand: string
  /** Wall time a row while measuring, in milliseconds. For orientation; choices use counted cost. */
  readonly millisecondsPerRow: number
  readonly failedRows: number
  /** True where measuring ended early because the rung clearly loses against a cheaper one. */
  readonly isStoppedEarly: boolean
}

/** A line of the ladder. */
export interface LadderEntry {
  readonly name: string
  /** How rungs are combined; absent for a rung that was not measured. */
  readonly candidate?: Candidate
  readonly measurement?: Measurement
  readonly skipped?: SkipReason
  /** `passed`: certified at the target. `failed`: tested and not passed. `untested`: not reached by the sequence. */
  readonly certification: "passed" | "failed" | "untested"
  readonly isChosen: boolean
}
