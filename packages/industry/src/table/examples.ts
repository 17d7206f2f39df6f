/** From a table of past work to labelled examples, with a report of everything that looks wrong in it. */
import type { Cell, Example, InputType, KeyedRow, Row, Signature } from "@daydream/engine/function"
import { tableErrors } from "./errors.ts"
import { checkChoice, inferInputs, requireColumns } from "./infer-signature.ts"
import type { SignatureChoice } from "./infer-signature.ts"
import { labelText, labelVariants, outputField } from "./labels.ts"
import { defaultMissingLabels, missingTest } from "./missing.ts"
import { parseCell } from "./parse-cell.ts"
import { emptyInputs, findConflicts, findLeaks } from "./inspect-examples.ts"
import type { ExamplesReport } from "./report.ts"
import type { Table } from "./table.ts"

export interface ReadExamplesOptions {
  readonly inputs: readonly string[]
  readonly output: string
  /** A column of dates by which rows will be split. */
  readonly time?: string
  readonly types?: Readonly<Record<string, InputType>>
  /** The classes, where they are known beforehand; then no labelled row is needed. */
  readonly classes?: readonly string[]
  readonly glossary?: Readonly<Record<string, string>>
  /** Write labels that differ only in case, spaces or full-width forms as the most frequent of them. Default false. */
  readonly mergeLabels?: boolean
  readonly missing?: readonly string[]
  readonly missingLabels?: readonly string[]
  readonly abortSignal?: AbortSignal
  /** Called with bytes read and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface ReadExamples {
  readonly signature: Signature
  readonly examples: readonly Example[]
  /** Rows without a label. */
  readonly unlabelled: readonly KeyedRow[]
  /** For each example its time in milliseconds since 1970, NaN where the cell is no date; only with `time`. */
  readonly times?: Float64Array
  /** The same for each unlabelled row: its label may come back later. */
  readonly unlabelledTimes?: Float64Array
  readonly report: ExamplesReport
}

interface Gathered {
  readonly rows: { readonly key: string; readonly input: Row; readonly label: string }[]
  readonly times: number[]
  readonly unlabelled: KeyedRow[]
  readonly unlabelledTimes: number[]
  count: number
}

const pick = (row: Row, names: readonly string[]): Row => {
  const picked: Record<string, Cell> = {}
  for (const name of names) picked[name] = row[name] ?? null
  return picked
}

async function gather(table: Table, options: ReadExamplesOptions): Promise<Gathered> {
  const isMissingLabel = missingTest(options.missingLabels ?? defaultMissingLabels)
  const gathered: Gathered = { rows: [], times: [], unlabelled: [], unlabelledTimes: [], count: 0 }
  const reading = table.chunks(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal })
  for await (const chunk of reading) {
    for (const [i, row] of chunk.rows.entries()) {
      const key = String(chunk.firstRow + i)
      const input = pick(row, options.inputs)
      const label = row[options.output] ?? null
      gathered.count++
      const isLabelled = label !== null && !isMissingLabel(label)
      if (isLabelled) gathered.rows.push({ key, input, label: labelText(label) })
      else gathered.unlabelled.push({ key, input })
      if (options.time === undefined) continue
      const times = isLabelled ? gathered.times : gathered.unlabelledTimes
      times.push(parseCell(row[options.time], "date") ?? Number.NaN)
    }
    options.onProgress?.(chunk.bytesRead, table.facts.bytes)
  }
  return gathered
}

function count(labels: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/** Throws where the labels cannot teach anything. */
function checkClasses(counts: ReadonlyMap<string, number>, rows: number, options: ReadExamplesOptions, all: number): void {
  const column = options.output
  const known = options.classes?.length ?? 0
  if (rows === 0 && known >= 2) return
  if (rows === 0) throw tableErrors.no_labels({ column, rows: all })
  const classes = new Set([...counts.keys(), ...(options.classes ?? [])])
  if (classes.size === 1) throw tableErrors.one_class({ column, rows, label: [...counts.keys()][0] ?? "" })
  if (known > 0) return
  const hasNoRepeats = rows < classes.size * 1.25 && classes.size > 2
  if (rows <= classes.size || hasNoRepeats) throw tableErrors.fewer_rows_than_classes({ column, rows, classes: classes.size })
}

/**
 * Reads the labelled rows of `table` into memory. Keys are row numbers from "1". Throws `no_such_column`,
 * `output_among_inputs`, `no_rows`, `no_labels`, `one_class` and `fewer_rows_than_classes`; everything that a person
 * should look at but that does not stop the work is in `report`.
 */
export async function readExamples(table: Table, options: ReadExamplesOptions): Promise<ReadExamples> {
  const { inputs, output, time } = options
  checkChoice(options satisfies SignatureChoice, table.facts.columns)
  if (time !== undefined) requireColumns([time], table.facts.columns)
  const gathered = await gather(table, options)
  if (gathered.count === 0) throw tableErrors.no_rows({ path: table.path })
  const variants = labelVariants(count(gathered.rows.map((row) => row.label)))
  const merged = new Map(
    options.mergeLabels === true ? variants.flatMap((v) => v.forms.map((form) => [form.label, v.canonical] as const)) : [],
  )
  const examples = gathered.rows.map((row): Example => ({ ...row, label: merged.get(row.label) ?? row.label }))
  const counts = count(examples.map((example) => example.label))
  checkClasses(counts, examples.length, options, gathered.count)

  const field = outputField(output, [...(options.classes ?? []), ...counts.keys()])
  const signature: Signature = {
    inputs: inferInputs([...examples, ...gathered.unlabelled].map((row) => row.input), options),
    output: options.glossary === undefined ? field : { ...field, glossary: options.glossary },
  }
  const times = time === undefined ? undefined : Float64Array.from(gathered.times)
  const report: ExamplesReport = {
    rows: gathered.count,
    labelled: examples.length,
    unlabelled: gathered.unlabelled.length,
    classes: signature.output.classes.map((label) => ({ label, count: counts.get(label) ?? 0 })),
    labelVariants: variants,
    isMerged: options.mergeLabels === true,
    conflicts: findConflicts(examples, inputs),
    emptyInputs: emptyInputs(examples, signature.inputs),
    leaks: findLeaks(examples, inputs),
    ...(times === undefined ? {} : { withoutTime: times.reduce((sum, each) => sum + (Number.isNaN(each) ? 1 : 0), 0) }),
  }
  const given = times === undefined ? {} : { times, unlabelledTimes: Float64Array.from(gathered.unlabelledTimes) }
  return { signature, examples, unlabelled: gathered.unlabelled, ...given, report }
}
