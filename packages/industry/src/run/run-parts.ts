/** The library form of a run that survives a kill: rows from anywhere, answers through a folder. */
import { resolve } from "node:path"
import type { Row } from "@daydream/engine/function"
import type { Plan } from "../plan/index.ts"
import { cutBatches } from "./batches.ts"
import type { Rows } from "./batches.ts"
import { identifyPlan } from "./identity.ts"
import { openRunFolder } from "./journal.ts"
import { labelIntoParts } from "./label.ts"
import type { PartSize } from "./label.ts"
import type { Answer } from "./part.ts"
import { defaultPartSize } from "./part-size.ts"

export interface RunPartsOptions {
  readonly plan: Pick<Plan, "runBatches">
  /** The plan's folder: its contents identify it when the run is continued. */
  readonly planPath: string
  /** Folder for the answers, held by one process at a time; gone when all were taken. */
  readonly folder: string
  /** Identity of the rows, any JSON value (a query and its date, a version): a run with another one is refused. */
  readonly input: unknown
  /** The rows from number `fromRow` (from 1) on, the same at each call. */
  readonly rows: (fromRow: number) => AsyncIterable<Row>
  readonly restart?: boolean
  readonly batchRows?: number
  readonly partSize?: PartSize
  readonly abortSignal?: AbortSignal
}

/** The answer to one row. */
export interface NumberedAnswer extends Answer {
  /** From 1. */
  readonly row: number
}

/**
 * Labels all rows, then yields every answer in the order of the rows. Killed at any moment and called again with the
 * same options, it labels what is left and yields all answers from the first.
 */
export async function* runParts(options: RunPartsOptions): AsyncGenerator<NumberedAnswer> {
  const { abortSignal } = options
  const folder = await openRunFolder({
    path: resolve(options.folder),
    binding: { input: options.input, plan: await identifyPlan(options.planPath), batchRows: options.batchRows ?? 256 },
    restart: options.restart ?? false,
    inputName: "the input",
    planName: options.planPath,
    outputName: options.folder,
  })
  let isDone = false
  try {
    const batches = cutBatches(pieces(options.rows(folder.nextRow)), folder.nextRow, folder.batchRows)
    await labelIntoParts(options.plan, batches, folder, {
      partSize: options.partSize ?? defaultPartSize,
      now: () => performance.now(),
      ...(abortSignal === undefined ? {} : { abortSignal }),
    })
    for (const part of folder.parts)
      for (const [index, answer] of (await folder.read(part)).entries()) yield { row: part.firstRow + index, ...answer }
    isDone = true
  } finally {
    if (isDone) await folder.remove()
    else folder.release()
  }
}

async function* pieces(rows: AsyncIterable<Row>): AsyncGenerator<Rows> {
  let position = 0
  for await (const row of rows) yield { rows: [row], position: ++position }
}
