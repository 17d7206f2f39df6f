/** Runs over standard input or output: JSON Lines in, JSON Lines out, nothing kept on disk. */
import { once } from "node:events"
import { createInterface } from "node:readline"
import type { Cell, Row } from "@daydream/engine/function"
import { labelRows } from "@daydream/industry/run"
import type { RunTotals } from "@daydream/industry/run"
import { createTableWriter, formatOfName, openTable } from "@daydream/industry/table"
import type { LoadedPlan } from "@daydream/industry/plan"
import { runningErrors } from "./errors.ts"

export interface LinesOptions {
  readonly plan: LoadedPlan
  /** A file, or "-". */
  readonly input: string
  readonly output: string
  readonly batchRows?: number
  readonly abortSignal: AbortSignal
  readonly onRows: (rows: number) => void
}

/** Labels rows as they come. A row waits for others 200 ms at most. */
export async function runLines(options: LinesOptions): Promise<RunTotals> {
  const { plan, abortSignal, batchRows } = options
  const source = options.input === "-" ? readLines(abortSignal) : readTable(options.input, abortSignal)
  const labelled = labelRows(plan, source, { abortSignal, ...(batchRows === undefined ? {} : { batchRows }) })
  const write = options.output === "-" ? writeLines : tableSink(options.output)
  let rows = 0
  for (;;) {
    const next = await labelled.next()
    if (next.done === true) {
      if (options.output !== "-") await write.close?.()
      return next.value
    }
    await write(next.value)
    options.onRows((rows += next.value.length))
  }
}

async function* readTable(path: string, abortSignal: AbortSignal): AsyncGenerator<Row> {
  for await (const { rows } of (await openTable(path)).chunks({ abortSignal })) yield* rows
}

async function* readLines(abortSignal: AbortSignal): AsyncGenerator<Row> {
  let line = 0
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity, signal: abortSignal })) {
    line++
    if (text.trim() !== "") yield parseLine(text, line)
  }
}

function parseLine(text: string, line: number): Row {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw runningErrors.input_line_broken({ line, problem: error instanceof Error ? error.message : String(error) }, error)
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw runningErrors.input_line_broken({ line, problem: text.slice(0, 60) })
  return Object.fromEntries(Object.entries(value).map(([name, cell]) => [name, toCell(cell)]))
}

const toCell = (value: unknown): Cell =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : JSON.stringify(value)

interface Sink {
  (rows: readonly Row[]): Promise<void>
  close?: () => Promise<void>
}

const writeLines: Sink = async (rows) => {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("")
  if (!process.stdout.write(text)) await once(process.stdout, "drain")
}

/** A file of any format; its columns are those of the first row. */
function tableSink(path: string): Sink {
  let writer: ReturnType<typeof createTableWriter> | undefined
  const sink: Sink = async (rows) => {
    writer ??= createTableWriter(path, { format: formatOfName(path) ?? "jsonl", columns: Object.keys(rows[0] ?? {}) })
    await (await writer).write(rows)
  }
  sink.close = async () => {
    await (await writer)?.close()
  }
  return sink
}
