/** What every run over files does before the first row is labelled. */
import { mkdir, stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import type { Plan } from "../plan/index.ts"
import { formatOfName, openTable } from "../table/index.ts"
import type { Table, TableFacts, TableWriterOptions } from "../table/index.ts"
import { runErrors } from "./errors.ts"
import { identifyFile, identifyPlan, isSameFile } from "./identity.ts"
import { openRunFolder } from "./journal.ts"
import type { RunFolder } from "./journal.ts"
import type { RunFileOptions } from "./options.ts"

/** What is run on what. */
export interface RunFileSubject extends PreparableSubject {
  readonly plan: Pick<Plan, "task" | "prices" | "runBatches">
}

/** A subject whose plan is run elsewhere. */
export interface PreparableSubject {
  readonly plan: Pick<Plan, "task" | "prices">
  /** The plan's folder: its contents identify it when a run is continued. */
  readonly planPath: string
  readonly input: string
  readonly output: string
}

export interface PreparedRun {
  readonly table: Table
  readonly folder: RunFolder
  readonly output: string
  readonly errorsOutput: string
  readonly planIdentity: string
  readonly writer: Omit<TableWriterOptions, "columns">
  isInputUnchanged(): Promise<boolean>
}

export async function prepareRun(subject: PreparableSubject, options: RunFileOptions): Promise<PreparedRun> {
  const output = resolve(subject.output)
  await refuseSameFile(subject.input, output)
  const table = await openTable(subject.input, options.reading)
  checkColumns(subject, table.facts.columns)
  const [input, planIdentity] = await Promise.all([identifyFile(subject.input), identifyPlan(subject.planPath)])
  await mkdir(dirname(output), { recursive: true })
  const folder = await openRunFolder({
    path: `${output}.parts`,
    binding: { input: { ...input, reading: options.reading ?? {} }, plan: planIdentity, batchRows: options.batchRows ?? 256 },
    restart: options.restart ?? false,
    inputName: subject.input,
    planName: subject.planPath,
    outputName: subject.output,
  })
  return {
    table,
    folder,
    output,
    errorsOutput: `${output}.errors.csv`,
    planIdentity,
    writer: writerOptions(table.facts, output, options),
    isInputUnchanged: async () => isSameFile(await identifyFile(subject.input), input),
  }
}

async function refuseSameFile(input: string, output: string): Promise<void> {
  const [a, b] = await Promise.all([input, output].map((path) => stat(path).catch(() => undefined)))
  const isSame = resolve(input) === output || (a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev)
  if (isSame) throw runErrors.run_output_is_input({ path: input })
}

function checkColumns({ plan, input }: PreparableSubject, columns: readonly string[]): void {
  const missing = plan.task.signature.inputs.map((field) => field.name).filter((name) => !columns.includes(name))
  if (missing.length > 0) throw runErrors.run_columns_missing({ path: input, missing, columns })
}

/** The output's format by its extension, else the input's; the input's dialect where the formats agree. */
function writerOptions(
  facts: TableFacts, output: string, options: Pick<RunFileOptions, "encoding" | "escapeFormulas">,
): Omit<TableWriterOptions, "columns"> {
  const format = formatOfName(output) ?? facts.format
  const isSame = format === facts.format
  const isText = format !== "parquet" && format !== "xlsx"
  const encoding = options.encoding ?? sameEncoding(facts)
  return {
    format,
    ...(isText ? { encoding } : {}),
    ...(isSame && facts.delimiter !== undefined ? { delimiter: facts.delimiter } : {}),
    ...(isSame && facts.newline !== undefined ? { newline: facts.newline } : {}),
    ...(isSame && facts.types !== undefined ? { types: facts.types } : {}),
    ...(options.escapeFormulas === undefined ? {} : { escapeFormulas: options.escapeFormulas }),
  }
}

function sameEncoding(facts: TableFacts): NonNullable<TableWriterOptions["encoding"]> {
  if (facts.encoding === "gb18030") return "gb18030"
  return facts.hasByteOrderMark === true || facts.encoding?.startsWith("utf-16") === true ? "utf-8-bom" : "utf-8"
}
