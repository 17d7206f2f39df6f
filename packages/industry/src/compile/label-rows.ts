/** Runs a variant over rows held in memory, with progress and a way to stop early. */
import type { KeyedRow, Outcome, Variant } from "@daydream/engine/function"

export interface LabelRowsOptions {
  readonly batchRows: number
  readonly abortSignal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  /** Asked after each batch with all outcomes so far; true ends the run. */
  readonly shouldStop?: (outcomes: readonly Outcome[]) => boolean
}

/** Outcomes of `rows` in order; fewer where `shouldStop` ended the run. */
export async function labelRows(
  variant: Variant,
  rows: readonly KeyedRow[],
  options: LabelRowsOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  async function* batches() {
    for (let start = 0; start < rows.length; start += options.batchRows) yield rows.slice(start, start + options.batchRows)
  }
  const runOptions = options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }
  for await (const batch of variant.run(batches(), runOptions)) {
    outcomes.push(...batch)
    options.onProgress?.(outcomes.length, rows.length)
    // Leaving the loop ends the variant's run, which asks for no further batch.
    if (outcomes.length < rows.length && options.shouldStop?.(outcomes) === true) break
  }
  return outcomes
}
