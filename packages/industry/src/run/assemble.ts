/** Joins the input with the kept answers into the final table. Can be begun again at any time. */
import { readdir, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { Language } from "@daydream/engine/language"
import type { Row } from "@daydream/engine/function"
import { createTableWriter } from "../table/index.ts"
import type { Table, TableWriter, TableWriterOptions } from "../table/index.ts"
import { runErrors } from "./errors.ts"
import type { RunFolder } from "./journal.ts"
import { addedTypes, answeredRow, errorColumns, errorRow, nameAddedColumns, outputColumns } from "./output-columns.ts"
import type { Answer } from "./part.ts"

export interface AssembleOptions {
  readonly table: Table
  readonly folder: RunFolder
  readonly output: string
  readonly errorsOutput: string
  /** The plan's output name. */
  readonly outputName: string
  readonly writer: Omit<TableWriterOptions, "columns">
  readonly language: Language
  readonly abortSignal?: AbortSignal
  readonly onRows?: (rows: number) => void
  /** Asked when all rows are read and nothing has its final name yet. */
  readonly isInputUnchanged: () => Promise<boolean>
}

/** Writes `output`, and `errorsOutput` where rows failed; gives the number of failed rows. */
export async function assemble(options: AssembleOptions): Promise<number> {
  const { table, output, errorsOutput } = options
  await Promise.all([removeLeftovers(output), removeLeftovers(errorsOutput)])
  const columns = table.facts.columns
  const added = nameAddedColumns(columns, options.outputName)
  const types = { ...options.writer.types, ...addedTypes(added) }
  const writer = await createTableWriter(output, { ...options.writer, types, columns: outputColumns(columns, added) })
  let faults: TableWriter | undefined
  let failed = 0
  try {
    for await (const { rows, answers, firstRow } of joined(options)) {
      await writer.write(rows.map((row, index) => answeredRow(row, answers[index] as Answer, added)))
      const broken = failedRows(rows, answers, firstRow, columns, options.language)
      if (broken.length > 0) {
        faults ??= await createTableWriter(errorsOutput,
          { format: "csv", encoding: "utf-8-bom", columns: errorColumns(columns).all })
        await faults.write(broken)
      }
      failed += broken.length
      options.onRows?.(firstRow + rows.length - 1)
    }
    if (!(await options.isInputUnchanged())) throw changed(options)
    // The table of errors first: whoever sees the output finds the errors beside it.
    await (faults === undefined ? rm(errorsOutput, { force: true }) : faults.close())
    await writer.close()
    return failed
  } catch (error) {
    await writer.abort().catch(() => undefined)
    await faults?.abort().catch(() => undefined)
    throw error
  }
}

const changed = ({ table, folder }: AssembleOptions) =>
  runErrors.run_input_changed({ path: table.path, parts: folder.path })

function failedRows(
  rows: readonly Row[], answers: readonly Answer[], firstRow: number, columns: readonly string[], language: Language,
): Row[] {
  const { names } = errorColumns(columns)
  const found: Row[] = []
  for (const [index, answer] of answers.entries())
    if (answer.status === "failed") found.push(errorRow(firstRow + index, rows[index] ?? {}, answer, names, language))
  return found
}

interface Joined {
  readonly firstRow: number
  readonly rows: readonly Row[]
  readonly answers: readonly Answer[]
}

/** Input rows beside their answers, in the order of the input; throws where one side has more. */
async function* joined(options: AssembleOptions): AsyncGenerator<Joined> {
  const { table, folder, abortSignal } = options
  const parts = folder.parts[Symbol.iterator]()
  let held: Answer[] = []
  for await (const { rows, firstRow } of table.chunks(abortSignal === undefined ? {} : { abortSignal })) {
    while (held.length < rows.length) {
      const next = parts.next()
      if (next.done === true) throw changed(options)
      held = held.concat(await folder.read(next.value))
    }
    yield { firstRow, rows, answers: held.slice(0, rows.length) }
    held = held.slice(rows.length)
  }
  if (held.length > 0 || parts.next().done !== true) throw changed(options)
}

/** Removes what an assembly that was killed left beside `path`. Only for the holder of the run's folder. */
async function removeLeftovers(path: string): Promise<void> {
  const name = basename(path)
  const uuid = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[a-z]+)?(\.[0-9a-f-]{36}\.part)?$/
  for (const found of await readdir(dirname(path)))
    if (found.startsWith(name) && uuid.test(found.slice(name.length))) await rm(join(dirname(path), found), { force: true })
}
