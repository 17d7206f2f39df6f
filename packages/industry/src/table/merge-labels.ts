/** Labels that come back from people. */
import type { Cell, Example, KeyedRow, Row } from "@daydream/engine/function"
import { tableErrors } from "./errors.ts"
import { requireColumns } from "./infer-signature.ts"
import { hashInput } from "./input-hash.ts"
import { labelKey, labelText } from "./labels.ts"
import { defaultMissingLabels, missingTest } from "./missing.ts"
import type { Table } from "./table.ts"

/** Columns of a file that asks for labels, before the inputs of the row. */
export const labelColumns = { row: "row", hash: "input_hash", label: "label" } as const

/** A row as it stands in a file that asks for labels. */
export function labelRequest(row: KeyedRow, inputs: readonly string[], label: string | null = null): Row {
  const { row: key, hash, label: answer } = labelColumns
  const request: Record<string, Cell> = { [key]: row.key, [hash]: hashInput(row.input, inputs), [answer]: label }
  // An input that is named like one of ours gets a name of its own.
  for (const name of inputs) request[name in request ? `input.${name}` : name] = row.input[name] ?? null
  return request
}

/** The columns of {@link labelRequest}, in order. */
export const labelRequestColumns = (inputs: readonly string[]): string[] =>
  Object.keys(labelRequest({ key: "", input: {} }, inputs))

export interface LabelledSet {
  readonly examples: readonly Example[]
  readonly unlabelled: readonly KeyedRow[]
}

export interface MergeLabelsOptions {
  readonly inputs: readonly string[]
  /** The known classes: a label that differs from one only in case, spaces or full-width forms is written as it. */
  readonly classes?: readonly string[]
  readonly missingLabels?: readonly string[]
  readonly abortSignal?: AbortSignal
}

export interface MergedLabels extends LabelledSet {
  readonly report: {
    /** Rows that had no label. */
    readonly added: number
    /** Keys of rows whose label became another one. */
    readonly changed: readonly string[]
    /** Rows whose label was confirmed. */
    readonly confirmed: number
    /** Rows that came back without a label. */
    readonly blank: number
    /** Labels that no class had before. */
    readonly newClasses: readonly string[]
  }
}

/** Labels by row key; checks that each row is the one that was given out. */
async function readLabels(known: ReadonlyMap<string, KeyedRow>, labels: Table, options: MergeLabelsOptions) {
  requireColumns(Object.values(labelColumns), labels.facts.columns)
  const isMissing = missingTest(options.missingLabels ?? defaultMissingLabels)
  const answers = new Map<string, string>()
  const strangers: string[] = []
  let blank = 0
  const byKey = new Map((options.classes ?? []).map((label) => [labelKey(label), label]))
  for await (const chunk of labels.chunks(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal })) {
    for (const row of chunk.rows) {
      const label = row[labelColumns.label] ?? null
      if (label === null || isMissing(label)) {
        blank++
        continue
      }
      const key = String(row[labelColumns.row] ?? "").trim()
      const found = known.get(key)
      if (found === undefined || hashInput(found.input, options.inputs) !== String(row[labelColumns.hash] ?? "").trim()) {
        strangers.push(key)
      }
      const text = labelText(label).trim()
      answers.set(key, byKey.get(labelKey(text)) ?? text)
    }
  }
  if (strangers.length > 0) {
    const facts = { path: labels.path, rows: strangers.slice(0, 20), count: strangers.length }
    throw tableErrors.labels_do_not_match(facts)
  }
  return { answers, blank }
}

/**
 * Merges the labels of `labels` (columns `row`, `input_hash`, `label`) into `set`: unlabelled rows become examples,
 * labels of examples are replaced. Throws `labels_do_not_match` where a row's hash is not that of the row it names, so
 * that a file sorted or shifted in a spreadsheet does no harm.
 */
export async function mergeLabels(set: LabelledSet, labels: Table, options: MergeLabelsOptions): Promise<MergedLabels> {
  const known = new Map<string, KeyedRow>([...set.unlabelled, ...set.examples].map((row) => [row.key, row]))
  const { answers, blank } = await readLabels(known, labels, options)
  const changed: string[] = []
  let confirmed = 0
  const examples = set.examples.map((example): Example => {
    const label = answers.get(example.key)
    if (label === undefined) return example
    if (label === example.label) confirmed++
    else changed.push(example.key)
    return { ...example, label }
  })
  const added = set.unlabelled
    .filter((row) => answers.has(row.key))
    .map((row): Example => ({ ...row, label: answers.get(row.key) as string }))
  const before = new Set([...(options.classes ?? []), ...set.examples.map((example) => example.label)])
  return {
    examples: [...examples, ...added],
    unlabelled: set.unlabelled.filter((row) => !answers.has(row.key)),
    report: {
      added: added.length, changed, confirmed, blank,
      newClasses: [...new Set(answers.values())].filter((label) => !before.has(label)),
    },
  }
}
