/** What a person could do to make the function better: rows to label, labels to look at again. */
import type { Example, KeyedRow, Outcome } from "@daydream/engine/function"
import { groupExamples, groupHash } from "@daydream/engine/evaluation"
import { createRandom, shuffle } from "@daydream/engine/random"
import { randomSample, rowsWorthLabelling, suspiciousLabels, type SuspiciousLabel } from "../certificate/index.ts"
import type { Resources, Task } from "../rung/index.ts"
import type { FittedRung } from "./climb.ts"
import { labelRows } from "./label-rows.ts"
import type { CompileOptions } from "./options.ts"

/** Advice to people. Labels of `worthLabelling` are for fitting only; those of `randomSample` may also judge. */
export interface Suggestions {
  readonly worthLabelling: readonly KeyedRow[]
  readonly randomSample: readonly KeyedRow[]
  readonly suspicious: readonly SuspiciousLabel[]
}

const folds = 5
const mostRows = 100
const mostDrawn = 1000
// So many unlabelled rows are looked at; more would only take longer.
const mostLookedAt = 5000

export interface SuggestInput {
  readonly task: Task
  readonly fit: readonly Example[]
  /** The best rung that needs no language model. */
  readonly best: FittedRung
  readonly resources: Resources
  readonly options: CompileOptions
  /** Labels that are missing for the target, where known. */
  readonly labelsMissing: number | null
}

/** Looks for rows worth labelling among the unlabelled, and for wrong labels among the fit rows. */
export async function suggest(input: SuggestInput): Promise<Suggestions> {
  const { task, fit, best, options } = input
  const unlabelled = options.unlabelled ?? []
  const exclude = new Set(fit.map((example) => groupHash(example.input, task.signature)))
  const pool = { rows: shuffle(unlabelled, createRandom("advice", options.seed)).slice(0, mostLookedAt), signature: task.signature, exclude }
  const outcomes = await labelRows(best.variant, pool.rows, runOptions(options))
  const wanted = Math.max(mostRows, Math.min(input.labelsMissing ?? 0, mostDrawn))
  // Half of the rows at most: those that would teach are wanted as well, and no row is asked for twice.
  const count = Math.min(wanted, Math.ceil(unlabelled.length / 2))
  const sample = randomSample({ ...pool, rows: unlabelled, count, seed: options.seed })
  const sampled = new Set(sample.map((row) => groupHash(row.input, task.signature)))
  return {
    randomSample: sample,
    worthLabelling: rowsWorthLabelling({ ...pool, exclude: exclude.union(sampled), outcomes, count: mostRows }).map(({ row }) => row),
    suspicious: await findSuspicious(input),
  }
}

const runOptions = (options: CompileOptions) =>
  options.abortSignal === undefined ? { batchRows: 256 } : { batchRows: 256, abortSignal: options.abortSignal }

/** Out-of-fold disagreement: each row is judged by a rung fitted without it and its copies. Only fit rows are looked at. */
async function findSuspicious({ task, fit, best, resources, options }: SuggestInput): Promise<SuspiciousLabel[]> {
  const groups = shuffle(groupExamples(fit, task.signature), createRandom("folds", options.seed))
  if (groups.length < folds * 2) return []
  const outcomes = new Map<string, Outcome>()
  for (let fold = 0; fold < folds; fold++) {
    options.onEvent?.({ type: "suggest-progress", done: fold, total: folds })
    const held = groups.filter((_, i) => i % folds === fold).flat()
    const rest = groups.filter((_, i) => i % folds !== fold).flat()
    const variant = await best.rung.fit(task, rest, resources)
    for (const outcome of await labelRows(variant, held, runOptions(options))) outcomes.set(outcome.key, outcome)
  }
  return suspiciousLabels({
    examples: fit,
    probabilities: fit.map(({ key }) => outcomes.get(key)?.scores ?? []),
    classes: task.signature.output.classes,
    count: mostRows,
  })
}
