import { randomUUID } from "node:crypto"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { openStore } from "../storage/index.ts"
import type { Store } from "../storage/index.ts"
import { openJobs } from "./index.ts"
import type { Commit, Jobs } from "./index.ts"

let base: string
let store: Store
let jobs: Jobs
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-jobs-"))
  await chmod(base, 0o755)
  store = await openStore({ folder: base })
  await store.query("create table output (job uuid, worker text)")
  jobs = await openJobs(store)
})
afterAll(async () => {
  await jobs.close()
  await store.close()
  await rm(base, { recursive: true, force: true })
})

let queues = 0
const queueOf = async (count: number, options = {}) => {
  const queue = `queue-${++queues}`
  await jobs.createQueue(queue, options)
  const ids = Array.from({ length: count }, () => randomUUID())
  await jobs.send(queue, ids.map((id, number) => ({ id, data: { number } })))
  return { queue, ids }
}

const write = (id: string, worker: string): Commit => async (client) => {
  await client.query("insert into output (job, worker) values ($1, $2)", [id, worker])
}

const outputs = (ids: readonly string[]) =>
  store.query<{ job: string; worker: string }>("select job, worker from output where job = any($1)", [ids])

test("several workers do every job once", async () => {
  const { queue, ids } = await queueOf(40)
  await jobs.send(queue, ids.map((id) => ({ id, data: {} })))
  const workers = ["a", "b", "c"].map((name) =>
    jobs.work(queue, async (job) => write(job.id, name), { untilDone: true }))
  await Promise.all(workers)
  expect((await outputs(ids)).map((row) => row.job).toSorted()).toEqual(ids.toSorted())
  expect(await jobs.counts(queue)).toEqual({ waiting: 0, active: 0, completed: 40, cancelled: 0, failed: 0 })
})

test("an attempt whose job was given to another worker writes nothing, and the other one's output stands", async () => {
  const { queue, ids } = await queueOf(1)
  const slow = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const failures: unknown[] = []
  const first = jobs.work(queue, async (job) => {
    if (job.attempt > 0) return write(job.id, "second attempt")
    started.resolve()
    await slow.promise
    return write(job.id, "taken for dead")
  }, { untilDone: true, onFailure: (_, error) => failures.push(error) })
  await started.promise
  await jobs.giveBack(queue, ids[0] ?? "", "its worker is dead")
  await jobs.work(queue, async (job) => write(job.id, "successor"), { untilDone: true })
  slow.resolve()
  await first
  expect(await outputs(ids)).toEqual([{ job: ids[0], worker: "successor" }])
  expect(failures).toMatchObject([{ code: "job_claim_lost" }])
})

test("an output that cannot be written leaves its job undone, and the next attempt completes it", async () => {
  const { queue, ids } = await queueOf(1)
  await jobs.work(queue, async (job) => async (client) => {
    await write(job.id, `attempt ${job.attempt}`)(client)
    if (job.attempt === 0) throw new Error("the disk is full")
  }, { untilDone: true })
  expect(await outputs(ids)).toEqual([{ job: ids[0], worker: "attempt 1" }])
})

test("a job that always fails is given up after its retries, with its reason", async () => {
  const { queue, ids } = await queueOf(1, { retryLimit: 2 })
  let attempts = 0
  await jobs.work(queue, () => {
    attempts++
    return Promise.reject(new Error("no such thing"))
  }, { untilDone: true })
  expect(attempts).toBe(3)
  expect(await jobs.failures(queue)).toEqual([{ id: ids[0], reason: "no such thing" }])
})

test("a job whose worker died without a word goes to the next one", async () => {
  const { queue, ids } = await queueOf(1)
  await store.query(`update daydream_job.job set state = 'active', started_on = now(),
    heartbeat_on = now() - interval '11 seconds', heartbeat_seconds = 10 where id = $1`, [ids[0]])
  await jobs.work(queue, async (job) => write(job.id, `attempt ${job.attempt}`), { untilDone: true })
  expect(await outputs(ids)).toEqual([{ job: ids[0], worker: "attempt 1" }])
})

test("a cancelled queue gives out no more jobs, and a worker at one of them keeps nothing", async () => {
  const { queue, ids } = await queueOf(3)
  await jobs.work(queue, async (job) => {
    await jobs.cancel(queue)
    return write(job.id, "late")
  }, { untilDone: true })
  expect(await outputs(ids)).toEqual([])
  expect((await jobs.counts(queue)).cancelled).toBe(3)
})

test("a worker that is told to stop gives its job back at once", async () => {
  const { queue, ids } = await queueOf(1)
  const stop = new AbortController()
  await jobs.work(queue, async (job, signal) => {
    stop.abort()
    signal.throwIfAborted()
    return write(job.id, "stopped")
  }, { abortSignal: stop.signal })
  expect(await outputs(ids)).toEqual([])
  expect((await jobs.counts(queue)).waiting).toBe(1)
})

test("jobs that are sent in a transaction which fails do not exist", async () => {
  const { queue } = await queueOf(0)
  const sending = store.transaction(async (client) => {
    await jobs.send(queue, [{ id: randomUUID(), data: {} }], client)
    throw new Error("stop")
  })
  await expect(sending).rejects.toThrow("stop")
  expect((await jobs.counts(queue)).waiting).toBe(0)
})
