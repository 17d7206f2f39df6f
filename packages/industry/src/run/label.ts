/** Labels rows and keeps the answers in a run's folder, part by part. */
import type { KeyedRow, Outcome } from "@daydream/engine/function"
import type { Plan } from "../plan/index.ts"
import type { BatchPlace, PlacedBatch } from "./batches.ts"
import { runErrors } from "./errors.ts"
import type { RunFolder } from "./journal.ts"
import { toAnswer } from "./part.ts"
import type { Answer } from "./part.ts"
import { TotalsCounter } from "./totals.ts"

/** When a part is closed: after so many rows or so long a time, whichever is first. */
export interface PartSize {
  readonly rows: number
  readonly milliseconds: number
}

export interface LabelOptions {
  readonly partSize: PartSize
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly abortSignal?: AbortSignal
  /** Called after each batch, with its place. */
  readonly onBatch?: (place: BatchPlace, outcomes: readonly Outcome[]) => void
}

/**
 * Runs `batches` through the plan into `folder`. Whatever ends it early, the whole batches answered so far are kept
 * first: they may have cost money.
 */
export async function labelIntoParts(
  plan: Pick<Plan, "runBatches">, batches: AsyncIterable<PlacedBatch>, folder: RunFolder, options: LabelOptions,
): Promise<void> {
  const { partSize, now, abortSignal, onBatch } = options
  const places: PlacedBatch[] = []
  let answers: Answer[] = []
  let counter = new TotalsCounter()
  let startedAt = now()
  const keep = async () => {
    if (answers.length === 0) return
    await folder.append(answers, counter.total)
    answers = []
    counter = new TotalsCounter()
    startedAt = now()
  }
  async function* handOut() {
    for await (const placed of batches) {
      abortSignal?.throwIfAborted()
      places.push(placed)
      yield placed.batch
    }
  }
  try {
    for await (const outcomes of plan.runBatches(handOut(), abortSignal === undefined ? {} : { abortSignal })) {
      const place = places.shift()
      checkPlace(place?.batch ?? [], outcomes)
      for (const outcome of outcomes) {
        answers.push(toAnswer(outcome))
        counter.add(outcome)
      }
      if (place !== undefined) onBatch?.(place, outcomes)
      if (answers.length >= partSize.rows || now() - startedAt >= partSize.milliseconds) await keep()
    }
    const missing = places[0]
    if (missing !== undefined) throw runErrors.run_outcomes_misplaced({ row: String(missing.firstRow), got: "none" })
  } catch (error) {
    await keep().catch(() => undefined)
    throw error
  }
  await keep()
}

/** One outcome a row, in order: a plan that breaks this must not shift labels onto other rows. */
export function checkPlace(rows: readonly KeyedRow[], outcomes: readonly Outcome[]): void {
  const count = Math.max(rows.length, outcomes.length)
  for (let index = 0; index < count; index++) {
    const row = rows[index]?.key
    const got = outcomes[index]?.key
    if (row !== got) throw runErrors.run_outcomes_misplaced({ row: row ?? "none", got: got ?? "none" })
  }
}
