/** One measurement of ours, in a process of its own: prints rows, seconds, processor seconds and peak memory as JSON. */
import { readFileSync } from "node:fs"
import { createTableWriter, openTable } from "@daydream/industry/table"
import type { Table, TableFormat } from "@daydream/industry/table"
import { columns, makeRows } from "./make.ts"

const [action = "", format = "csv", path = "", count = "0", encoding = "utf-8"] = process.argv.slice(2)

async function read(table: Table): Promise<number> {
  let rows = 0
  for await (const chunk of table.chunks()) rows += chunk.rows.length
  return rows
}

/** Seconds by the clock and of the processors that `work` takes. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number; processorSeconds: number }> {
  const start = performance.now()
  const before = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, seconds: (performance.now() - start) / 1_000, processorSeconds: (user + system) / 1e6 }
}

async function write(): Promise<{ rows: number; seconds: number; processorSeconds: number }> {
  // Making the rows is not what is measured.
  let seconds = 0
  let processorSeconds = 0
  let rows = 0
  const writer = await createTableWriter(path, { format: format as TableFormat, columns, encoding: encoding as "utf-8" })
  const add = async (work: () => Promise<void>) => {
    const done = await timed(work)
    seconds += done.seconds
    processorSeconds += done.processorSeconds
  }
  for (const batch of makeRows(Number(count))) {
    rows += batch.length
    await add(() => writer.write(batch))
  }
  await add(() => writer.close())
  return { rows, seconds, processorSeconds }
}

async function measureRead(): Promise<{ rows: number; seconds: number; processorSeconds: number }> {
  const { value, ...times } = await timed(async () => read(await openTable(path)))
  return { rows: value, ...times }
}

const done = action === "write" ? await write() : await measureRead()
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
console.log(JSON.stringify({ ...done, megabytes: Number(peak) / 1_024 }))
