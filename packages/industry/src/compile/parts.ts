/** Splits the examples, keeping apart what may teach and what may judge. */
import { groupHash, splitExamples, type Split } from "@daydream/engine/evaluation"
import type { Example } from "@daydream/engine/function"
import type { Task } from "../rung/index.ts"
import type { CompileOptions } from "./options.ts"

/**
 * The three parts. Labels that the advisor asked for are no random draw: they join `fit`, unless a copy of the row
 * judges. Corrections change labels in `fit` only.
 */
export function splitParts(task: Task, examples: readonly Example[], options: CompileOptions): Split {
  const { fitOnly, corrections, timeColumn, times, fractions, seed } = options
  const drawn = examples.filter((example) => fitOnly?.has(example.key) !== true)
  const split = splitExamples({
    examples: drawn,
    signature: task.signature,
    fractions,
    seed,
    ...(timeColumn === undefined ? {} : { byTimeColumn: timeColumn }),
    ...(times === undefined ? {} : { times }),
  })
  const hash = (example: Example) => groupHash(example.input, task.signature)
  const judging = new Set([...split.choose, ...split.certify].map(hash))
  const advised = examples.filter((example) => fitOnly?.has(example.key) === true && !judging.has(hash(example)))
  const fit = [...split.fit, ...advised].map((example) => ({ ...example, label: corrections?.get(example.key) ?? example.label }))
  return { ...split, fit, facts: { ...split.facts, rows: split.facts.rows + advised.length, fitRows: fit.length } }
}
