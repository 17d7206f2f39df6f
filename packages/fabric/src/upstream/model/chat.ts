/** A chat with a model in this process, told as OpenAI's API tells it. */
import { randomUUID } from "node:crypto"
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider"
import { createChunkQueue } from "../chunk-queue.ts"
import { UpstreamFault } from "../fault.ts"
import type { UpstreamRequest, UpstreamResponse } from "../upstream.ts"
import { refuse } from "./body-fault.ts"
import type { Deadlines } from "./deadlines.ts"
import { readBody } from "./read-body.ts"
import type { ReadBody } from "./read-body.ts"
import type { ReadsUrl } from "./read-messages.ts"
import { createChunkWriter, createCollector, writeAnswer, writeEnd } from "./write-answer.ts"
import type { AnswerHead } from "./write-answer.ts"

/** What the models of an upstream can. */
export interface ChatTraits {
  readonly acceptsPrefill: boolean
  /** Takes `providerOptions.daydream.topLogprobs` and tells probabilities in the metadata of its deltas. */
  readonly reportsLogprobs: boolean
  /** Whole answers are made by streaming, too: then silence is noticed at the first token. */
  readonly alwaysStreams: boolean
}

/** A chat's surroundings. */
export interface ChatContext {
  readonly request: UpstreamRequest
  readonly traits: ChatTraits
  readonly deadlines: Deadlines
  readonly now: () => number
  /** Turns errors of the model into faults. */
  readonly fault: (error: unknown) => unknown
}

const jsonBody = (text: string): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    let isGiven = false
    const done = { done: true, value: undefined } as const
    return {
      next: async () => {
        if (isGiven) return done
        isGiven = true
        return { done: false, value: Buffer.from(text) }
      },
      return: async () => done,
    }
  },
})

/** An answer with a JSON body. */
export const jsonResponse = (text: string): UpstreamResponse =>
  ({ status: 200, headers: { "content-type": "application/json" }, body: jsonBody(text) })

async function urlReader(model: LanguageModelV4): Promise<ReadsUrl> {
  const supported = await model.supportedUrls
  return (mediaType, url) => Object.entries(supported).some(([type, patterns]) =>
    (type === "*" || type === "*/*" || type === mediaType || (type.endsWith("/*") && mediaType.startsWith(type.slice(0, -1)))
      || (mediaType.endsWith("/*") && type.startsWith(mediaType.slice(0, -1)))) && patterns.some((pattern) => pattern.test(url)))
}

function demandAble({ options, topLogprobs }: ReadBody, traits: ChatTraits): void {
  if (topLogprobs !== null && !traits.reportsLogprobs) throw refuse("unsupported_value", "`logprobs` is not supported by this model.")
  if (options.prompt.at(-1)?.role === "assistant" && !traits.acceptsPrefill) {
    throw new UpstreamFault({ kind: "refused-prefill", status: 400, message: "The model does not go on from a half-said answer.", afterFirstToken: false })
  }
}

/** One call for each choice; with a seed each has its own. */
const callsOf = ({ options, choices, topLogprobs }: ReadBody, abortSignal: AbortSignal): LanguageModelV4CallOptions[] =>
  Array.from({ length: choices }, (_, index) => ({
    ...options, abortSignal,
    ...(options.seed === undefined ? {} : { seed: options.seed + index }),
    ...(topLogprobs === null ? {} : { providerOptions: { daydream: { topLogprobs } } }),
  }))

/** Reads a stream to its end. Throws what it tells as an error, and where it ends without a finish. */
async function readParts(
  stream: ReadableStream<LanguageModelV4StreamPart>, { deadlines }: ChatContext, take: (part: LanguageModelV4StreamPart) => unknown,
): Promise<void> {
  const reader = stream.getReader()
  let isFinished = false
  try {
    for (;;) {
      const { done, value: part } = await deadlines.race(reader.read())
      if (done) break
      if (part.type === "error") throw part.error
      if (part.type === "finish") isFinished = true
      await take(part)
    }
  } finally {
    // Left early, the model stops.
    if (!isFinished) reader.cancel().catch(() => undefined)
  }
  if (!isFinished) throw new UpstreamFault({ kind: "truncated", message: "The model's answer broke off.", afterFirstToken: deadlines.hasBegun })
}

const isContent = ({ type }: LanguageModelV4StreamPart) =>
  type === "text-delta" || type === "reasoning-delta" || type === "tool-input-start" || type === "tool-input-delta" || type === "tool-call"

async function wholeAnswer(model: LanguageModelV4, body: ReadBody, head: AnswerHead, context: ChatContext): Promise<UpstreamResponse> {
  const { deadlines, traits } = context
  const calls = callsOf(body, deadlines.signal)
  const results = await deadlines.race(Promise.all(calls.map(async (call) => {
    if (!traits.alwaysStreams) return model.doGenerate(call)
    const { stream } = await model.doStream(call)
    const collector = createCollector()
    await readParts(stream, context, (part) => {
      if (isContent(part)) deadlines.touch()
      collector.push(part)
    })
    return collector.result() as NonNullable<ReturnType<typeof collector.result>>
  })))
  deadlines.close()
  return jsonResponse(writeAnswer(head, results, body.topLogprobs !== null))
}

async function streamedAnswer(model: LanguageModelV4, body: ReadBody, head: AnswerHead, context: ChatContext): Promise<UpstreamResponse> {
  const { deadlines } = context
  const answered = Promise.withResolvers<UpstreamResponse>()
  let room: PromiseWithResolvers<void> | null = null
  const queue = createChunkQueue({
    pause: () => (room = Promise.withResolvers()),
    resume: () => {
      room?.resolve()
      room = null
    },
    cancel: () => deadlines.cancel(),
  })
  const response = { status: 200, headers: { "content-type": "text/event-stream" }, body: queue.body }
  const writers = Array.from({ length: body.choices }, (_, index) => createChunkWriter(head, index, body.topLogprobs !== null))
  const pump = async (call: LanguageModelV4CallOptions, index: number) => {
    const writer = writers[index] as (typeof writers)[number]
    const { stream } = await deadlines.race(model.doStream(call))
    await readParts(stream, context, (part) => {
      const events = writer.push(part)
      if (events === "") return undefined
      deadlines.touch()
      queue.push(Buffer.from(events))
      answered.resolve(response)
      if (room === null) return undefined
      deadlines.hold()
      return deadlines.race(room.promise).then(() => deadlines.touch())
    })
  }
  const work = async () => {
    try {
      await Promise.all(callsOf(body, deadlines.signal).map(pump))
      queue.push(Buffer.from(writeEnd(head, writers.flatMap(({ usage }) => usage ?? []), body.includesUsage)))
      queue.end()
    } catch (error) {
      const fault = context.fault(error)
      // Where one choice fails, the others have no more use.
      deadlines.cancel()
      queue.fail(fault)
      answered.reject(fault)
    } finally {
      deadlines.close()
    }
  }
  void work()
  return answered.promise
}

/** Answers a chat. Throws faults. */
export async function chat(open: (id: string) => Promise<LanguageModelV4>, context: ChatContext): Promise<UpstreamResponse> {
  const { request, deadlines, traits } = context
  const model = await deadlines.race(open(request.model))
  const body = readBody(request.body, await urlReader(model))
  demandAble(body, traits)
  deadlines.opened()
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(context.now() / 1000), model: request.model }
  return request.isStream ? streamedAnswer(model, body, head, context) : wholeAnswer(model, body, head, context)
}
