/**
 * Work that many processes share through the store: a thin layer over pg-boss. A job's output is committed in the
 * transaction that completes the job, so it is there exactly once, however often workers die or are taken for dead.
 */
import { setTimeout as sleep } from "node:timers/promises"
import type { ClientBase } from "pg"
import { PgBoss } from "pg-boss"
import type { Store } from "../storage/index.ts"
import { attempt, onClient } from "./attempt.ts"
import type { Handler, Job } from "./job.ts"

const schema = "daydream_job"

/** How a queue treats its jobs. */
export interface QueueOptions {
  /** How often a job is given out again after a failed attempt or a dead worker; default 3. */
  readonly retryLimit?: number
  /** A worker not heard from for so long counts as dead, and its job goes back; at least 10, the default. */
  readonly heartbeatSeconds?: number
  /** Longest time of one attempt; default 6 hours. */
  readonly expireSeconds?: number
}

/** Number of jobs of one queue by state. */
export interface QueueCounts {
  /** Waiting, whether for the first time or again. */
  readonly waiting: number
  readonly active: number
  readonly completed: number
  readonly cancelled: number
  /** Given up after the last retry. */
  readonly failed: number
}

export interface WorkOptions {
  /** Ends the work: the job at hand is given back at once. */
  readonly abortSignal?: AbortSignal
  /** Return where no job is waiting or active, instead of waiting for more. */
  readonly untilDone?: boolean
  /** Pause between two looks at an empty queue; default 200 ms. */
  readonly idleMs?: number
  /** Called where an attempt failed; the job is retried while its limit allows. */
  readonly onFailure?: (job: Job<object>, error: unknown) => void
}

/** The jobs of one store. */
export interface Jobs {
  createQueue(queue: string, options?: QueueOptions): Promise<void>
  /** Adds jobs; in the transaction of `client` where one is given. An id that exists is not added again. */
  send(queue: string, jobs: readonly { readonly id: string; readonly data: object }[], client?: ClientBase): Promise<void>
  /** Takes jobs one at a time until told to stop. */
  work<Data extends object>(queue: string, handler: Handler<Data>, options?: WorkOptions): Promise<void>
  counts(queue: string): Promise<QueueCounts>
  /** Jobs that workers have in hand, with the attempt that is under way. */
  active(queue: string): Promise<readonly { readonly id: string; readonly attempt: number }[]>
  /** Gives an active job of a worker that is known to be dead to the next one, without waiting for its heartbeat. */
  giveBack(queue: string, id: string, reason: string): Promise<void>
  /** What the last attempt of each given-up job reported. */
  failures(queue: string): Promise<readonly { readonly id: string; readonly reason: string }[]>
  /** Cancels all jobs that are not completed; workers at one of them are told at their next heartbeat. */
  cancel(queue: string): Promise<void>
  hasQueue(queue: string): Promise<boolean>
  deleteQueue(queue: string): Promise<void>
  close(): Promise<void>
}

const stateRows = `select id, state::text, retry_count, output from ${schema}.job where name = $1`

/** Opens the jobs of `store`. One process at least that uses a queue must supervise, so that dead workers are noticed. */
export async function openJobs(store: Store, options: { readonly supervise?: boolean } = {}): Promise<Jobs> {
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: await store.query(text, values) }) },
    schema,
    supervise: options.supervise ?? true,
    schedule: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    openTelemetry: { enabled: false },
  })
  // A failed look at the queue is repeated at the next one, so it is told once; the calls below report their own failures.
  const told = new Set<string>()
  boss.on("error", (error) => {
    if (!told.has(error.message)) process.emitWarning(error)
    told.add(error.message)
  })
  await boss.start()

  const work: Jobs["work"] = async (queue, handler, workOptions = {}) => {
    const { abortSignal, untilDone = false, idleMs = 200, onFailure } = workOptions
    const isStopped = () => abortSignal?.aborted ?? false
    while (!isStopped()) {
      const [job] = await boss.fetch<never>(queue, { batchSize: 1 })
      if (job === undefined) {
        if (untilDone && (await isDone(queue))) return
        await sleep(idleMs, undefined, abortSignal === undefined ? {} : { signal: abortSignal }).catch(() => undefined)
        continue
      }
      const taken = { id: job.id, data: job.data, attempt: job.retryCount }
      const { failure } = await attempt({ store, boss, queue, heartbeatSeconds: job.heartbeatSeconds ?? 10 }, taken, handler, abortSignal)
      if (failure !== undefined && !isStopped()) onFailure?.(taken, failure.error)
    }
  }

  const counts = async (queue: string): Promise<QueueCounts> => {
    const rows = await store.query<{ state: string; jobs: number }>(
      `select state::text, count(*)::int as jobs from ${schema}.job where name = $1 group by state`, [queue])
    const of = (...states: string[]) => rows.reduce((sum, row) => sum + (states.includes(row.state) ? row.jobs : 0), 0)
    return { waiting: of("created", "retry"), active: of("active"), completed: of("completed"),
      cancelled: of("cancelled"), failed: of("failed") }
  }
  const isDone = async (queue: string) => {
    const { waiting, active } = await counts(queue)
    return waiting + active === 0
  }

  return {
    work,
    counts,
    createQueue: (queue, { retryLimit = 3, heartbeatSeconds = 10, expireSeconds = 21_600 } = {}) =>
      boss.createQueue(queue, { retryLimit, heartbeatSeconds, expireInSeconds: expireSeconds }),
    send: async (queue, jobs, client) => {
      await boss.insert(queue, jobs.map(({ id, data }) => ({ id, data })), client === undefined ? {} : { db: onClient(client) })
    },
    giveBack: async (queue, id, reason) => {
      await boss.fail(queue, id, { message: reason })
    },
    active: async (queue) => {
      const rows = await store.query<{ id: string; retry_count: number }>(`${stateRows} and state = 'active'`, [queue])
      return rows.map((row) => ({ id: row.id, attempt: row.retry_count }))
    },
    failures: async (queue) => {
      const rows = await store.query<{ id: string; output: { message?: string } | null }>(
        `${stateRows} and state = 'failed' order by id`, [queue])
      return rows.map((row) => ({ id: row.id, reason: row.output?.message ?? "no reason was recorded" }))
    },
    cancel: async (queue) => {
      const rows = await store.query<{ id: string }>(`${stateRows} and state in ('created', 'retry', 'active')`, [queue])
      if (rows.length > 0) await boss.cancel(queue, rows.map((row) => row.id))
    },
    hasQueue: async (queue) => (await boss.getQueue(queue)) !== null,
    deleteQueue: (queue) => boss.deleteQueue(queue),
    close: () => boss.stop({ graceful: false, close: false }),
  }
}
