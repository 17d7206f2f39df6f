/** Puts rows to a language model: a few at once, in order, with faults kept to their row. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { KeyedRow, Outcome, RowFault } from "@daydream/engine/function"
import type { Language } from "@daydream/engine/language"
import { generateClass, withBudget, withRetry } from "@daydream/engine/model"
import type { MaybeScoringModel, Prompt } from "@daydream/engine/model"
import { addUsage, priceOf } from "@daydream/engine/money"
import type { Usage } from "@daydream/engine/money"
import { createRandom } from "@daydream/engine/random"
import { answered, failed } from "../outcomes.ts"
import type { OutcomeMaker } from "../outcomes.ts"
import type { Resources } from "../rung.ts"
import { languageModelErrors } from "./errors.ts"

/** Rows that are asked at the same time. */
const concurrency = 4

/** Faults of one call that concern its row, not the whole run. */
const ROW_FAULTS = new Set([
  "model_refused_request", "model_bad_response", "model_server_error", "model_busy", "model_stream_cut", "model_stalled",
  "prompt_too_long",
])

/**
 * Share that is spread over all classes. By token probabilities no class is ever quite impossible; a bare answer says
 * nothing of its own certainty, and calibration from outside needs a distribution without zeros.
 */
const SPREAD = { measured: 1e-4, bare: 0.02 }

/** One question. */
export interface Question {
  readonly prompt: Prompt
  /** Positions of the classes to choose among. */
  readonly candidates: readonly number[]
  readonly language: Language
  /** Work of retrieval. */
  readonly usage: Usage
}

/** What stays the same from row to row. */
export interface AskContext {
  readonly maker: OutcomeMaker
  readonly field: string
  readonly model: () => Promise<MaybeScoringModel>
}

/** The model of `resources`, held to the budget and retrying; opened at the first call; it must be the expected one. */
export function languageModelOf(rung: string, resources: Resources, expectedId?: string): () => Promise<MaybeScoringModel> {
  const { budget, prices, seed } = resources
  return async () => {
    if (resources.languageModel === undefined) throw languageModelErrors.no_language_model({ rung })
    const model = await resources.languageModel()
    if (expectedId !== undefined && model.modelId !== expectedId) {
      throw languageModelErrors.other_language_model({ expected: expectedId, found: model.modelId })
    }
    return withRetry(withBudget(model, { budget, prices }), { random: createRandom(rung, "retry", seed) })
  }
}

/** The row's fault for a failed call; undefined where the error concerns the whole run. */
export function faultOf(error: unknown): RowFault | undefined {
  if (isDaydreamError(error)) {
    if (!ROW_FAULTS.has(error.code)) return undefined
    const texts = { en: error.texts.en.message, zh: error.texts.zh.message }
    return { code: error.code, texts, isRetryable: error.isRetryable }
  }
  // Errors of other AI SDK providers: what may pass, and what the server found wrong with this one request.
  if (!(error instanceof Error) || error.name === "AbortError") return undefined
  const isRetryable = "isRetryable" in error && error.isRetryable === true
  const isRefused = "statusCode" in error && [400, 413, 422].includes(Number(error.statusCode))
  if (!isRetryable && !isRefused) return undefined
  const status = "statusCode" in error ? ` (${String(error.statusCode)})` : ""
  return {
    code: "model_call_failed",
    isRetryable,
    texts: { en: `The call of the language model failed${status}.`, zh: `语言模型调用失败${status}。` },
  }
}

/** Probabilities over all classes from those over the candidates. */
function spread(classes: number, candidates: readonly number[], probabilities: Float64Array | null, chosen: number): Float64Array {
  const rest = probabilities === null ? SPREAD.bare : SPREAD.measured
  const scores = new Float64Array(classes).fill(rest / classes)
  for (const [place, index] of candidates.entries()) {
    const own = probabilities === null ? Number(place === chosen) : (probabilities[place] ?? 0)
    scores[index] = (scores[index] ?? 0) + own * (1 - rest)
  }
  return scores
}

const costed = (outcome: Outcome, usage: Usage, maker: OutcomeMaker): Outcome =>
  ({ ...outcome, usage, cost: priceOf(usage, maker.prices) })

/** Asks one question. Throws what concerns the whole run. */
export async function askRow(context: AskContext, key: string, question: Question, abortSignal?: AbortSignal): Promise<Outcome> {
  const { maker, field } = context
  const { prompt, candidates, language } = question
  const names = candidates.map((index) => maker.classes[index] ?? "")
  try {
    const signal = abortSignal === undefined ? {} : { abortSignal }
    const choice = await generateClass(await context.model(), { prompt, classes: names, field, language, ...signal })
    const usage = addUsage(question.usage, choice.usage)
    if (choice.index !== null) {
      return answered(maker, key, spread(maker.classes.length, candidates, choice.probabilities, choice.index), usage)
    }
    return costed(failed(maker, key, choice.fault as RowFault), usage, maker)
  } catch (error) {
    abortSignal?.throwIfAborted()
    const fault = faultOf(error)
    if (fault === undefined) throw error
    return costed(failed(maker, key, fault), question.usage, maker)
  }
}

/**
 * Runs `work` on all items, a few at once; results in order. Where one throws, the others under way are aborted and
 * waited for, so that nothing is spent after.
 */
export async function mapInOrder<T, R>(
  items: readonly T[], abortSignal: AbortSignal | undefined, work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const stop = new AbortController()
  const signal = abortSignal === undefined ? stop.signal : AbortSignal.any([abortSignal, stop.signal])
  const results = Array.from<R>({ length: items.length })
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      signal.throwIfAborted()
      const index = next++
      results[index] = await work(items[index] as T, index, signal)
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, () =>
    worker().catch((error: unknown) => {
      stop.abort(error)
      throw error
    }))
  const ended = await Promise.allSettled(workers)
  abortSignal?.throwIfAborted()
  // The first failure is the cause: the others were aborted by it.
  if (stop.signal.aborted) throw stop.signal.reason
  if (ended.length === 0) return []
  return results
}

/** The outcome of a row that says nothing: the frequencies of the classes, or a fault where none are known. */
export function emptyRowOutcome(maker: OutcomeMaker, row: KeyedRow, priors: Float64Array | undefined): Outcome {
  if (priors !== undefined) return answered(maker, row.key, Float64Array.from(priors), { operations: 1, tokens: [] })
  return failed(maker, row.key, {
    code: "empty_row",
    isRetryable: false,
    texts: { en: "The row has no value in any input.", zh: "该行的所有输入都为空。" },
  })
}
