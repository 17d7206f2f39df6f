/** The parent's side of the store: sends chunks of rows, collects their answers in order. */
import { randomUUID } from "node:crypto"
import { resolve } from "node:path"
import type { Jobs } from "@daydream/engine/job"
import type { Store } from "@daydream/engine/storage"
import type { Row } from "@daydream/engine/function"
import { TotalsCounter, decodePart, restoreTotals } from "../run/index.ts"
import type { Answer, PreparedRun, RunTotals, StoredTotals } from "../run/index.ts"
import { encodeRows } from "./chunk-rows.ts"
import { uploadPlan } from "./plan-files.ts"
import { migrations, queueOf, schema } from "./tables.ts"

/** Answers that are ready, in order. */
export interface Ready {
  readonly ids: readonly string[]
  readonly answers: readonly Answer[]
  readonly totals: RunTotals
  /** Time that workers took for these rows. */
  readonly milliseconds: number
}

export interface ChunkExchange {
  readonly queue: string
  /** Number of the first row that is not in the store. */
  readonly nextUnsent: number
  /** Chunks sent and not yet collected. */
  readonly outstanding: number
  send(firstRow: number, rows: readonly Row[], columns: readonly string[]): Promise<void>
  /** Answers to the rows from `nextRow` on without a gap; empty where that row's chunk is not done. */
  collect(nextRow: number): Promise<Ready>
  /** Forgets chunks whose answers are kept elsewhere. */
  forget(ids: readonly string[]): Promise<void>
  /** Takes the chunks that `worker` had in hand from it: their ids. */
  takeFrom(worker: string): Promise<string[]>
  /** Ids of those of `ids` that no worker has put its name on. */
  unnamed(ids: readonly string[]): Promise<string[]>
  /** Rows of a chunk. */
  rowsOf(id: string): Promise<{ readonly firstRow: number; readonly lastRow: number }>
  /** Takes the run out of the store. */
  remove(): Promise<void>
}

const mostCollected = 16

/** Opens the exchange of a run; chunks that an earlier attempt left are used as far as they fit. */
export async function openExchange(
  store: Store, jobs: Jobs, prepared: Pick<PreparedRun, "folder" | "planIdentity">, planPath: string,
): Promise<ChunkExchange> {
  const { runId, nextRow, batchRows } = prepared.folder
  const queue = queueOf(runId)
  await store.migrate(schema, migrations)
  await uploadPlan(store, planPath, prepared.planIdentity)
  // Jobs of an earlier attempt go with their queue: an answer that is under way for them is refused by the store.
  if (await jobs.hasQueue(queue)) await jobs.deleteQueue(queue)
  await jobs.createQueue(queue)
  // What runs that nobody came back to left behind.
  await store.query(`delete from ${schema}.run where created_at < now() - interval '30 days' and id <> $1`, [runId])
  await store.query(
    `insert into ${schema}.run (id, plan_path, plan_identity, batch_rows) values ($1, $2, $3, $4) on conflict do nothing`,
    [runId, resolve(planPath), prepared.planIdentity, batchRows])
  await store.query(`delete from ${schema}.chunk where run_id = $1 and first_row < $2`, [runId, nextRow])
  const left = await store.query<{ id: string; first_row: string; rows: number; isDone: boolean }>(
    `select id, first_row, rows, output is not null as "isDone" from ${schema}.chunk where run_id = $1 order by first_row`, [runId])
  const state = { nextUnsent: nextRow, outstanding: left.length }
  for (const chunk of left) state.nextUnsent = Number(chunk.first_row) + chunk.rows
  await jobs.send(queue, left.filter((chunk) => !chunk.isDone).map(({ id }) => ({ id, data: {} })))

  return {
    queue,
    get nextUnsent() {
      return state.nextUnsent
    },
    get outstanding() {
      return state.outstanding
    },
    send: async (firstRow, rows, columns) => {
      const id = randomUUID()
      await store.transaction(async (client) => {
        await client.query(
          `insert into ${schema}.chunk (id, run_id, first_row, rows, input) values ($1, $2, $3, $4, $5)`,
          [id, runId, firstRow, rows.length, encodeRows(rows, columns)])
        await jobs.send(queue, [{ id, data: {} }], client)
      })
      state.nextUnsent = firstRow + rows.length
      state.outstanding++
    },
    collect: (next) => collect(store, runId, next),
    forget: async (ids) => {
      await store.query(`delete from ${schema}.chunk where id = any($1)`, [ids])
      state.outstanding -= ids.length
    },
    takeFrom: async (worker) =>
      (await store.query<{ id: string }>(
        `update ${schema}.chunk set worker = null where run_id = $1 and worker = $2 and output is null returning id`,
        [runId, worker])).map((chunk) => chunk.id),
    unnamed: async (ids) =>
      (await store.query<{ id: string }>(
        `select id from ${schema}.chunk where id = any($1) and worker is null and output is null`, [ids]))
        .map((chunk) => chunk.id),
    rowsOf: async (id) => {
      const [chunk] = await store.query<{ first_row: string; rows: number }>(
        `select first_row, rows from ${schema}.chunk where id = $1`, [id])
      const firstRow = Number(chunk?.first_row ?? 0)
      return { firstRow, lastRow: firstRow + (chunk?.rows ?? 1) - 1 }
    },
    remove: async () => {
      await store.query(`delete from ${schema}.run where id = $1`, [runId])
      await store.query(`delete from ${schema}.plan_file f where not exists
        (select 1 from ${schema}.run r where r.plan_identity = f.plan_identity)`)
      await jobs.deleteQueue(queue)
    },
  }
}

async function collect(store: Store, runId: string, nextRow: number): Promise<Ready> {
  const heads = await store.query<{ id: string; first_row: string; rows: number }>(
    `select id, first_row, rows from ${schema}.chunk where run_id = $1 and output is not null
     order by first_row limit ${mostCollected}`, [runId])
  const ids: string[] = []
  let next = nextRow
  for (const { id, first_row, rows } of heads) {
    if (Number(first_row) !== next) break
    ids.push(id)
    next += rows
  }
  const counter = new TotalsCounter()
  const answers: Answer[] = []
  let milliseconds = 0
  if (ids.length > 0) {
    const chunks = await store.query<{ output: Buffer; totals: StoredTotals; milliseconds: number }>(
      `select output, totals, milliseconds from ${schema}.chunk where id = any($1) order by first_row`, [ids])
    for (const chunk of chunks) {
      for (const answer of decodePart(chunk.output)) answers.push(answer)
      counter.addTotals(restoreTotals(chunk.totals))
      milliseconds += chunk.milliseconds
    }
  }
  return { ids, answers, totals: counter.total, milliseconds }
}
