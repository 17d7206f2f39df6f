/** Labels any rows as they come, with the columns that a run over a file adds. */
import type { KeyedRow, Row } from "@daydream/engine/function"
import type { Plan } from "../plan/index.ts"
import { checkPlace } from "./label.ts"
import { answeredRow, nameAddedColumns } from "./output-columns.ts"
import type { AddedColumns } from "./output-columns.ts"
import { toAnswer } from "./part.ts"
import { pricedTotals, TotalsCounter } from "./totals.ts"
import type { RunTotals } from "./totals.ts"

export interface LabelRowsOptions {
  /** Rows a batch at most; default 256. */
  readonly batchRows?: number
  /** A batch that is not full goes out after so long; default 200 ms. */
  readonly lingerMs?: number
  readonly abortSignal?: AbortSignal
}

/** Yields batches of answered rows in order, and returns the totals. Columns are named after the first row's. */
export async function* labelRows(
  plan: Pick<Plan, "task" | "prices" | "runBatches">, rows: AsyncIterable<Row>, options: LabelRowsOptions = {},
): AsyncGenerator<Row[], RunTotals> {
  const { batchRows = 256, lingerMs = 200, abortSignal } = options
  const waiting: KeyedRow[][] = []
  const counter = new TotalsCounter()
  let added: AddedColumns | undefined
  async function* handOut() {
    for await (const batch of lingering(rows, batchRows, lingerMs)) {
      waiting.push(batch)
      yield batch
    }
  }
  for await (const outcomes of plan.runBatches(handOut(), abortSignal === undefined ? {} : { abortSignal })) {
    const batch = waiting.shift() ?? []
    checkPlace(batch, outcomes)
    const names = (added ??= nameAddedColumns(Object.keys(batch[0]?.input ?? {}), plan.task.signature.output.name))
    for (const outcome of outcomes) counter.add(outcome)
    yield outcomes.map((outcome, index) => answeredRow(batch[index]?.input ?? {}, toAnswer(outcome), names))
  }
  return pricedTotals(counter.total, plan.prices)
}

/** Batches that are full, or that have waited long enough for more rows. */
async function* lingering(rows: AsyncIterable<Row>, batchRows: number, lingerMs: number): AsyncGenerator<KeyedRow[]> {
  const source = rows[Symbol.asyncIterator]()
  let number = 0
  let batch: KeyedRow[] = []
  let pending = source.next()
  for (;;) {
    const next = batch.length === 0 ? await pending : await within(pending, lingerMs)
    if (next !== undefined) {
      if (next.done === true) break
      batch.push({ key: String(++number), input: next.value })
      pending = source.next()
      if (batch.length < batchRows) continue
    }
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** What `promise` gives within `ms`, else undefined. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
