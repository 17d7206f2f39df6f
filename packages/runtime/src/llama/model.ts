/** A GGUF language model as an AI SDK language model that can also score answers. */
import { randomInt, randomUUID } from "node:crypto"
import { stat } from "node:fs/promises"
import { availableParallelism } from "node:os"
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider"
import type { LanguageModel, MeaningReader, TokenScorer } from "@daydream/engine/model"
import { resolveChatWrapper } from "node-llama-cpp"
import type { LlamaContext, LlamaContextSequence, LlamaEmbeddingContext, LlamaGrammar, Token } from "node-llama-cpp"
import type { InstalledModel, LanguageModelEntry } from "../catalogue/index.ts"
import { openPrefixStore, prefixMarkOf, sharedLength } from "../prefixes/index.ts"
import type { PrefixCacheOptions, PrefixStore } from "../prefixes/index.ts"
import { createPartWriter } from "./answer-parts.ts"
import { inSequenceOrder, rankSequences } from "./batch-order.ts"
import { chatHistory, chatTokens } from "./chat.ts"
import { errors } from "./errors.ts"
import { generate } from "./generation.ts"
import type { GenerationEnd } from "./generation.ts"
import { complaint, sharedLlama } from "./instance.ts"
import { createMeanings } from "./meaning.ts"
import { holdPrefix } from "./prefix.ts"
import type { PrefixRequest, PrefixWork } from "./prefix.ts"
import { requestOf } from "./request.ts"
import type { ModelRequest } from "./request.ts"
import { scoreOn } from "./scoring.ts"
import { createSequencePool } from "./sequence-pool.ts"
import { drawOneAfterAnother } from "./serial-sampling.ts"
import { createTokenLogprobs, topLogprobsOf } from "./token-logprobs.ts"

/** How to open a language model. */
export interface LlamaModelOptions {
  /** Where its file lies, from `locateModel` or `pullModel`. */
  readonly installed: InstalledModel & { readonly entry: LanguageModelEntry }
  /** Tokens that one conversation may hold, prompt and answer; by default 4096. Memory grows with it. */
  readonly contextTokens?: number
  /** Conversations that are held at once; by default 4. Together they give more tokens per second than one. */
  readonly sequences?: number
  /**
   * Threads that compute; by default one less than there are cores. Its threads wait for each other busily: where they
   * share their cores with other work, one thread too many makes an answer ten times slower.
   */
  readonly threads?: number
  /**
   * Where states of prompts' beginnings are kept. A call that marks its beginning with
   * `providerOptions: { daydream: { prefix: 1 } }` (so many messages stay equal from call to call; several counts for
   * several lengths) has it read once, and loaded from then on. With `scope` it can be forgotten by that name.
   */
  readonly prefixCache?: PrefixCacheOptions
}

/** A language model in memory. */
export type LlamaModel = LanguageModel & TokenScorer & MeaningReader & {
  /**
   * Removes the saved beginnings of `scope`, or all, and empties the conversations in memory, as soon as each is free:
   * nothing that was read before is left.
   */
  forgetPrefixes(scope?: string): Promise<void>
  close(): Promise<void>
}

/** Grammars that are kept; making one takes milliseconds, and a function asks for the same one row after row. */
const keptGrammars = 32

/** Tokens of one text whose meaning is asked, with what stands around it. */
const meaningTokens = 1024

interface Opened {
  readonly modelId: string
  readonly context: LlamaContext
  readonly pool: ReturnType<typeof createSequencePool<LlamaContextSequence>>
  readonly sequences: number
  grammarFor(text: string): Promise<LlamaGrammar>
  promptTokens(prompt: LanguageModelV4Prompt, extra: readonly string[]): Token[]
  /** What a call's mark asks for; undefined: nothing, or nothing is kept. */
  prefixOf(call: Pick<LanguageModelV4CallOptions, "prompt" | "providerOptions">, tokens: readonly Token[]): PrefixRequest | undefined
  readonly store: PrefixStore | undefined
}

async function openContext(options: LlamaModelOptions): Promise<LlamaContext> {
  const { installed, contextTokens = 4096, sequences = 4 } = options
  const threads = options.threads ?? Math.max(1, availableParallelism() - 1)
  try {
    const llama = await sharedLlama()
    const model = await llama.loadModel({ modelPath: installed.files["model.gguf"] ?? "" })
    try {
      return await model.createContext({
        contextSize: Math.min(contextTokens, model.trainContextSize),
        sequences,
        threads: { ideal: threads, min: 1 },
        batching: { itemPrioritizationStrategy: inSequenceOrder },
      })
    } catch (error) {
      await model.dispose()
      throw error
    }
  } catch (error) {
    const reason = [(error as Error).message, complaint()].filter((text) => text !== "").join(" ")
    throw errors.language_model_unusable({ modelId: installed.entry.id, reason }, error)
  }
}

async function open(options: LlamaModelOptions): Promise<Opened> {
  const context = await openContext(options)
  const llama = await sharedLlama()
  const { model } = context
  const wrapper = resolveChatWrapper(model)
  const usable = drawOneAfterAnother(context) ? context.totalSequences : 1
  const sequences = Array.from({ length: usable }, () => context.getSequence())
  rankSequences(sequences)
  const modelId = options.installed.entry.id
  const grammars = new Map<string, Promise<LlamaGrammar>>()
  const promptTokens: Opened["promptTokens"] = (prompt, extra) => chatTokens(chatHistory(prompt, extra, modelId), wrapper, model)
  const store = options.prefixCache === undefined ? undefined : openPrefixStore(options.prefixCache)
  const identity = await identityOf(options, context)
  return {
    store,
    prefixOf: (call, tokens) => {
      const mark = store === undefined ? undefined : prefixMarkOf(call)
      if (store === undefined || mark === undefined) return undefined
      const lengths = mark.messages.map((count) => sharedLength(promptTokens(call.prompt.slice(0, count), []), tokens))
      return { store, identity, scope: mark.scope, lengths }
    },
    modelId,
    context,
    pool: createSequencePool(sequences),
    sequences: sequences.length,
    grammarFor: (text) => {
      const known = grammars.get(text) ?? llama.createGrammar({ grammar: text })
      grammars.delete(text)
      grammars.set(text, known)
      if (grammars.size > keptGrammars) grammars.delete(grammars.keys().next().value as string)
      return known
    },
    promptTokens,
  }
}

/** Everything on which the form of a saved state hangs: a state of anything else may not be loaded. */
async function identityOf({ installed }: LlamaModelOptions, context: LlamaContext): Promise<string> {
  const llama = await sharedLlama()
  const [file] = installed.entry.files
  const { size, mtimeMs } = await stat(installed.files["model.gguf"] ?? "")
  return JSON.stringify([
    file?.sha256 ?? "", size, mtimeMs, llama.llamaCppRelease, llama.buildType, llama.gpu,
    context.kvCacheKeyType, context.kvCacheValueType, context.flashAttention,
  ])
}

/** Throws unless the prompt leaves room for at least `reserve` tokens. */
function demandRoom(opened: Opened, tokens: readonly Token[], reserve: number): number {
  const room = opened.context.contextSize - tokens.length
  if (room >= reserve) return room
  throw errors.prompt_too_long({
    modelId: opened.modelId,
    tokens: tokens.length,
    contextTokens: opened.context.contextSize,
  })
}

const usageOf = (promptTokens: number, end: GenerationEnd, prefix: PrefixWork | undefined): LanguageModelV4Usage => ({
  inputTokens: {
    total: promptTokens,
    noCache: promptTokens - end.cachedTokens + (prefix?.read ?? 0),
    cacheRead: end.cachedTokens - (prefix?.read ?? 0),
    cacheWrite: prefix?.saved,
  },
  outputTokens: { total: end.outputTokens, text: end.outputTokens, reasoning: 0 },
})

function finishReasonOf(end: GenerationEnd, calls: number): LanguageModelV4FinishReason {
  if (end.reason === "length") return { unified: "length", raw: end.reason }
  return { unified: calls > 0 ? "tool-calls" : "stop", raw: end.reason }
}

/** An answer that was prepared: reading it starts the work. */
interface Answer {
  readonly request: ModelRequest
  parts(abortSignal: AbortSignal | undefined): AsyncGenerator<LanguageModelV4StreamPart, void, void>
}

/** Works out and checks everything that can fail before the first token. */
async function prepare(opened: Opened, options: LanguageModelV4CallOptions): Promise<Answer> {
  options.abortSignal?.throwIfAborted()
  const request = requestOf(options, () => randomInt(2 ** 31))
  const tokens = opened.promptTokens(options.prompt, request.extraSystem)
  const room = demandRoom(opened, tokens, 1)
  const grammar = request.grammar === undefined ? undefined : await opened.grammarFor(request.grammar)
  const prefix = opened.prefixOf(options, tokens)
  const rivals = topLogprobsOf(options)
  async function* parts(abortSignal: AbortSignal | undefined): AsyncGenerator<LanguageModelV4StreamPart, void, void> {
    const { conversation, release } = await opened.pool.take(tokens, abortSignal)
    const writer = createPartWriter(request.toolUse !== undefined, () => `call_${randomUUID()}`)
    const logprobs = rivals === undefined ? undefined : createTokenLogprobs(opened.context.model, rivals)
    const tell = (written: readonly LanguageModelV4StreamPart[]) => logprobs?.attach(written) ?? written
    try {
      yield { type: "stream-start", warnings: request.warnings }
      yield { type: "response-metadata", modelId: opened.modelId }
      const work = prefix && (await holdPrefix(conversation, tokens, prefix, abortSignal))
      const growing = generate(conversation, {
        tokens,
        maximumTokens: Math.max(1, Math.min(options.maxOutputTokens ?? room, room)),
        stops: options.stopSequences ?? [],
        sampling: request.sampling,
        grammar,
        penalties: { frequency: options.frequencyPenalty ?? 0, presence: options.presencePenalty ?? 0 },
        abortSignal,
        onToken: logprobs === undefined ? undefined : (token, probabilities) => logprobs.add(token, probabilities),
      })
      let step = await growing.next()
      try {
        for (; step.done !== true; step = await growing.next()) yield* tell(writer.push(step.value))
      } finally {
        if (step.done !== true) await growing.return(undefined as never)
      }
      yield* tell(writer.finish())
      const end = step.value
      yield { type: "finish", usage: usageOf(tokens.length, end, work), finishReason: finishReasonOf(end, writer.calls) }
    } finally {
      release()
    }
  }
  return { request, parts }
}

/** The whole answer out of its parts. */
async function collect(answer: Answer, abortSignal: AbortSignal | undefined): Promise<LanguageModelV4GenerateResult> {
  const content: LanguageModelV4Content[] = []
  const texts = new Map<string, { type: "text"; text: string }>()
  let end: Pick<LanguageModelV4GenerateResult, "usage" | "finishReason"> | undefined
  for await (const part of answer.parts(abortSignal)) {
    if (part.type === "text-start") {
      const text = { type: "text" as const, text: "" }
      texts.set(part.id, text)
      content.push(text)
    } else if (part.type === "text-delta") {
      const text = texts.get(part.id)
      if (text !== undefined) text.text += part.delta
    } else if (part.type === "tool-call") content.push(part)
    else if (part.type === "finish") end = part
  }
  const { usage, finishReason } = end as Pick<LanguageModelV4GenerateResult, "usage" | "finishReason">
  return { content, usage, finishReason, warnings: answer.request.warnings }
}

/** A stream that is made as it is read; cancelling it ends the work. */
function streamOf(answer: Answer, abortSignal: AbortSignal | undefined): ReadableStream<LanguageModelV4StreamPart> {
  const cancelled = new AbortController()
  const signal = abortSignal === undefined ? cancelled.signal : AbortSignal.any([abortSignal, cancelled.signal])
  const parts = answer.parts(signal)
  return new ReadableStream<LanguageModelV4StreamPart>(
    {
      start: (controller) => {
        // An abort counts at once, also while nobody reads: the conversation is given back.
        const onAbort = () => {
          if (!cancelled.signal.aborted) controller.error(signal.reason)
          void parts.return(undefined)
        }
        signal.addEventListener("abort", onAbort, { once: true })
      },
      pull: async (controller) => {
        const { done, value } = await parts.next()
        if (signal.aborted) return
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => cancelled.abort(reason),
    },
    { highWaterMark: 0 },
  )
}

/**
 * Opens a language model. Answers are greedy unless a temperature is given. Up to `sequences` calls run at once, the others
 * wait in line; a call reuses what a conversation has read of its prompt's beginning. Evaluation runs on llama.cpp's own
 * threads. Throws `language_model_unusable`.
 */
export async function createLlamaModel(options: LlamaModelOptions): Promise<LlamaModel> {
  const opened = await open(options)
  const { modelId, pool, context } = opened
  let closing: Promise<void> | undefined
  let meaning: Promise<LlamaEmbeddingContext> | undefined
  const openMeaning = () => {
    demandOpen()
    const threads = options.threads ?? Math.max(1, availableParallelism() - 1)
    meaning ??= context.model.createEmbeddingContext({ contextSize: meaningTokens, threads })
    // A failed opening is not kept: the next call tries again.
    meaning.catch(() => (meaning = undefined))
    return meaning
  }
  const demandOpen = () => {
    if (closing !== undefined) throw errors.language_model_closed({ modelId })
  }
  const answer = (call: LanguageModelV4CallOptions) => {
    demandOpen()
    return prepare(opened, call)
  }
  return {
    specificationVersion: "v4",
    provider: "daydream.llama",
    modelId,
    supportedUrls: {},
    doGenerate: async (call) => collect(await answer(call), call.abortSignal),
    doStream: async (call) => ({ stream: streamOf(await answer(call), call.abortSignal) }),
    scoreContinuations: async ({ prompt, continuations, abortSignal, providerOptions }) => {
      demandOpen()
      const tokens = opened.promptTokens(prompt, [])
      const prefix = opened.prefixOf({ prompt, ...(providerOptions === undefined ? {} : { providerOptions }) }, tokens)
      const longest = Math.max(0, ...continuations.map((text) => text.length))
      demandRoom(opened, tokens, longest + 2)
      return pool.use(tokens, abortSignal, async (sequence) => {
        if (prefix !== undefined) await holdPrefix(sequence, tokens, prefix, abortSignal)
        return scoreOn(sequence, tokens, continuations, abortSignal)
      })
    },
    forgetPrefixes: async (scope) => {
      demandOpen()
      const emptied = Array.from({ length: opened.sequences }, () => pool.take([], undefined))
      // Each is kept until all are there: else one would be taken twice, and another not at all.
      const taken = await Promise.all(emptied)
      try {
        await opened.store?.drop(scope)
        for (const { conversation } of taken) await conversation.clearHistory()
      } finally {
        for (const { release } of taken) release()
      }
    },
    meanings: createMeanings(modelId, openMeaning),
    close: () => {
      closing ??= (async () => {
        await pool.drain(errors.language_model_closed({ modelId }))
        await meaning?.then((opened) => opened.dispose(), () => undefined)
        await context.dispose()
        await context.model.dispose()
      })()
      return closing
    },
  }
}
