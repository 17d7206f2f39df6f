import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Row } from "@daydream/engine/function"
import { labelRows, runParts } from "./index.ts"
import type { NumberedAnswer, RunPartsOptions } from "./index.ts"
import { scriptedPlan } from "./scripted.test.plan.ts"

let base: string
let planPath: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-parts-"))
  planPath = join(base, "a.plan")
  await mkdir(planPath)
  await writeFile(join(planPath, "plan.json"), "{}")
})
afterAll(() => rm(base, { recursive: true, force: true }))

async function* rowsFrom(first: number, total: number): AsyncGenerator<Row> {
  for (let number = first; number <= total; number++) yield { text: `row ${number}` }
}

const collect = async (options: RunPartsOptions) => {
  const all: NumberedAnswer[] = []
  for await (const answer of runParts(options)) all.push(answer)
  return all
}

describe("runParts", () => {
  const asked: number[] = []
  const optionsOf = (folder: string): RunPartsOptions => ({
    plan: scriptedPlan(), planPath, folder: join(base, folder), input: "v1", batchRows: 10,
    rows: (first) => {
      asked.push(first)
      return rowsFrom(first, 205)
    },
  })

  test("a run that broke off goes on where it was and yields every answer once, in order", async () => {
    const options = optionsOf("broken")
    const plan = scriptedPlan({ onBatch: (rows) => { if (rows > 100) throw new Error("gone") } })
    await expect(collect({ ...options, plan })).rejects.toThrow("gone")
    const all = await collect(options)
    expect(asked).toEqual([1, 101])
    expect(all.map((answer) => answer.row)).toEqual(Array.from({ length: 205 }, (_, index) => index + 1))
    expect(all).toEqual(await collect(optionsOf("calm")))
    expect(await readdir(base)).toEqual(["a.plan"])
  })

  test("answers that were not all taken are there again; other rows are refused", async () => {
    const options = optionsOf("left")
    for await (const { row } of runParts(options)) if (row === 7) break
    await expect(collect({ ...options, input: "v2" })).rejects.toMatchObject({ code: "run_input_changed" })
    asked.length = 0
    expect((await collect(options)).length).toBe(205)
    expect(asked).toEqual([206])
  })
})

describe("labelRows", () => {
  test("labels rows as they come: a row waits for others a short time only", async () => {
    const more = Promise.withResolvers<void>()
    async function* slow(): AsyncGenerator<Row> {
      yield { text: "first" }
      await more.promise
      yield { text: "second", label: "known" }
    }
    const labelled = labelRows(scriptedPlan(), slow(), { lingerMs: 10 })
    const first = await labelled.next()
    expect(first.value).toMatchObject([{ text: "first" }])
    more.resolve()
    expect((await labelled.next()).value).toMatchObject([{ text: "second" }])
    expect(await labelled.next()).toMatchObject({ done: true, value: { rows: 2 } })
  })

  test("fills batches where rows come fast", async () => {
    const sizes: number[] = []
    for await (const batch of labelRows(scriptedPlan(), rowsFrom(1, 250), { batchRows: 100, lingerMs: 60_000 })) {
      sizes.push(batch.length)
      await sleep(1)
    }
    expect(sizes).toEqual([100, 100, 50])
  })
})
