/** One measurement of ours, in a process of its own: prints rows, seconds and peak memory as JSON. */
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

async function write(): Promise<{ rows: number; seconds: number }> {
  // Making the rows is not what is measured.
  let seconds = 0
  let rows = 0
  const writer = await createTableWriter(path, { format: format as TableFormat, columns, encoding: encoding as "utf-8" })
  const timed = async (work: () => Promise<void>) => {
    const start = performance.now()
    await work()
    seconds += (performance.now() - start) / 1_000
  }
  for (const batch of makeRows(Number(count))) {
    rows += batch.length
    await timed(() => writer.write(batch))
  }
  await timed(() => writer.close())
  return { rows, seconds }
}

const start = performance.now()
const done = action === "write" ? await write() : { rows: await read(await openTable(path)) }
const seconds = "seconds" in done ? done.seconds : (performance.now() - start) / 1_000
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
console.log(JSON.stringify({ rows: done.rows, seconds, megabytes: Number(peak) / 1_024 }))
