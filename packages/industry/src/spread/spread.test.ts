import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { runFile } from "../run/index.ts"
import { scriptedPlan } from "../run/scripted.test.plan.ts"
import { createTableWriter } from "../table/index.ts"
import { batchesPerChunk, decodeBatches, encodeRows } from "./chunk-rows.ts"
import { runFileSpread, runWorker } from "./index.ts"
import { localPlan, uploadPlan } from "./plan-files.ts"
import { identifyPlan } from "../run/index.ts"
import { startTestWorker } from "./start-worker.test.support.ts"

let base: string
let planPath: string
let input: string
let calm: string
let store: Store
const rows = 4000

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-spread-"))
  await chmod(base, 0o755)
  planPath = join(base, "a.plan")
  await mkdir(join(planPath, "variant"), { recursive: true })
  await writeFile(join(planPath, "plan.json"), "{}")
  await writeFile(join(planPath, "variant", "weights.bin"), Buffer.from([1, 2, 3]))
  input = join(base, "in.csv")
  const writer = await createTableWriter(input, { format: "csv", columns: ["id", "text"] })
  await writer.write(Array.from({ length: rows }, (_, index) =>
    ({ id: index + 1, text: index % 97 === 0 ? `broken ${index}` : `where is order ${index}?` })))
  await writer.close()
  calm = join(base, "calm.csv")
  await runFile({ plan: scriptedPlan(), planPath, input, output: calm })
  store = await openStore({ folder: join(base, "store") })
})
afterAll(async () => {
  await store.close()
  await rm(base, { recursive: true, force: true })
})

const expectCalm = async (output: string) => {
  expect((await readFile(output)).equals(await readFile(calm))).toBe(true)
  expect((await readFile(`${output}.errors.csv`)).equals(await readFile(`${calm}.errors.csv`))).toBe(true)
  expect((await readdir(base)).filter((name) => name.includes(".parts"))).toEqual([])
  expect(await store.query("select (select count(*)::int from daydream_run.run) as runs, (select count(*)::int from daydream_run.chunk) as chunks"))
    .toEqual([{ runs: 0, chunks: 0 }])
}

describe("a run spread over three workers", () => {
  test("gives byte for byte the output of one process although one worker is killed with a chunk in hand", async () => {
    const output = join(base, "killed-worker.csv")
    const { start, children } = startTestWorker(store.url, 20)
    const running = runFileSpread({ plan: scriptedPlan(), planPath, input, output },
      { store, workers: 3, startWorker: start, batchRows: 20 })
    const held = async () =>
      (await store.query<{ worker: string }>("select worker from daydream_run.chunk where worker is not null and output is null")
        .catch(() => [])).length
    while ((await held()) < 3) await sleep(5)
    children[0]?.kill("SIGKILL")
    const result = await running
    expect(result.totals.rows).toBe(rows)
    expect(children.length).toBe(4)
    await expectCalm(output)
  })

  test("gives back what workers held that died before they wrote their name, also where another's name had stood there", async () => {
    const output = join(base, "nameless.csv")
    const idle: ChildProcess[] = []
    const names: string[] = []
    const real = startTestWorker(store.url, 0)
    const startWorker = (name: string, runId: string) => {
      names.push(name)
      if (names.length > 2) return real.start(name, runId)
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "ignore", "pipe"] })
      idle.push(child)
      return child
    }
    const running = runFileSpread({ plan: scriptedPlan(), planPath, input, output }, { store, workers: 1, startWorker, window: 1 })
    const waiting = async () =>
      (await store.query<{ id: string }>(`select j.id from daydream_job.job j join daydream_run.chunk c on c.id = j.id
        where j.state in ('created', 'retry') and c.worker is null`).catch(() => []))[0]?.id
    // Taken like a worker takes it, with a heartbeat so late that nobody else can notice the death.
    const take = async (worker: () => string | undefined) => {
      let id: string | undefined
      while ((id = await waiting()) === undefined) await sleep(5)
      await store.query(`update daydream_job.job set state = 'active', started_on = now(),
        heartbeat_on = now() + interval '1 hour' where id = $1`, [id])
      await store.query("update daydream_run.chunk set worker = $2 where id = $1", [id, worker()])
    }
    await take(() => names[0])
    idle[0]?.kill("SIGKILL")
    await take(() => undefined)
    idle[1]?.kill("SIGKILL")
    await running
    expect(names.length).toBe(3)
    await expectCalm(output)
  })

  test("goes on after its parent was killed, with what the workers had finished", async () => {
    const output = join(base, "killed-parent.csv")
    const request = { folder: join(base, "store"), input, output, planPath, batchMs: 15 }
    const script = new URL("parent-child.test.process.ts", import.meta.url).pathname
    const startParent = (batchMs: number) =>
      spawn(process.execPath, ["--conditions=source", script, JSON.stringify({ ...request, batchMs })],
        { stdio: ["ignore", "pipe", "inherit"] })
    const first = startParent(15)
    const kept = async () => (await readFile(join(`${output}.parts`, "journal.jsonl"), "utf8").catch(() => "")).split("\n").length
    while ((await kept()) < 5) await sleep(5)
    first.kill("SIGKILL")
    await once(first, "close")
    const second = startParent(0)
    let text = ""
    second.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()))
    await once(second, "close")
    const [, total, continued] = text.trim().split(" ")
    expect(Number(total)).toBe(rows)
    expect(Number(continued)).toBeGreaterThan(0)
    await expectCalm(output)
  })

  test("can leave all the work to workers elsewhere, which get the plan through the store", async () => {
    const output = join(base, "elsewhere.csv")
    const stop = new AbortController()
    const folders: string[] = []
    const worker = runWorker({ store, abortSignal: stop.signal, loadPlan: (folder) => {
      folders.push(folder)
      return Promise.resolve({ ...scriptedPlan(), close: () => Promise.resolve() })
    } })
    await runFileSpread({ plan: scriptedPlan(), planPath, input, output },
      { store, workers: 0, startWorker: () => { throw new Error("none is wanted") } })
    stop.abort()
    await worker
    expect(folders.length).toBe(1)
    await expectCalm(output)
  })

  test("ends with the reason where every worker dies at its start, and can be continued", async () => {
    const output = join(base, "dying.csv")
    const startWorker = () =>
      spawn(process.execPath, ["-e", "console.error('out of memory'); process.exit(7)"], { stdio: ["ignore", "ignore", "pipe"] })
    await expect(runFileSpread({ plan: scriptedPlan(), planPath, input, output }, { store, workers: 1, startWorker }))
      .rejects.toMatchObject({ code: "run_workers_dead", facts: { reason: "exit code 7: out of memory" } })
    await runFileSpread({ plan: scriptedPlan(), planPath, input, output },
      { store, workers: 1, startWorker: startTestWorker(store.url, 0).start })
    await expectCalm(output)
  })

  test("ends with the rows and the reason where a chunk fails with every worker", async () => {
    const output = join(base, "poison.csv")
    const stop = new AbortController()
    const plan = { ...scriptedPlan({ onBatch: () => { throw new Error("the model refused") } }), close: () => Promise.resolve() }
    const worker = runWorker({ store, abortSignal: stop.signal, loadPlan: () => Promise.resolve(plan) })
    await expect(runFileSpread({ plan: scriptedPlan(), planPath, input, output },
      { store, workers: 0, window: 1, startWorker: () => { throw new Error("none is wanted") } }))
      .rejects.toMatchObject({ code: "run_chunk_failed", facts: { firstRow: 1, lastRow: 256, reason: "the model refused" } })
    stop.abort()
    await worker
    await rm(`${output}.parts`, { recursive: true })
    await store.query("delete from daydream_run.run")
  })
})

test("a plan that went through the store is the same plan", async () => {
  const identity = await identifyPlan(planPath)
  await uploadPlan(store, planPath, identity)
  const copy = await localPlan(store, join(base, "not-here"), identity)
  expect(copy).not.toBe(planPath)
  expect(await identifyPlan(copy)).toBe(identity)
  expect(await localPlan(store, planPath, identity)).toBe(planPath)
  await rm(copy, { recursive: true })
})

test("rows of a chunk come back keyed and batched as they were cut", () => {
  const cell = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), fc.boolean(), fc.constant(null))
  fc.assert(fc.property(fc.array(fc.record({ a: cell, b: cell })), fc.integer({ min: 1, max: 9 }), fc.nat(1000), (made, batchRows, firstRow) => {
    const batches = decodeBatches(encodeRows(made, ["a", "b"]), firstRow, batchRows)
    expect(batches.flat().map((row) => ({ ...row.input }))).toEqual(made)
    expect(batches.flat().map((row) => row.key)).toEqual(made.map((_, index) => String(firstRow + index)))
    expect(batches.slice(0, -1).every((batch) => batch.length === batchRows)).toBe(true)
  }))
})

test("chunks grow with the speed of the plan, and hold whole batches", () => {
  expect(batchesPerChunk(undefined, 256)).toBe(1)
  expect(batchesPerChunk(3000, 256)).toBe(1)
  expect(batchesPerChunk(0.1, 256)).toBe(19)
  expect(batchesPerChunk(0, 256)).toBe(78)
})
