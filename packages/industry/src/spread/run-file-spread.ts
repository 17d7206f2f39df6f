/**
 * One run spread over processes. This process reads the rows, sends them through the store as chunks, collects the
 * answers in order into the run's folder, and assembles the output; worker processes here and on other machines take
 * chunks. Whoever dies, each row is answered once in the output.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { openJobs } from "@daydream/engine/job"
import type { Jobs } from "@daydream/engine/job"
import type { Store } from "@daydream/engine/storage"
import type { Row } from "@daydream/engine/function"
import { cutBatches, runErrors, withPreparedRun } from "../run/index.ts"
import type { PreparableSubject, PreparedRun, Report, RunFileOptions, RunFileResult, Rows } from "../run/index.ts"
import { batchesPerChunk } from "./chunk-rows.ts"
import { openExchange } from "./chunks.ts"
import type { ChunkExchange } from "./chunks.ts"
import { giveBackFrom } from "./give-back.ts"
import { hireCrew } from "./crew.ts"
import type { Crew, StartWorker } from "./crew.ts"

export interface SpreadOptions extends RunFileOptions {
  readonly store: Store
  /** Worker processes on this machine; 0 leaves all the work to others. */
  readonly workers: number
  /** Starts one of them; it must call `runWorker` for this run and this store, and end when this process does. */
  readonly startWorker: (name: string, runId: string) => ReturnType<StartWorker>
  /** Chunks that may lie in the store at once; default 64. */
  readonly window?: number
}

const idleMs = 25

/** As `runFile`, with the labelling done by workers. The plan itself is not run in this process. */
export async function runFileSpread(
  subject: PreparableSubject, options: SpreadOptions,
): Promise<RunFileResult> {
  return withPreparedRun(subject, options, async (prepared, report) => {
    const { store } = options
    const release = await store.claim(`run ${prepared.folder.runId}`)
    const jobs = await openJobs(store)
    try {
      await spread(subject, prepared, options, jobs, report)
    } finally {
      await jobs.close()
      await release()
    }
  })
}

async function spread(
  subject: PreparableSubject, prepared: PreparedRun, options: SpreadOptions, jobs: Jobs, report: Report,
): Promise<void> {
  const exchange = await openExchange(options.store, jobs, prepared, subject.planPath)
  const over = new AbortController()
  const failure: { error?: unknown } = {}
  const onDeath = (name: string, how: string) => {
    giveBackFrom(name, `its worker ended (${how})`, exchange, jobs, over.signal)
      .catch((error: unknown) => (over.signal.aborted ? undefined : (failure.error = error)))
  }
  const crew = hireCrew(options.workers, (name) => options.startWorker(name, prepared.folder.runId), options.workers * 2 + 3,
    onDeath)
  const columns = subject.plan.task.signature.inputs.map((field) => field.name)
  const sender = createSender(prepared, exchange, columns, options)
  try {
    for (;;) {
      options.abortSignal?.throwIfAborted()
      if (failure.error !== undefined) throw failure.error
      const sent = await sender.fill()
      const collected = await collectInto(prepared, exchange, sender, crew, report)
      if (sender.isAtEnd && exchange.outstanding === 0) break
      if (sent || collected) continue
      await refuseFailure(jobs, exchange, crew, options.workers)
      await sleep(idleMs)
    }
    await crew.dismiss()
    await exchange.remove()
  } catch (error) {
    await crew.dismiss()
    // What workers finished in the meantime is kept: it may have cost money.
    await collectInto(prepared, exchange, sender, crew, report).catch(() => undefined)
    throw error
  } finally {
    over.abort()
  }
}

async function refuseFailure(jobs: Jobs, exchange: ChunkExchange, crew: Crew, workers: number): Promise<void> {
  if (workers > 0 && crew.deaths >= workers * 2 + 3)
    throw runErrors.run_workers_dead({ reason: crew.lastDeath, deaths: crew.deaths })
  const [failed] = await jobs.failures(exchange.queue)
  if (failed !== undefined)
    throw runErrors.run_chunk_failed({ ...(await exchange.rowsOf(failed.id)), reason: failed.reason })
}

/** Keeps what is ready; true where anything was. */
async function collectInto(
  { folder }: PreparedRun, exchange: ChunkExchange, sender: Sender, crew: Crew, report: Report,
): Promise<boolean> {
  const ready = await exchange.collect(folder.nextRow)
  if (ready.ids.length === 0) return false
  await folder.append(ready.answers, ready.totals)
  await exchange.forget(ready.ids)
  crew.progressed()
  sender.measured(ready.answers.length, ready.milliseconds)
  report(folder.nextRow - 1, sender.positionOf(folder.nextRow - 1), ready.totals.failed)
  return true
}

interface Sender {
  readonly isAtEnd: boolean
  /** Sends a chunk where the window has room; true where it did. */
  fill(): Promise<boolean>
  /** Learns how long rows take, for the size of the next chunks. */
  measured(rows: number, milliseconds: number): void
  /** Position in the input after row `row`, or 0 where it is not known. */
  positionOf(row: number): number
}

function createSender(
  { table, folder }: PreparedRun, exchange: ChunkExchange, columns: readonly string[], options: SpreadOptions,
): Sender {
  const fromRow = exchange.nextUnsent
  async function* pieces(): AsyncGenerator<Rows> {
    const { abortSignal } = options
    for await (const { rows, bytesRead } of table.chunks({ fromRow, ...(abortSignal === undefined ? {} : { abortSignal }) }))
      yield { rows, position: bytesRead }
  }
  const batches = cutBatches(pieces(), fromRow, folder.batchRows)
  const window = options.window ?? 64
  const positions = new Map<number, number>()
  const state: { isAtEnd: boolean; msPerRow?: number } = { isAtEnd: false }
  return {
    get isAtEnd() {
      return state.isAtEnd
    },
    measured: (rows, milliseconds) => {
      if (rows > 0) state.msPerRow = milliseconds / rows
    },
    positionOf: (row) => {
      const position = positions.get(row) ?? 0
      for (const known of positions.keys()) if (known <= row) positions.delete(known)
      return position
    },
    fill: async () => {
      if (state.isAtEnd || exchange.outstanding >= window) return false
      const rows: Row[] = []
      const firstRow = exchange.nextUnsent
      for (let count = batchesPerChunk(state.msPerRow, folder.batchRows); count > 0 && !state.isAtEnd; count--) {
        const next = await batches.next()
        if (next.done === true) state.isAtEnd = true
        else {
          for (const { input } of next.value.batch) rows.push(input)
          positions.set(next.value.firstRow + next.value.rows - 1, next.value.position)
        }
      }
      if (rows.length > 0) await exchange.send(firstRow, rows, columns)
      return rows.length > 0
    },
  }
}
