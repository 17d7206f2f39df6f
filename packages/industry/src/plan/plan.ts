/** A plan: the chosen way of running a function, with the ladder it was chosen from and its certificate. */
import type { Explanation, KeyedRow, Outcome, Row, RunOptions } from "@daydream/engine/function"
import type { PriceList } from "@daydream/engine/money"
import type { Task } from "../rung/index.ts"

export interface PlanRunOptions extends RunOptions {
  /** Rows a batch; default 256. */
  readonly batchRows?: number
}

/** A loaded plan, ready to run. */
export interface Plan {
  readonly name: string
  readonly task: Task
  /** What its work costs; with them a run's total is priced as a whole, not row by row. */
  readonly prices?: PriceList
  /** Labels any rows, in order, at constant memory; keys are row numbers from "1". */
  run(rows: AsyncIterable<Row> | Iterable<Row>, options?: PlanRunOptions): AsyncIterable<Outcome & { readonly input: Row }>
  /** The same for rows that are already keyed and batched: one array of outcomes a batch, in order. */
  runBatches(batches: AsyncIterable<readonly KeyedRow[]>, options?: RunOptions): AsyncIterable<Outcome[]>
  explain(row: KeyedRow): Promise<Explanation>
  /** Closes models that were opened for the plan. */
  close(): Promise<void>
}
