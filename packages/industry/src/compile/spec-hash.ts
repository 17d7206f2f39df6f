/** Identity of a compilation: equal where data and options are equal, so that a repeated compilation is the same attempt. */
import { createHash } from "node:crypto"
import type { Example } from "@daydream/engine/function"
import type { Task } from "../rung/index.ts"
import type { CompileOptions } from "./options.ts"
import { madeBy } from "./version.ts"

/** SHA-256, hexadecimal. */
export function specHash(task: Task, examples: readonly Example[], options: CompileOptions): string {
  const digest = createHash("sha256")
  const add = (value: unknown) => digest.update(JSON.stringify(value) ?? "null").update("\n")
  add([madeBy, task])
  const { target, metric, delta, all, rungs, abstain, other, timeColumn, fractions, modelRows, seed } = options
  add([target, metric, delta, all, rungs, abstain, other, timeColumn, fractions, modelRows, seed])
  add([options.embedder?.reference, options.languageModel?.reference])
  for (const { key, label, input } of examples) {
    const cells = task.signature.inputs.map((field) => input[field.name] ?? null)
    add([key, label, options.fitOnly?.has(key) === true, options.corrections?.get(key), options.times?.get(key), cells])
  }
  return digest.digest("hex")
}
