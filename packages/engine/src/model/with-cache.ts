/** What a model answered once is not asked again. */
import type { KeyedCache } from "../artifact/index.ts"
import { decodeValue, encodeValue, keyOf } from "./canonical.ts"
import { Flights } from "./flights.ts"
import type { CallOptions, GenerateResult, MaybeScoringModel, ScoreOptions, StreamPart, TokenScores } from "./model.ts"
import { wrapLanguageModel } from "./wrap.ts"

/** Finish reasons of whole answers: all else (cut, filtered, failed) is not kept. */
const isWhole = (reason: string) => reason === "stop" || reason === "tool-calls"

/** The key of a call: model, provider, kind, and every option but the abort signal. */
const callKey = (
  model: MaybeScoringModel, kind: "generate" | "stream" | "score", options: CallOptions | ScoreOptions,
): string => keyOf(kind, model.provider, model.modelId, { ...options, abortSignal: undefined })

/** The part of an answer that is kept: no raw request or response. */
const keptResult = (result: GenerateResult) => {
  const { id, modelId } = result.response ?? {}
  return { ...result, request: undefined, response: result.response === undefined ? undefined : { id, modelId } }
}

const isResult = (value: unknown): value is GenerateResult =>
  typeof value === "object" && value !== null && "content" in value && Array.isArray(value.content) && "usage" in value

// JSON has no infinity: an impossible continuation is kept as one of probability exp(-10⁹) = 0.
const isScores = (value: unknown): value is TokenScores =>
  typeof value === "object" && value !== null && "logProbabilities" in value && Array.isArray(value.logProbabilities)

const isParts = (value: unknown): value is StreamPart[] => Array.isArray(value)

/** Marks an answer that cost nothing now; its usage is that of the first time. */
const fromCache = (result: GenerateResult): GenerateResult => {
  const daydream = { ...result.providerMetadata?.daydream, cached: true }
  return { ...result, providerMetadata: { ...result.providerMetadata, daydream } }
}

/** True for an answer that came out of a cache. */
export const isCached = (result: GenerateResult): boolean => result.providerMetadata?.daydream?.cached === true

/** Passes a stream on and gives its parts to `keep` if it ended well. */
function watchStream(stream: ReadableStream<StreamPart>, keep: (parts: readonly StreamPart[]) => Promise<void>) {
  const parts: StreamPart[] = []
  let isWell = false
  return stream.pipeThrough(new TransformStream<StreamPart, StreamPart>({
    transform(part, controller) {
      if (part.type === "finish") isWell = isWhole(part.finishReason.unified)
      if (part.type === "error") isWell = false
      // When it was answered is no part of the answer.
      const { timestamp, ...kept } = { timestamp: undefined, ...part }
      if (part.type !== "raw") parts.push(timestamp === undefined ? part : kept)
      controller.enqueue(part)
    },
    flush: () => (isWell ? keep(parts) : undefined),
  }))
}

/**
 * Keeps whole answers in `cache`, by SHA-256 of provider, model id and all options. A failed call, a truncated or
 * filtered answer and a broken stream are never kept. Equal calls at the same time share one flight. Around a budget:
 * `withCache(withRetry(withBudget(model)))`, so that an answer from the cache reserves nothing.
 */
export function withCache<M extends MaybeScoringModel>(model: M, cache: KeyedCache): M {
  const generating = new Flights<GenerateResult>()
  const scoring = new Flights<TokenScores>()

  const find = async <T>(key: string, is: (value: unknown) => value is T): Promise<T | null> => {
    const bytes = await cache.get(key)
    const value = bytes === null ? null : decodeValue(bytes)
    return is(value) ? value : null
  }
  const generate = async (options: CallOptions): Promise<GenerateResult> => {
    const key = callKey(model, "generate", options)
    return generating.join(key, options.abortSignal, async (abortSignal) => {
      const known = await find(key, isResult)
      if (known !== null) return fromCache(known)
      const result = await model.doGenerate({ ...options, abortSignal })
      if (isWhole(result.finishReason.unified)) await cache.set(key, encodeValue(keptResult(result)))
      return result
    })
  }
  const stream = async (options: CallOptions) => {
    const key = callKey(model, "stream", options)
    const known = await find(key, isParts)
    if (known !== null) return { stream: ReadableStream.from(known) }
    const result = await model.doStream(options)
    return { ...result, stream: watchStream(result.stream, (parts) => cache.set(key, encodeValue(parts))) }
  }
  const score = async (options: ScoreOptions, inner: (options: ScoreOptions) => Promise<TokenScores>) => {
    const key = callKey(model, "score", options)
    return scoring.join(key, options.abortSignal, async (abortSignal) => {
      const known = await find(key, isScores)
      if (known !== null) return known
      const scores = await inner({ ...options, abortSignal })
      const finite = { ...scores, logProbabilities: scores.logProbabilities.map((value) => Math.max(value, -1e9)) }
      await cache.set(key, encodeValue(finite))
      return finite
    })
  }
  return wrapLanguageModel(model, { generate, stream, score })
}
