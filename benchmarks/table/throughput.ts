/**
 * Reads and writes a million rows in each format, beside Python's usual tools, each in a process of its own:
 *
 *     node --conditions=source benchmarks/table/throughput.ts [--rows 1000000] [--python python3]
 *
 * The Python needs pandas, pyarrow and openpyxl.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, statSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeTable } from "./make.ts"

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, python: { type: "string", default: "python3" } },
})
const count = Number(values.rows)
/** Excel is an order of magnitude slower everywhere. */
const excelCount = Math.round(count / 10)
const folder = join(import.meta.dirname, "..", ".work", "table")
mkdirSync(folder, { recursive: true })
const file = (name: string) => join(folder, name)

interface Measured {
  readonly rows: number
  readonly seconds: number
  readonly processorSeconds: number
  readonly megabytes: number
}

function run(command: string, args: readonly string[], expected: number): Measured {
  const measured = JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as Measured
  if (measured.rows !== expected) throw new Error(`${args.join(" ")}: ${measured.rows} rows instead of ${expected}`)
  return measured
}

const ours = (action: string, format: string, path: string, rows: number, encoding = "utf-8"): Measured =>
  run(process.execPath, ["--conditions=source", join(import.meta.dirname, "ours.ts"), action, format, path, String(rows), encoding], rows)

const peer = (action: string, name: string, path: string, rows: number, source = ""): Measured =>
  run(values.python, [join(import.meta.dirname, "peer.py"), action, name, path, source], rows)

function show(what: string, who: string, measured: Measured, own?: Measured): void {
  const rate = Math.round(measured.rows / measured.seconds).toLocaleString("en")
  const ratio = own === undefined ? "" : (measured.seconds / own.seconds).toFixed(2)
  const work = own === undefined ? "" : (measured.processorSeconds / own.processorSeconds).toFixed(2)
  const { seconds, processorSeconds, megabytes } = measured
  console.log(
    `| ${what} | ${who} | ${seconds.toFixed(2)} | ${rate} | ${processorSeconds.toFixed(2)} | ${Math.round(megabytes)} ` +
      `| ${ratio} | ${work} |`,
  )
}

const sizes = [["csv", count], ["jsonl", count], ["parquet", count], ["xlsx", excelCount]] as const
for (const [format, rows] of sizes) await makeTable(file(`t.${format}`), format, rows)
await makeTable(file("few.parquet"), "parquet", excelCount)
const triple = file("triple.csv")
await makeTable(triple, "csv", count * 3)

console.log(`${count.toLocaleString("en")} rows, ${Math.round(statSync(file("t.csv")).size / count)} bytes a row as CSV; `
  + `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}\n`)
console.log("| what | who | seconds | rows/s | processor seconds | peak MB | time, peer / ours | processor time, peer / ours |")
console.log("|---|---|---|---|---|---|---|---|")

const reading = [
  ["csv", ["csv module", "pandas, frames", "pandas, rows"]], ["jsonl", ["json module"]], ["parquet", ["pyarrow, rows"]], ["xlsx", ["openpyxl"]],
] as const
for (const [format, peers] of reading) {
  const rows = format === "xlsx" ? excelCount : count
  const own = ours("read", format, file(`t.${format}`), rows)
  show(`read ${format}`, "ours", own)
  for (const name of peers) show(`read ${format}`, name, peer("read", name, file(`t.${format}`), rows), own)
}
show("read csv, 3 times the rows", "ours", ours("read", "csv", triple, count * 3))

const writing = [
  ["csv", "csv module", "utf-8"], ["csv", "csv module, gb18030", "gb18030"], ["jsonl", "json module", "utf-8"],
  ["parquet", "pyarrow, rows", "utf-8"], ["xlsx", "openpyxl", "utf-8"],
] as const
for (const [format, name, encoding] of writing) {
  const rows = format === "xlsx" ? excelCount : count
  const what = `write ${format}${encoding === "utf-8" ? "" : ` in ${encoding}`}`
  const own = ours("write", format, file(`out.${format}`), rows, encoding)
  show(what, "ours", own)
  show(what, name, peer("write", name, file(`peer.${format}`), rows, file(format === "xlsx" ? "few.parquet" : "t.parquet")), own)
}
