/**
 * Runs a plan over a table of any size at constant memory. Answers are kept in `<output>.parts` as they come; when all
 * rows have one, input and answers are joined into the output, which appears whole. Killed at any moment and started
 * again, a run continues with no row lost or doubled.
 */
import { isDaydreamError } from "@daydream/engine/errors"
import { assemble } from "./assemble.ts"
import { cutBatches } from "./batches.ts"
import type { Rows } from "./batches.ts"
import { isDiskFull, runErrors } from "./errors.ts"
import type { RunFolder } from "./journal.ts"
import { labelIntoParts } from "./label.ts"
import type { RunFileOptions, RunFileResult } from "./options.ts"
import { defaultPartSize } from "./part-size.ts"
import { prepareRun } from "./prepare.ts"
import type { PreparableSubject, PreparedRun, RunFileSubject } from "./prepare.ts"
import { estimateRows, progressOf } from "./progress.ts"
import { pricedTotals, TotalsCounter } from "./totals.ts"
import type { RunTotals } from "./totals.ts"

/** Runs `plan` over `input` into `output`; see {@link RunFileOptions}. Errors: `runErrors` and those of tables. */
export async function runFile(subject: RunFileSubject, options: RunFileOptions = {}): Promise<RunFileResult> {
  return withPreparedRun(subject, options, async (prepared, report) => {
    const { folder, table } = prepared
    const { abortSignal } = options
    const source = table.chunks({ fromRow: folder.nextRow, ...(abortSignal === undefined ? {} : { abortSignal }) })
    const batches = cutBatches(pieces(source), folder.nextRow, folder.batchRows)
    await labelIntoParts(subject.plan, batches, folder, {
      partSize: options.partSize ?? defaultPartSize,
      now: options.now ?? (() => performance.now()),
      ...(abortSignal === undefined ? {} : { abortSignal }),
      onBatch: ({ firstRow, rows, position }, outcomes) =>
        report(firstRow + rows - 1, position, outcomes.filter((outcome) => outcome.status === "failed").length),
    })
  })
}

async function* pieces(chunks: AsyncIterable<{ rows: Rows["rows"]; bytesRead: number }>): AsyncGenerator<Rows> {
  for await (const { rows, bytesRead } of chunks) yield { rows, position: bytesRead }
}

/** Tells of labelled rows: rows so far, position in the input, newly failed rows. */
export type Report = (rows: number, position: number, failed: number) => void

/** All of a run but the labelling itself, which `label` does into the folder. */
export async function withPreparedRun(
  subject: PreparableSubject, options: RunFileOptions, label: (prepared: PreparedRun, report: Report) => Promise<void>,
): Promise<RunFileResult> {
  const now = options.now ?? (() => performance.now())
  const startedAt = now()
  const prepared = await prepareRun(subject, options)
  const { folder } = prepared
  try {
    const before = sumParts(folder)
    await label(prepared, reporter(prepared, options, now, before))
    const totals = pricedTotals(sumParts(folder), subject.plan.prices)
    await finish(subject, prepared, options, now, totals)
    return {
      output: subject.output,
      ...(totals.failed === 0 ? {} : { errors: `${subject.output}.errors.csv` }),
      totals,
      rowsContinued: before.rows,
      seconds: (now() - startedAt) / 1000,
    }
  } catch (error) {
    folder.release()
    throw explain(error, prepared, options)
  }
}

const sumParts = (folder: RunFolder): RunTotals => {
  const counter = new TotalsCounter()
  for (const part of folder.parts) counter.addTotals(part.totals)
  return counter.total
}

function reporter(prepared: PreparedRun, options: RunFileOptions, now: () => number, before: RunTotals): Report {
  const startedAt = now()
  const { format, bytes } = prepared.table.facts
  // Only text formats tell how many of their bytes were read.
  const size = format === "parquet" || format === "xlsx" ? 0 : bytes
  let failedRows = before.failed
  return (rows, position, failed) => {
    failedRows += failed
    const totalRows = estimateRows(rows, position, size)
    options.onProgress?.(progressOf(
      { phase: "label", rows, rowsBefore: before.rows, totalRows, elapsedMs: now() - startedAt, failedRows }))
  }
}

async function finish(
  subject: PreparableSubject, prepared: PreparedRun, options: RunFileOptions, now: () => number, totals: RunTotals,
): Promise<void> {
  const startedAt = now()
  await assemble({
    ...prepared,
    outputName: subject.plan.task.signature.output.name,
    language: options.language ?? "en",
    ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
    onRows: (rows) =>
      options.onProgress?.(progressOf({ phase: "assemble", rows, rowsBefore: 0, totalRows: totals.rows,
        elapsedMs: now() - startedAt, failedRows: totals.failed })),
  })
  await prepared.folder.remove()
}

function explain(error: unknown, { folder }: PreparedRun, { abortSignal }: RunFileOptions): unknown {
  if (abortSignal?.aborted === true && !isDaydreamError(error))
    return runErrors.run_interrupted({ rows: folder.nextRow - 1, parts: folder.path }, error)
  if (isDiskFull(error) && !(isDaydreamError(error) && error.code === "run_disk_full"))
    return runErrors.run_disk_full({ path: folder.path }, error)
  return error
}
