/** Which rows without a label may teach. */
import { groupHash, type Split } from "@daydream/engine/evaluation"
import type { Row } from "@daydream/engine/function"
import { isBilled } from "@daydream/engine/money"
import { createRandom, shuffle } from "@daydream/engine/random"
import { isTeachable, type Task } from "../rung/index.ts"
import type { CompileOptions } from "./options.ts"

/** Rows without a label that teach at most; more are sampled. */
const mostRows = 10_000

/**
 * Rows that teach beside `examples` labelled ones, at most: none where nobody embeds them for nothing, since a bill for
 * rows that only may help is for the user to ask for.
 */
export function mostTeachingRows(examples: number, { embedder, prices, unlabelled = [] }: CompileOptions): number {
  const modelId = embedder?.reference.replace(/^local\//u, "")
  if (modelId === undefined || isBilled(modelId, prices)) return 0
  const rows = Math.min(unlabelled.length, mostRows)
  return isTeachable(examples, rows) ? rows : 0
}

/**
 * A sample of the unlabelled rows, each different one once. Copies of rows that judge are left out, so that no rung has
 * seen what it is judged by, and so are copies of rows whose label is known.
 */
export function teachingRows(task: Task, { fit, choose, certify }: Split, options: CompileOptions): readonly Row[] {
  const most = mostTeachingRows(fit.length, options)
  if (most === 0) return []
  const seen = new Set([...fit, ...choose, ...certify].map(({ input }) => groupHash(input, task.signature)))
  const rows: Row[] = []
  for (const { input } of shuffle(options.unlabelled ?? [], createRandom("teaching", options.seed))) {
    const hash = groupHash(input, task.signature)
    if (seen.has(hash)) continue
    seen.add(hash)
    if (rows.push(input) === most) break
  }
  return rows
}
