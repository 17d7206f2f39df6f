/** Reads what is to be compiled: the table, what classes mean, labels that came back. */
import { readFile } from "node:fs/promises"
import { parse } from "yaml"
import type { Example, InputType, KeyedRow, Signature } from "@daydream/engine/function"
import {
  describeReport, mergeLabels, openTable, outputField, readExamples, type ExamplesReport, type OpenTableOptions, type Table,
} from "@daydream/industry/table"
import type { CommandContext } from "../frame/index.ts"
import { compileCommandErrors } from "./errors.ts"
import type { CompileCommandOptions } from "../options/index.ts"

/** Everything that compiling needs to know about the user's rows. */
export interface Material {
  readonly signature: Signature
  readonly examples: readonly Example[]
  readonly unlabelled: readonly KeyedRow[]
  readonly report: ExamplesReport
  /** Milliseconds since 1970 by row key, labelled or not; only with a time column. */
  readonly times?: ReadonlyMap<string, number>
  /** Rows whose label came back from people: those that had none, and new labels of those that had one. */
  readonly added: ReadonlySet<string>
  readonly corrections: ReadonlyMap<string, string>
}

/** Reads the table at `path` as the options say. Everything wrong with it is thrown with its fix; the rest is noted. */
export async function readMaterial(context: CommandContext, path: string, options: CompileCommandOptions): Promise<Material> {
  const table = await openTable(path, tableOptions(options))
  const glossary = options.glossary === undefined ? undefined : await readGlossary(options.glossary)
  const progress = context.progress({ en: "Reading the table", zh: "正在读取表格" }, { total: table.facts.bytes, unit: "bytes" })
  const read = await readExamples(table, {
    inputs: options.input ?? otherColumns(table, options),
    output: options.output,
    ...(options.time === undefined ? {} : { time: options.time }),
    ...(options.types === undefined ? {} : { types: readTypes(options.types) }),
    ...(options.classes === undefined ? {} : { classes: options.classes }),
    ...(glossary === undefined ? {} : { glossary }),
    ...(options.mergeLabels === true ? { mergeLabels: true } : {}),
    abortSignal: context.abortSignal,
    onProgress: (done, total) => progress.update(done, total),
  })
  progress.finish()
  for (const line of describeReport(read.report)) context.note(line)
  const { times, unlabelledTimes, ...rest } = read
  const byKey = times === undefined ? {} : { times: new Map([...timesByKey(read.examples, times), ...timesByKey(read.unlabelled, unlabelledTimes)]) }
  return withLabels(context, { ...rest, ...byKey }, options)
}

const timesByKey = (rows: readonly KeyedRow[], times: Float64Array | undefined) =>
  rows.map(({ key }, i): [string, number] => [key, times?.[i] ?? Number.NaN])

const tableOptions = ({ encoding, delimiter, sheet }: CompileCommandOptions): OpenTableOptions => ({
  ...(encoding === undefined ? {} : { encoding: encoding as NonNullable<OpenTableOptions["encoding"]> }),
  ...(delimiter === undefined ? {} : { delimiter: delimiter === "\\t" ? "\t" : delimiter }),
  ...(sheet === undefined ? {} : { sheet }),
})

const otherColumns = (table: Table, options: CompileCommandOptions): readonly string[] =>
  table.facts.columns.filter((column) => column !== options.output && column !== options.time)

const inputTypes: readonly string[] = ["text", "number", "date", "category"] satisfies InputType[]

function readTypes(pairs: readonly string[]): Record<string, InputType> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf("=")
      const type = pair.slice(at + 1)
      if (at < 1 || !inputTypes.includes(type)) throw compileCommandErrors.bad_type({ pair })
      return [pair.slice(0, at), type as InputType]
    }),
  )
}

async function readGlossary(file: string): Promise<Record<string, string>> {
  let value: unknown
  try {
    value = parse(await readFile(file, "utf8"))
  } catch (error) {
    throw compileCommandErrors.glossary_not_readable({ file, problem: (error as Error).message }, error)
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw compileCommandErrors.glossary_not_readable({ file, problem: "it holds no entries" })
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}

/** Merges the files of `--labels`, one after the other. */
async function withLabels(
  context: CommandContext,
  read: Omit<Material, "added" | "corrections">,
  options: CompileCommandOptions,
): Promise<Material> {
  const first = new Map(read.examples.map((example) => [example.key, example.label]))
  const inputs = read.signature.inputs.map((field) => field.name)
  let { examples, unlabelled } = read
  for (const file of options.labels ?? []) {
    const { classes } = read.signature.output
    const merged = await mergeLabels({ examples, unlabelled }, await openTable(file), { inputs, classes, abortSignal: context.abortSignal })
    ;({ examples, unlabelled } = merged)
    const { added, changed, confirmed, blank } = merged.report
    context.note({
      en: `${file}: ${added} rows labelled, ${changed.length} labels corrected, ${confirmed} confirmed, ${blank} left blank.`,
      zh: `${file}：新标注 ${added} 行，更正 ${changed.length} 个标签，确认 ${confirmed} 个，留空 ${blank} 个。`,
    })
  }
  const added = new Set(examples.filter((example) => !first.has(example.key)).map((example) => example.key))
  const corrections = new Map(
    examples.filter((example) => first.has(example.key) && first.get(example.key) !== example.label).map(({ key, label }) => [key, label]),
  )
  const { output } = read.signature
  const field = outputField(output.name, [...output.classes, ...examples.map((example) => example.label)])
  const signature = { ...read.signature, output: output.glossary === undefined ? field : { ...field, glossary: output.glossary } }
  return {
    ...read,
    signature,
    unlabelled,
    added,
    corrections,
    // A corrected row keeps its first label here; `corrections` says what it teaches.
    examples: examples.map((example) => ({ ...example, label: first.get(example.key) ?? example.label })),
  }
}
