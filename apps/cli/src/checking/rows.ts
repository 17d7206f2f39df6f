/** Newly labelled rows beside what the plan says of them. */
import { groupHash } from "@daydream/engine/evaluation"
import type { Example } from "@daydream/engine/function"
import type { CheckRow } from "@daydream/industry/certificate"
import type { LoadedPlan } from "@daydream/industry/plan"
import { labelKey, openTable, readExamples } from "@daydream/industry/table"

export interface LabelledRows {
  readonly examples: readonly Example[]
  readonly unlabelled: number
  /** Labels that the plan cannot give: such rows count against it. */
  readonly unknownLabels: readonly string[]
  /** True where the file looks like what `daydream run` wrote, so that its labels may be the plan's own. */
  readonly looksLikeRun: boolean
}

/** Reads the rows of a table that have a label in `column` (default: the plan's output). */
export async function readLabelled(plan: LoadedPlan, path: string, column: string | undefined, abortSignal: AbortSignal): Promise<LabelledRows> {
  const { inputs, output } = plan.task.signature
  const table = await openTable(path)
  const { examples, unlabelled } = await readExamples(table, {
    inputs: inputs.map((one) => one.name),
    output: column ?? output.name,
    types: Object.fromEntries(inputs.map((one) => [one.name, one.type])),
    classes: output.classes,
    abortSignal,
  })
  // Labels typed by people differ in case and spaces from those that the plan learned.
  const written = new Map(output.classes.map((label) => [labelKey(label), label]))
  const { columns } = table.facts
  return {
    examples: examples.map((one) => ({ ...one, label: written.get(labelKey(one.label)) ?? one.label })),
    unlabelled: unlabelled.length,
    unknownLabels: [...new Set(examples.map((one) => one.label).filter((label) => !written.has(labelKey(label))))],
    looksLikeRun: ["confidence", "rung", "status"].every((one) => columns.includes(one)),
  }
}

const batchRows = 256

/**
 * The plan's outcome of each row, in the order of the rows' hashes: an order by chance that the same file gives again,
 * whatever order its rows stand in. The check needs one, since a file may be sorted by label or by how sure the plan was.
 */
export async function judgeRows(
  plan: LoadedPlan,
  examples: readonly Example[],
  options: { readonly abortSignal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<CheckRow[]> {
  const hashed = examples
    .map((example) => ({ example, hash: groupHash(example.input, plan.task.signature) }))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : Number(a.hash > b.hash)))
  async function* batches() {
    for (let start = 0; start < hashed.length; start += batchRows)
      yield hashed.slice(start, start + batchRows).map(({ example }) => ({ key: example.key, input: example.input }))
  }
  const rows: CheckRow[] = []
  for await (const outcomes of plan.runBatches(batches(), { abortSignal: options.abortSignal })) {
    for (const outcome of outcomes) {
      const { example, hash } = hashed[rows.length] as (typeof hashed)[number]
      rows.push({ hash, label: example.label, outcome })
    }
    options.onProgress(rows.length)
  }
  return rows
}
