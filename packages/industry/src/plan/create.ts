/** A plan in memory: a variant with the function that it runs. */
import type { Explanation, KeyedRow, Outcome, Row, RunOptions, Variant } from "@daydream/engine/function"
import type { PriceList } from "@daydream/engine/money"
import { runBatch } from "../cascade/index.ts"
import type { Task } from "../rung/index.ts"
import { planErrors } from "./errors.ts"
import type { Plan, PlanRunOptions } from "./plan.ts"

export interface CreatePlanOptions {
  readonly name: string
  readonly task: Task
  readonly variant: Variant
  readonly prices?: PriceList
  readonly close?: () => Promise<void>
}

const defaultBatchRows = 256

/** Makes a plan of a variant. */
export function createPlan({ name, task, variant, prices, close }: CreatePlanOptions): Plan {
  const runBatches = (batches: AsyncIterable<readonly KeyedRow[]>, options?: RunOptions) => variant.run(batches, options)
  const inputs = task.signature.inputs.map((field) => field.name)
  async function* run(rows: AsyncIterable<Row> | Iterable<Row>, options: PlanRunOptions = {}) {
    const waiting: (readonly KeyedRow[])[] = []
    async function* batches() {
      for await (const batch of keyedBatches(rows, inputs, options.batchRows ?? defaultBatchRows)) {
        waiting.push(batch)
        yield batch
      }
    }
    for await (const outcomes of variant.run(batches(), options)) {
      const batch = waiting.shift() ?? []
      for (const [i, outcome] of outcomes.entries()) yield withInput(outcome, batch[i]?.input ?? {})
    }
  }
  return {
    name,
    task,
    ...(prices === undefined ? {} : { prices }),
    run,
    runBatches,
    explain: async (row): Promise<Explanation> => {
      if (variant.explain !== undefined) return variant.explain(row)
      const [outcome] = await runBatch(variant, [row])
      return { output: outcome?.output ?? "", by: outcome?.by ?? variant.kind, reasons: [] }
    },
    close: close ?? (async () => {}),
  }
}

const withInput = (outcome: Outcome, input: Row) => ({ ...outcome, input })

async function* keyedBatches(rows: AsyncIterable<Row> | Iterable<Row>, inputs: readonly string[], size: number) {
  let batch: KeyedRow[] = []
  let number = 0
  for await (const input of rows) {
    const key = String(++number)
    checkRow(key, input, inputs)
    batch.push({ key, input })
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

/** A missing value is fine (null or ""); a missing column is a mistake of the caller. */
function checkRow(key: string, input: Row, inputs: readonly string[]) {
  const missing = inputs.filter((name) => !Object.hasOwn(input, name))
  if (missing.length > 0) throw planErrors.row_not_fitting({ key, problem: `missing ${missing.join(", ")}` })
}
