/** Runs rungs on the certify rows, no more of them than the candidate whose turn it is needs. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { Example, KeyedRow, Outcome } from "@daydream/engine/function"
import { rowsToEscalate, type Candidate, type MeasuredRows } from "../cascade/index.ts"
import type { FittedRung } from "./climb.ts"
import { labelRows } from "./label-rows.ts"
import type { Strangers } from "./strangers.ts"
import type { CompileOptions } from "./options.ts"

/** What measuring on certify rows needs. */
export interface CertifyRows {
  readonly examples: readonly Example[]
  readonly classes: readonly string[]
  readonly rungs: ReadonlyMap<string, FittedRung>
  /** Rows unlike anything seen, by key; they are marked and never answered. */
  readonly strangers: Strangers | undefined
  readonly options: CompileOptions
}

const isDear = (fitted: FittedRung) => fitted.rung.needs.includes("language-model")

/**
 * Certify rows on which `candidate` is tested. A language model is asked `modelRows` times at most, in expectation: a
 * cascade that escalates a tenth of the rows is tested on ten times as many. Fixed before any certify row is looked at.
 */
export function certifySampleSize(candidate: Candidate, escalatedShare: number, rows: CertifyRows): number {
  const last = rows.rungs.get(candidate.rungs.at(-1) as string)
  if (last === undefined || !isDear(last)) return rows.examples.length
  const share = candidate.rungs.length === 1 ? 1 : Math.max(escalatedShare, 1 / Math.max(1, rows.options.modelRows))
  return Math.min(rows.examples.length, Math.floor(rows.options.modelRows / share))
}

/** Thrown where measuring a candidate would pass the money limit. */
export class RungUnaffordable extends Error {
  readonly rung: string

  constructor(rung: string, cause: unknown) {
    super(`The money left does not pay for ${rung}.`, { cause })
    this.rung = rung
  }
}

/** A measurer for `certify`. Outcomes are kept between calls. Throws {@link RungUnaffordable}. */
export function createCertifyMeasurer(rows: CertifyRows, sampleSizes: ReadonlyMap<string, number>) {
  const known = new Map<string, (Outcome | undefined)[]>()
  const outcomesOf = (rung: string) => {
    const kept = known.get(rung) ?? rows.examples.map((): Outcome | undefined => undefined)
    known.set(rung, kept)
    return kept
  }
  const run = async (rung: string, positions: readonly number[]) => {
    const fitted = rows.rungs.get(rung) as FittedRung
    const kept = outcomesOf(rung)
    const missing = positions.filter((i) => kept[i] === undefined)
    const { strangers, options } = rows
    const asked = missing.filter((i) => strangers?.has((rows.examples[i] as KeyedRow).key) !== true || !isDear(fitted))
    const { onEvent, abortSignal } = options
    const outcomes = await labelRows(fitted.variant, asked.map((i) => rows.examples[i] as KeyedRow), {
      batchRows: isDear(fitted) ? 8 : 256,
      onProgress: (done, total) => onEvent?.({ type: "certify-progress", rung, done, total }),
      ...(abortSignal === undefined ? {} : { abortSignal }),
    }).catch((error: unknown) => {
      throw isDaydreamError(error) && error.code === "budget_exceeded" ? new RungUnaffordable(rung, error) : error
    })
    const byPosition = new Map(asked.map((i, at) => [i, outcomes[at] as Outcome]))
    for (const i of missing) kept[i] = strangers?.mark((rows.examples[i] as KeyedRow).key, byPosition.get(i)) ?? byPosition.get(i)
  }
  return async (candidate: Candidate): Promise<MeasuredRows> => {
    const size = sampleSizes.get(candidate.name) ?? rows.examples.length
    const sample = Array.from({ length: size }, (_, i) => i)
    const [first, second] = candidate.rungs
    await run(first, sample)
    const measured = (): MeasuredRows => ({
      labels: rows.examples.map((example) => example.label),
      outcomes: Object.fromEntries(known),
      classes: rows.classes,
      samples: Object.fromEntries(candidate.rungs.map((rung) => [rung, sample])),
    })
    if (second !== undefined) await run(second, rowsToEscalate(candidate, measured()))
    return measured()
  }
}
