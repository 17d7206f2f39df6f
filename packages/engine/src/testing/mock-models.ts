/** Models for tests, in this process and deterministic. */
import { createHash } from "node:crypto"
import type {
  CallOptions, EmbeddingModel, EmbedOptions, EmbedResult, GenerateResult, LanguageModel, Prompt, ScoreOptions, StreamPart, TokenScorer,
} from "../model/index.ts"

/** All text of a prompt. */
export const promptText = (prompt: Prompt): string => prompt.map(({ content }) => typeof content === "string" ? content
  : content.map((part) => (part.type === "text" ? part.text : "")).join("")).join("\n")

/** The text of the last message: with the rungs of Daydream, the row. */
export const lastText = (prompt: Prompt): string => promptText(prompt.slice(-1))

/** What a mock model answers, and with which probabilities it continues. */
export interface MockLanguageModelOptions {
  readonly modelId?: string
  /** The answer, or an error to throw. Called for each call with its number from 1. */
  readonly answer?: (options: CallOptions, call: number) => string | Error
  /** Probabilities of continuations; with it the model is a TokenScorer. */
  readonly score?: (options: ScoreOptions) => readonly number[]
}

/** A mock model that counts and keeps its calls. */
export interface MockLanguageModel extends LanguageModel, Partial<TokenScorer> {
  readonly calls: readonly (CallOptions | ScoreOptions)[]
}

const usageOf = (prompt: Prompt, answer: string): GenerateResult["usage"] => ({
  inputTokens: { total: Math.ceil(promptText(prompt).length / 4) || 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: Math.ceil(answer.length / 4) || 1, text: undefined, reasoning: undefined },
})

/** A language model in this process. Answers "mock answer" where nothing else is said. */
export function createMockLanguageModel(options: MockLanguageModelOptions = {}): MockLanguageModel {
  const calls: (CallOptions | ScoreOptions)[] = []
  const answerTo = (call: CallOptions): string => {
    call.abortSignal?.throwIfAborted()
    calls.push(call)
    const answer = options.answer?.(call, calls.length) ?? "mock answer"
    if (answer instanceof Error) throw answer
    return answer
  }
  const finishReason = { unified: "stop", raw: "stop" } as const
  const generate = async (call: CallOptions): Promise<GenerateResult> => {
    const text = answerTo(call)
    return { content: [{ type: "text", text }], finishReason, usage: usageOf(call.prompt, text), warnings: [] }
  }
  const stream = async (call: CallOptions) => {
    const text = answerTo(call)
    const deltas = (text.match(/[\s\S]{1,4}/g) ?? []).map((delta): StreamPart => ({ type: "text-delta", id: "0", delta }))
    const parts: StreamPart[] = [
      { type: "stream-start", warnings: [] }, { type: "text-start", id: "0" }, ...deltas, { type: "text-end", id: "0" },
      { type: "finish", finishReason, usage: usageOf(call.prompt, text) },
    ]
    return { stream: ReadableStream.from(parts) }
  }
  const { score } = options
  const scorer: Partial<TokenScorer> = score === undefined ? {} : {
    scoreContinuations: async (call) => {
      call.abortSignal?.throwIfAborted()
      calls.push(call)
      return {
        logProbabilities: score(call).map((probability) => Math.log(probability)),
        inputTokens: Math.ceil(promptText(call.prompt).length / 4) || 1,
      }
    },
  }
  return {
    specificationVersion: "v4", provider: "mock", modelId: options.modelId ?? "mock", supportedUrls: {}, calls,
    doGenerate: generate, doStream: stream, ...scorer,
  }
}

/**
 * A vector of unit length from the words and characters of a text: texts that share words are near. No model, but
 * deterministic and good enough to find neighbours in tests.
 */
export function hashEmbedding(text: string, dimensions = 16): number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  const words = text.toLowerCase().match(/[\p{Script=Han}]|[\p{L}\p{N}]+/gu) ?? [text]
  for (const word of words) {
    const digest = createHash("sha256").update(word).digest()
    for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] ?? 0) + (digest[i % 32] ?? 0) / 127.5 - 1
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

/** What a mock embedder is like. */
export interface MockEmbeddingModelOptions {
  readonly modelId?: string
  readonly dimensions?: number
  readonly maxEmbeddingsPerCall?: number
  readonly embed?: (text: string) => number[]
}

/** A mock embedder that keeps the texts of each call. */
export interface MockEmbeddingModel extends EmbeddingModel {
  readonly calls: readonly (readonly string[])[]
}

/** An embedding model in this process, by {@link hashEmbedding}. */
export function createMockEmbeddingModel(options: MockEmbeddingModelOptions = {}): MockEmbeddingModel {
  const calls: (readonly string[])[] = []
  const doEmbed = async ({ values, abortSignal }: EmbedOptions): Promise<EmbedResult> => {
    abortSignal?.throwIfAborted()
    calls.push(values)
    return {
      embeddings: values.map((value) => options.embed?.(value) ?? hashEmbedding(value, options.dimensions)),
      usage: { tokens: values.reduce((sum, value) => sum + (Math.ceil(value.length / 4) || 1), 0) },
      warnings: [],
    }
  }
  return {
    specificationVersion: "v4", provider: "mock", modelId: options.modelId ?? "mock-embedder",
    maxEmbeddingsPerCall: options.maxEmbeddingsPerCall ?? 64, supportsParallelCalls: true, calls, doEmbed,
  }
}
