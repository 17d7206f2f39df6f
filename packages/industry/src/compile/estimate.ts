/** What a compilation may cost at most, reckoned before anything is spent. */
import type { Example, Row } from "@daydream/engine/function"
import { hasPrice, priceOf, tokenUsage, type Nano } from "@daydream/engine/money"
import { allRungs } from "../plan/index.ts"
import type { Rung, Task } from "../rung/index.ts"
import type { CompileOptions, SkipReason } from "./options.ts"
import { mostTeachingRows } from "./unlabelled.ts"

/** The most that one rung may take. */
export interface RungEstimate {
  readonly rung: string
  /** Model calls. */
  readonly calls: number
  /** Tokens read and written. */
  readonly tokens: number
  readonly cost: Nano
  /** False where the price of the model is not known. */
  readonly isPriced: boolean
  readonly skipped?: SkipReason
}

export interface CompileEstimate {
  readonly rungs: readonly RungEstimate[]
  readonly cost: Nano
}

// Examples shown to a language model with each row, and what a prompt holds beside them.
const shownExamples = 10
const promptTokens = 300
const answerTokens = 64
// A language model is measured on `modelRows` choose rows and tested on as many certify rows, alone and in a cascade.
const looks = 3

/** Estimates each rung from the length of the rows: a token for three bytes, all looks taken. */
export function estimateCompile(task: Task, examples: readonly Example[], options: CompileOptions): CompileEstimate {
  const rungs = allRungs.map((rung) => estimateRung(rung, task, examples, options))
  return { rungs, cost: rungs.reduce((sum, rung) => sum + rung.cost, 0n) }
}

function estimateRung(rung: Rung, task: Task, examples: readonly Example[], options: CompileOptions): RungEstimate {
  const skipped = skipReason(rung, options)
  const nothing = { rung: rung.name, calls: 0, tokens: 0, cost: 0n, isPriced: true }
  if (skipped !== undefined) return { ...nothing, skipped }
  const rowTokens = Math.ceil(meanBytes(task, examples) / 3)
  if (rung.needs.includes("language-model")) {
    const calls = Math.min(options.modelRows, Math.max(1, examples.length)) * looks
    const shown = rung.minimumExamples > 0 ? shownExamples + 1 : 1
    return priced(rung, calls, calls * (promptTokens + rowTokens * shown), calls * answerTokens, options.languageModel?.reference, options)
  }
  if (rung.needs.includes("embedder")) {
    const fitRows = Math.round(examples.length * options.fractions.fit)
    const rows = examples.length + (rung.usesUnlabelled === true ? mostTeachingRows(fitRows, options) : 0)
    return priced(rung, rows, rows * rowTokens, 0, options.embedder?.reference, options)
  }
  return nothing
}

function priced(rung: Rung, calls: number, input: number, output: number, reference: string | undefined, options: CompileOptions): RungEstimate {
  const modelId = (reference ?? "").replace(/^local\//u, "")
  const isPriced = hasPrice(modelId, options.prices)
  const cost = isPriced ? priceOf(tokenUsage(modelId, input, output), options.prices) : 0n
  return { rung: rung.name, calls, tokens: input + output, cost, isPriced }
}

function skipReason(rung: Rung, options: CompileOptions): SkipReason | undefined {
  if (options.rungs !== undefined && !options.rungs.includes(rung.name)) return { kind: "not-asked" }
  if (rung.needs.includes("embedder") && options.embedder === undefined) return { kind: "no-embedder" }
  if (rung.needs.includes("language-model") && options.languageModel === undefined) return { kind: "no-language-model" }
  return undefined
}

function meanBytes(task: Task, examples: readonly Example[]): number {
  const bytes = ({ input }: { readonly input: Row }) =>
    task.signature.inputs.reduce((sum, { name }) => sum + Buffer.byteLength(String(input[name] ?? "")), 0)
  return examples.length === 0 ? 1000 : examples.reduce((sum, example) => sum + bytes(example), 0) / examples.length
}
