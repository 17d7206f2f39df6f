/** A worker: takes chunks of spread runs from the store, labels them, and gives the answers back exactly once. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { openJobs } from "@daydream/engine/job"
import type { Commit, Job, Jobs } from "@daydream/engine/job"
import type { Store } from "@daydream/engine/storage"
import type { KeyedRow } from "@daydream/engine/function"
import type { Plan } from "../plan/index.ts"
import { TotalsCounter, checkPlace, encodePart, runErrors, storeTotals, toAnswer } from "../run/index.ts"
import type { Answer } from "../run/index.ts"
import { decodeBatches } from "./chunk-rows.ts"
import { localPlan } from "./plan-files.ts"
import { migrations, queueOf, schema } from "./tables.ts"

/** What a worker needs of a plan. */
export type WorkerPlan = Pick<Plan, "runBatches" | "close">

export interface WorkerOptions {
  readonly store: Store
  /** Loads the plan in a folder; called once for each plan. */
  readonly loadPlan: (folder: string) => Promise<WorkerPlan>
  /** Help with this run alone and end with it; default: any run, until told to stop. */
  readonly runId?: string
  /** Name in the store; default host, process and a random tail. */
  readonly name?: string
  readonly abortSignal?: AbortSignal
  /** Called after each chunk that was given back. */
  readonly onChunk?: (chunk: { readonly runId: string; readonly firstRow: number; readonly rows: number }) => void
  /** Called where a chunk failed here; another worker may succeed. */
  readonly onFailure?: (error: unknown) => void
}

interface OpenRun extends Record<string, unknown> {
  readonly id: string
  readonly plan_path: string
  readonly plan_identity: string
  readonly batch_rows: number
}

/** Works until `abortSignal`, or with `runId` until that run has no more chunks. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { store, runId, abortSignal } = options
  const name = options.name ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  await store.migrate(schema, migrations)
  const jobs = await openJobs(store, { supervise: false })
  let loaded: { identity: string; plan: WorkerPlan } | undefined
  const planOf = async (run: OpenRun): Promise<WorkerPlan> => {
    if (loaded?.identity === run.plan_identity) return loaded.plan
    await loaded?.plan.close()
    loaded = undefined
    const plan = await options.loadPlan(await localPlan(store, run.plan_path, run.plan_identity))
    loaded = { identity: run.plan_identity, plan }
    return plan
  }
  const isStopped = () => abortSignal?.aborted ?? false
  try {
    if (runId !== undefined && (await findRun(store, runId)) === undefined) throw runErrors.run_not_open({ run: runId })
    let last = ""
    while (!isStopped()) {
      const run = await nextRun(store, runId, last)
      if (run !== undefined) await help(options, jobs, run, await planOf(run), name)
      else if (runId !== undefined) return
      last = run?.id ?? ""
      const idleMs = run === undefined ? 1000 : 50
      await sleep(idleMs, undefined, abortSignal === undefined ? {} : { signal: abortSignal }).catch(() => undefined)
    }
  } finally {
    await loaded?.plan.close()
    await jobs.close()
  }
}

const runColumns = "id, plan_path, plan_identity, batch_rows"

const findRun = async (store: Store, runId: string): Promise<OpenRun | undefined> =>
  (await store.query<OpenRun>(`select ${runColumns} from ${schema}.run where id::text = $1`, [runId]))[0]

/** The run to help next: the one named, else each in turn, so that one whose parent is gone holds up no other. */
const nextRun = async (store: Store, runId: string | undefined, last: string): Promise<OpenRun | undefined> =>
  runId !== undefined
    ? findRun(store, runId)
    : (await store.query<OpenRun>(
        `select ${runColumns} from ${schema}.run order by id::text <= $1, id::text limit 1`, [last]))[0]

/** Takes chunks of `run` until none is left for now. */
async function help(options: WorkerOptions, jobs: Jobs, run: OpenRun, plan: WorkerPlan, name: string): Promise<void> {
  const { store, abortSignal } = options
  const over = new AbortController()
  const watch = setInterval(() => {
    void findRun(store, run.id).then((found) => found === undefined && over.abort(), () => undefined)
  }, 1000)
  const signal = abortSignal === undefined ? over.signal : AbortSignal.any([abortSignal, over.signal])
  const handler = async (job: Job<object>, jobSignal: AbortSignal): Promise<Commit> =>
    labelChunk({ options, run, plan, name, chunkId: job.id }, AbortSignal.any([signal, jobSignal]))
      .catch(async (error: unknown) => {
        // It is in nobody's hand now: a name left on it would hide that its next worker died before writing its own.
        await store.query(`update ${schema}.chunk set worker = null where id = $1 and worker = $2`, [job.id, name]).catch(() => undefined)
        throw error
      })
  try {
    await jobs.work(queueOf(run.id), handler,
      { abortSignal: signal, untilDone: true, idleMs: 50, onFailure: (_, error) => options.onFailure?.(error) })
  } catch (error) {
    // The parent takes the queue away when it ends or begins again.
    if (await jobs.hasQueue(queueOf(run.id))) throw error
  } finally {
    clearInterval(watch)
  }
}

interface ChunkWork {
  readonly options: WorkerOptions
  readonly run: OpenRun
  readonly plan: WorkerPlan
  readonly name: string
  readonly chunkId: string
}

async function labelChunk(work: ChunkWork, abortSignal: AbortSignal): Promise<Commit> {
  const { options, run, plan, name, chunkId } = work
  const [chunk] = await options.store.query<{ first_row: string; rows: number; input: Buffer }>(
    `update ${schema}.chunk set worker = $2 where id = $1 and output is null returning first_row, rows, input`, [chunkId, name])
  if (chunk === undefined) return () => Promise.resolve()
  const firstRow = Number(chunk.first_row)
  const startedAt = performance.now()
  const { answers, counter } = await answerAll(plan, decodeBatches(chunk.input, firstRow, run.batch_rows), abortSignal)
  const output = encodePart(answers)
  const milliseconds = Math.round(performance.now() - startedAt)
  const totals = JSON.stringify(storeTotals(counter.total))
  return async (client) => {
    await client.query(
      `update ${schema}.chunk set output = $2, totals = $3, milliseconds = $4 where id = $1 and output is null`,
      [chunkId, output, totals, milliseconds])
    options.onChunk?.({ runId: run.id, firstRow, rows: chunk.rows })
  }
}

async function answerAll(plan: WorkerPlan, batches: readonly (readonly KeyedRow[])[], abortSignal: AbortSignal) {
  async function* handOut() {
    yield* batches
  }
  const answers: Answer[] = []
  const counter = new TotalsCounter()
  let index = 0
  for await (const outcomes of plan.runBatches(handOut(), { abortSignal })) {
    const batch = batches[index++] ?? []
    checkPlace(batch, outcomes)
    for (const outcome of outcomes) {
      answers.push(toAnswer(outcome))
      counter.add(outcome)
    }
  }
  const missing = batches[index]?.[0]
  if (missing !== undefined) throw runErrors.run_outcomes_misplaced({ row: missing.key, got: "none" })
  return { answers, counter }
}
