import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, truncate, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createRandom } from "@daydream/engine/random"
import { defaultPrices, noUsage, operationUsage, priceOf } from "@daydream/engine/money"
import type { Row } from "@daydream/engine/function"
import { createTableWriter, openTable } from "../table/index.ts"
import type { TableFormat } from "../table/index.ts"
import { runFile } from "./index.ts"
import type { RunFileOptions, RunFileSubject, RunProgress } from "./index.ts"
import { openRunFolder } from "./journal.ts"
import { scriptedPlan } from "./scripted.test.plan.ts"
import { noTotals } from "./totals.ts"

let base: string
let planPath: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "daydream-run-"))
  planPath = join(base, "a.plan")
  await mkdir(planPath)
  await writeFile(join(planPath, "plan.json"), "{}")
})
afterAll(() => rm(base, { recursive: true, force: true }))

let folders = 0
const newFolder = async () => {
  const folder = join(base, String(++folders))
  await mkdir(folder)
  return folder
}

const rowAt = (number: number): Row => ({
  id: number,
  text: number % 97 === 0 ? `broken ${number}` : `where is my parcel, "order" ${number}?\n你好`,
  status: "open",
})

const writeInput = async (path: string, format: TableFormat, rows: number) => {
  const writer = await createTableWriter(path, { format, columns: ["id", "text", "status"] })
  for (let from = 1; from <= rows; from += 500)
    await writer.write(Array.from({ length: Math.min(500, rows - from + 1) }, (_, index) => rowAt(from + index)))
  await writer.close()
}

const readAll = async (path: string): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const chunk of (await openTable(path)).chunks()) rows.push(...chunk.rows)
  return rows
}

const small = { partSize: { rows: 400, milliseconds: 60_000 }, batchRows: 50 }

describe("an undisturbed run", () => {
  test("keeps every input row and adds label, confidence, rung, status and suggestion", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 1000)
    const result = await runFile({ plan: scriptedPlan(), planPath, input, output }, small)
    const rows = await readAll(output)
    expect(Object.keys(rows[0] ?? {})).toEqual(
      ["id", "text", "status", "label", "confidence", "rung", "status_2", "suggestion"])
    expect(rows.map((row) => Number(row["id"]))).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
    for (const row of rows) {
      const isAnswered = row["status_2"] === "answered"
      expect(row["label"] !== "").toBe(isAnswered)
      expect(row["suggestion"] !== "").toBe(row["status_2"] === "review" || row["status_2"] === "other")
    }
    const { totals } = result
    expect(totals.rows).toBe(1000)
    expect(totals.answered + totals.review + totals.other + totals.failed).toBe(1000)
    expect(totals.cost).toBe(3000n)
    const priced = { ...scriptedPlan(), prices: defaultPrices }
    const { totals: whole } = await runFile({ plan: priced, planPath, input, output: join(folder, "priced.csv") }, small)
    expect(whole.cost).toBe(priceOf(operationUsage(10_000), defaultPrices))
    await Promise.all([rm(join(folder, "priced.csv")), rm(join(folder, "priced.csv.errors.csv"))])
    expect(totals.tokens).toEqual([{ modelId: "scripted", inputTokens: 2000, outputTokens: 1000 }])
    expect(await readdir(folder)).toEqual(["in.csv", "out.csv", "out.csv.errors.csv"])
  })

  test("collects the rows that failed with their number, code and message, and goes on", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 200)
    const result = await runFile({ plan: scriptedPlan(), planPath, input, output }, { ...small, language: "zh" })
    expect(result.totals.failed).toBe(2)
    const rows = await readAll(result.errors ?? "")
    expect(rows.map((row) => [row["row"], row["error"], row["message"], row["id"]])).toEqual(
      [["97", "row_broken", "这一行已损坏。", "97"], ["194", "row_broken", "这一行已损坏。", "194"]])
  })

  test("leaves no table of errors where no row failed, not even that of an earlier run", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 50)
    await writeFile(`${output}.errors.csv`, "old")
    const result = await runFile({ plan: scriptedPlan(), planPath, input, output }, small)
    expect(result.errors).toBeUndefined()
    expect(await readdir(folder)).toEqual(["in.csv", "out.csv"])
  })

  test("gives the columns of a Parquet table back with their types, and its own the same types whatever it answers", async () => {
    const folder = await newFolder()
    const input = join(folder, "in.parquet")
    const types = { id: "INTEGER", text: "VARCHAR", at: "TIMESTAMP", price: "DECIMAL(10,2)", tags: "VARCHAR[]", day: "DATE" }
    const writer = await createTableWriter(input, { format: "parquet", columns: Object.keys(types), types })
    const row = { text: "where is it?", at: "2024-03-05 10:20:30", price: "12.50", tags: '["a","b"]', day: "2024-03-05" }
    await writer.write([{ id: 1, ...row }, { id: 2, ...row, at: null, price: null, tags: null }])
    await writer.close()
    const plan: RunFileSubject["plan"] = {
      ...scriptedPlan(),
      async *runBatches(batches) {
        const scores = new Float64Array()
        const rest = { status: "answered", output: "refund", scores, confidence: 1, by: "majority", usage: noUsage, cost: 0n } as const
        for await (const batch of batches) yield batch.map(({ key }) => ({ key, ...rest }))
      },
    }
    const output = join(folder, "out.parquet")
    await runFile({ plan, planPath, input, output }, small)
    const added = { label: "VARCHAR", confidence: "DOUBLE", rung: "VARCHAR", status: "VARCHAR", suggestion: "VARCHAR" }
    expect((await openTable(output)).facts.types).toEqual({ ...types, ...added })
    const [before, after] = await Promise.all([readAll(input), readAll(output)])
    expect(after).toEqual(before.map((each) => expect.objectContaining(each) as Row))
  })

  test("writes the format that the output's name says, with the encoding asked for", async () => {
    const folder = await newFolder()
    const input = join(folder, "in.jsonl")
    await writeInput(input, "jsonl", 120)
    for (const name of ["out.csv", "out.jsonl", "out.parquet", "out.xlsx", "out.json", "out.tsv"]) {
      const output = join(folder, name)
      await runFile({ plan: scriptedPlan(), planPath, input, output }, { ...small, encoding: "utf-8-bom" })
      expect((await readAll(output)).length).toBe(120)
    }
    expect((await readFile(join(folder, "out.csv"))).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  })

  test("reports rows, an estimate of the total, rate and time left by the clock it is given", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 3000)
    let clock = 0
    const seen: RunProgress[] = []
    await runFile({ plan: scriptedPlan(), planPath, input, output },
      { ...small, now: () => (clock += 10), onProgress: (progress) => seen.push(progress) })
    const last = seen.filter((progress) => progress.phase === "label").at(-1)
    expect(last).toMatchObject({ rows: 3000, totalRows: 3000, secondsLeft: 0, failedRows: 30 })
    expect(seen.at(-1)).toMatchObject({ phase: "assemble", rows: 3000, totalRows: 3000 })
  })
})

describe("a run that is killed and started again", () => {
  const start = (request: object) => {
    const child = spawn(process.execPath,
      ["--conditions=source", new URL("run-child.test.process.ts", import.meta.url).pathname, JSON.stringify(request)],
      { stdio: ["ignore", "pipe", "inherit"] })
    let text = ""
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()))
    return { child, ended: once(child, "close").then(([code]) => ({ code: code as number | null, text: text.trim() })) }
  }

  const partsOf = async (output: string) =>
    (await readFile(join(`${output}.parts`, "journal.jsonl"), "utf8").catch(() => "")).split("\n").length - 2

  const random = createRandom("kill", 7)
  test.each(["csv", "jsonl", "json", "parquet", "xlsx"] as const)("gives byte for byte the undisturbed output: %s", async (format) => {
    const folder = await newFolder()
    const input = join(folder, `in.${format}`)
    await writeInput(input, format, 4000)
    const calm = join(folder, `calm.${format}`)
    await runFile({ plan: scriptedPlan(), planPath, input, output: calm }, small)
    const output = join(folder, `out.${format}`)
    const request = { input, output, planPath, batchMs: 4, options: small }
    for (const parts of [1, 4, 7]) {
      const { child, ended } = start(request)
      while (child.exitCode === null && (await partsOf(output)) < parts) await sleep(2)
      await sleep(random.integer(40))
      expect(child.exitCode).toBeNull()
      child.kill("SIGKILL")
      await ended
    }
    const dying = start({ ...request, batchMs: 0, dieAssemblingAt: 1000 + random.integer(2000) })
    await dying.ended
    expect(dying.child.signalCode).toBe("SIGKILL")
    const last = await start({ ...request, batchMs: 0 }).ended
    expect(last.text).toBe("done 4000 4000")
    expect((await readFile(output)).equals(await readFile(calm))).toBe(true)
    expect((await readFile(`${output}.errors.csv`)).equals(await readFile(`${calm}.errors.csv`))).toBe(true)
    expect((await readdir(folder)).filter((name) => name.startsWith("out"))).toEqual([`out.${format}`, `out.${format}.errors.csv`])
  })

  test("Ctrl-C keeps the rows answered so far and says so; the next start goes on from there", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 3000)
    const request = { input, output, planPath, batchMs: 100, options: { ...small, partSize: { rows: 1e6, milliseconds: 1e6 } } }
    const { child, ended } = start(request)
    await sleep(3000)
    child.kill("SIGINT")
    expect(await ended).toEqual({ code: 1, text: "run_interrupted" })
    const [, , continued] = (await start({ ...request, batchMs: 0 }).ended).text.split(" ")
    expect(Number(continued)).toBeGreaterThan(0)
    expect(Number(continued) % 50).toBe(0)
  })

  test("two runs to the same output at once: the second is refused and the first is not disturbed", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 2000)
    const first = start({ input, output, planPath, batchMs: 30, options: small })
    await sleep(700)
    const second = await start({ input, output, planPath, batchMs: 0, options: small }).ended
    expect(second).toEqual({ code: 1, text: "run_output_busy" })
    expect((await first.ended).text).toBe("done 2000 0")
  })
})

describe("a full disk", () => {
  const mount = (...args: string[]) => {
    const { status } = spawnSync("mount", args)
    return status === 0
  }

  test("is reported, loses nothing, and the run goes on when there is room", async (context) => {
    const folder = await newFolder()
    const [input, calm, disk] = [join(folder, "in.csv"), join(folder, "calm.csv"), join(folder, "disk")]
    await mkdir(disk)
    context.skip(!mount("-t", "tmpfs", "-o", "size=128k", "tmpfs", disk), "only where this user may mount a small disk")
    try {
      await writeInput(input, "csv", 4000)
      await runFile({ plan: scriptedPlan(), planPath, input, output: calm }, small)
      const output = join(disk, "out.csv")
      const run = () => runFile({ plan: scriptedPlan(), planPath, input, output }, small)
      const filler = join(disk, "filler")
      await writeFile(filler, Buffer.alloc(100 * 1024))
      // First while labelling, then, with room for the parts alone, while assembling.
      await expect(run()).rejects.toMatchObject({ code: "run_disk_full", isRetryable: true })
      await rm(filler)
      await expect(run()).rejects.toMatchObject({ code: "run_disk_full" })
      expect(mount("-o", "remount,size=8m", disk)).toBe(true)
      expect((await run()).rowsContinued).toBe(4000)
      expect((await readFile(output)).equals(await readFile(calm))).toBe(true)
    } finally {
      spawnSync("umount", [disk])
    }
  })

  test("while a part is written: the journal names only parts that are whole", async () => {
    const folder = await newFolder()
    const path = join(folder, "parts")
    const options = { path, binding: { input: 1, plan: "p", batchRows: 10 }, inputName: "i", planName: "p", outputName: "o" }
    const answer = { status: "answered", output: "a", confidence: 1, by: "cheap" } as const
    const first = await openRunFolder(options)
    await first.append([answer, answer], { ...noTotals, rows: 2 })
    await mkdir(join(path, "000002.part"))
    await expect(first.append([answer], { ...noTotals, rows: 1 })).rejects.toThrow("EISDIR")
    expect(first.nextRow).toBe(3)
    first.release()
    await rm(join(path, "000002.part"), { recursive: true })
    const again = await openRunFolder(options)
    expect(again.nextRow).toBe(3)
    await again.append([answer], { ...noTotals, rows: 1 })
    expect(await again.read(again.parts[1] as never)).toEqual([answer])
    await again.remove()
    expect(await readdir(folder)).toEqual([])
  })
})

describe("a run that cannot be continued says why", () => {
  /** A run of 400 rows that stopped after 200; gives its paths. */
  const stopped = async (options: RunFileOptions = {}) => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 400)
    const plan = scriptedPlan({ onBatch: (rows) => { if (rows > 200) throw new Error("the model went away") } })
    await expect(runFile({ plan, planPath, input, output }, { ...small, ...options })).rejects.toThrow("went away")
    return { input, output, planPath, plan: scriptedPlan() }
  }

  test("a changed input is refused, also one of the same size, and --restart begins again", async () => {
    const subject = await stopped()
    await appendFile(subject.input, "401,one more,open\n")
    await expect(runFile(subject, small)).rejects.toMatchObject({ code: "run_input_changed" })
    const result = await runFile(subject, { ...small, restart: true })
    expect(result).toMatchObject({ rowsContinued: 0, totals: { rows: 401 } })
    const other = await stopped()
    await utimes(other.input, 1, 1)
    await expect(runFile(other, small)).rejects.toMatchObject({ code: "run_input_changed" })
  })

  test("a changed plan is refused; a cache inside it is no change", async () => {
    const subject = await stopped()
    await mkdir(join(planPath, ".cache"), { recursive: true })
    await writeFile(join(planPath, ".cache", "calls"), "x")
    const other = join(base, "b.plan")
    await mkdir(other, { recursive: true })
    await writeFile(join(other, "plan.json"), '{"other":true}')
    await expect(runFile({ ...subject, planPath: other }, small)).rejects.toMatchObject({ code: "run_plan_changed" })
    expect(await runFile(subject, small)).toMatchObject({ rowsContinued: 200 })
  })

  test("a part that the disk damaged is found by its checksum, and nothing is written", async () => {
    const subject = await stopped()
    await writeFile(join(`${subject.output}.parts`, "000001.part"), "rot")
    await expect(runFile(subject, small)).rejects.toMatchObject({ code: "run_parts_damaged" })
    await expect(readFile(subject.output)).rejects.toMatchObject({ code: "ENOENT" })
  })

  test("a journal torn in its last line loses that line alone", async () => {
    const subject = await stopped({ partSize: { rows: 50, milliseconds: 1e9 } })
    const journal = join(`${subject.output}.parts`, "journal.jsonl")
    await truncate(journal, (await readFile(journal)).length - 10)
    expect(await runFile(subject, small)).toMatchObject({ rowsContinued: 150, totals: { rows: 400 } })
  })

  test("rows that were answered before a failure are kept", async () => {
    const subject = await stopped()
    let asked = 0
    const plan = scriptedPlan({ onBatch: (rows) => (asked = rows) })
    expect(await runFile({ ...subject, plan }, small)).toMatchObject({ rowsContinued: 200 })
    expect(asked).toBe(200)
  })

  test("an input that is changed while the run is at it gives no output", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 2000)
    let touched: Promise<void> | undefined
    const plan = scriptedPlan({ batchMs: 1, onBatch: (rows) => { if (rows === 1950) touched = utimes(input, 1, 1) } })
    await expect(runFile({ plan, planPath, input, output }, small)).rejects.toMatchObject({ code: "run_input_changed" })
    await touched
    await expect(readFile(output)).rejects.toMatchObject({ code: "ENOENT" })
  })

  test("a missing column, and an output that is the input", async () => {
    const folder = await newFolder()
    const input = join(folder, "in.csv")
    await writeFile(input, "id,body\n1,x\n")
    const plan = scriptedPlan()
    await expect(runFile({ plan, planPath, input, output: join(folder, "out.csv") }, small)).rejects.toMatchObject({
      code: "run_columns_missing", facts: { missing: ["text"], columns: ["id", "body"] },
    })
    await expect(runFile({ plan, planPath, input, output: input }, small)).rejects.toMatchObject({ code: "run_output_is_input" })
  })

  test("a plan that answers rows out of place is stopped before a label lands on another row", async () => {
    const folder = await newFolder()
    const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")]
    await writeInput(input, "csv", 100)
    const plan = scriptedPlan()
    const shifted: typeof plan = {
      ...plan,
      async *runBatches(batches) {
        for await (const outcomes of plan.runBatches(batches)) yield outcomes.slice(1)
      },
    }
    await expect(runFile({ plan: shifted, planPath, input, output }, small)).rejects.toMatchObject({ code: "run_outcomes_misplaced" })
  })
})
