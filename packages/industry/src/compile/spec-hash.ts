/** Identity of a compilation: equal where data and options are equal, so that a repeated compilation is the same attempt. */
import { createHash } from "node:crypto"
import type { Example, Row } from "@daydream/engine/function"
import type { Task } from "../rung/index.ts"
import type { CompileOptions } from "./options.ts"
import { madeBy } from "./version.ts"

/** SHA-256, hexadecimal. `unlabelled` are the rows without a label that teach. */
export function specHash(task: Task, examples: readonly Example[], options: CompileOptions, unlabelled: readonly Row[] = []): string {
  const digest = createHash("sha256")
  const add = (value: unknown) => digest.update(JSON.stringify(value) ?? "null").update("\n")
  add([madeBy, task])
  const { target, metric, delta, all, rungs, abstain, other, timeColumn, fractions, modelRows, seed } = options
  add([target, metric, delta, all, rungs, abstain, other, timeColumn, fractions, modelRows, seed])
  add([options.embedder?.reference, options.languageModel?.reference])
  const cellsOf = (input: Row) => task.signature.inputs.map((field) => input[field.name] ?? null)
  for (const { key, label, input } of examples)
    add([key, label, options.fitOnly?.has(key) === true, options.corrections?.get(key), options.times?.get(key), cellsOf(input)])
  for (const input of unlabelled) add(["unlabelled", cellsOf(input)])
  return digest.digest("hex")
}
