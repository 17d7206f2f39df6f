/** From the parts of an AI SDK stream to OpenAI's chat: whole, or chunk by chunk. */
import type { LanguageModelV4FinishReason, LanguageModelV4GenerateResult, LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider"
import { UpstreamFault } from "../fault.ts"

/** What every answer and chunk begins with. */
export interface AnswerHead {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
}

/** One token and its rivals, as OpenAI writes them. */
export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes: readonly number[] | null
  readonly top_logprobs: readonly Omit<TokenLogprob, "top_logprobs">[]
}

/** Where a model of ours puts probabilities: under `daydream`, in the metadata of a text delta. */
export const logprobsOf = (metadata: { readonly [provider: string]: unknown } | undefined): readonly TokenLogprob[] =>
  (metadata?.["daydream"] as { readonly logprobs?: readonly TokenLogprob[] } | undefined)?.logprobs ?? []

const finishReasons = { stop: "stop", length: "length", "content-filter": "content_filter", "tool-calls": "tool_calls", other: "stop" } as const

/** OpenAI's word. Throws a fault where the model itself says that it failed or was cut. */
export function finishOf({ unified }: LanguageModelV4FinishReason, afterFirstToken: boolean): string {
  if (unified === "interrupted") throw new UpstreamFault({ kind: "truncated", message: "The model's answer broke off.", afterFirstToken })
  if (unified !== "error") return finishReasons[unified]
  throw new UpstreamFault({ kind: "status", status: 500, code: "model_error", message: "The model ended with an error.", afterFirstToken })
}

const sum = (usages: readonly LanguageModelV4Usage[], count: (usage: LanguageModelV4Usage) => number | undefined): number | undefined =>
  usages.reduce<number | undefined>((total, usage) => {
    const more = count(usage)
    return total === undefined || more === undefined ? undefined : total + more
  }, 0)

/** Usage of all choices together; null where the model does not report. A prompt that choices share counts once. */
export function usageOf(usages: readonly LanguageModelV4Usage[]) {
  const [first] = usages
  const prompt = first?.inputTokens.total
  const completion = sum(usages, (usage) => usage.outputTokens.total)
  if (prompt === undefined || completion === undefined) return null
  return {
    prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: first?.inputTokens.cacheRead ?? 0 },
    completion_tokens_details: { reasoning_tokens: sum(usages, (usage) => usage.outputTokens.reasoning ?? 0) ?? 0 },
  }
}

type Result = Pick<LanguageModelV4GenerateResult, "content" | "finishReason" | "usage">

function messageOf(content: Result["content"]) {
  let [text, reasoning] = ["", ""]
  const calls: object[] = []
  for (const part of content) {
    if (part.type === "text") text += part.text
    else if (part.type === "reasoning") reasoning += part.text
    else if (part.type === "tool-call") {
      calls.push({ id: part.toolCallId, type: "function", function: { name: part.toolName, arguments: part.input } })
    }
  }
  return {
    role: "assistant", content: text === "" && calls.length > 0 ? null : text, refusal: null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }), ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
}

/** The answer as JSON text. */
export function writeAnswer(head: AnswerHead, results: readonly Result[], withLogprobs: boolean): string {
  const usage = usageOf(results.map((result) => result.usage))
  return JSON.stringify({
    id: head.id, object: "chat.completion", created: head.created, model: head.model,
    choices: results.map(({ content, finishReason }, index) => ({
      index, message: messageOf(content),
      logprobs: withLogprobs
        ? { content: content.flatMap((part) => (part.type === "text" ? logprobsOf(part.providerMetadata) : [])), refusal: null } : null,
      finish_reason: finishOf(finishReason, false),
    })),
    ...(usage === null ? {} : { usage }),
  })
}

/** Collects a stream's parts to a result, as `doGenerate` would give it. */
export function createCollector(): { push(part: LanguageModelV4StreamPart): void; result(): Result | null } {
  const content: Result["content"] = []
  const blocks = new Map<string, { text: string; readonly logprobs: TokenLogprob[] }>()
  const ends: Pick<Result, "finishReason" | "usage">[] = []
  return {
    push: (part) => {
      if (part.type === "text-start" || part.type === "reasoning-start") {
        const logprobs: TokenLogprob[] = []
        const block = { type: part.type === "text-start" ? "text" as const : "reasoning" as const, text: "", logprobs }
        blocks.set(part.id, block)
        content.push(Object.assign(block, { providerMetadata: { daydream: { logprobs: logprobs as never } } }))
      } else if (part.type === "text-delta" || part.type === "reasoning-delta") {
        const block = blocks.get(part.id)
        if (block === undefined) return
        block.text += part.delta
        block.logprobs.push(...logprobsOf(part.providerMetadata))
      } else if (part.type === "tool-call") content.push(part)
      else if (part.type === "finish") ends.push(part)
    },
    result: () => {
      const [end] = ends
      return end === undefined ? null : { content, finishReason: end.finishReason, usage: end.usage }
    },
  }
}

/** Writes the chunks of one choice. */
export interface ChunkWriter {
  /** The text of the events that a part makes; empty where it makes none. */
  push(part: LanguageModelV4StreamPart): string
  readonly usage: LanguageModelV4Usage | null
}

/** Makes a writer for the choice `index`. */
export function createChunkWriter(head: AnswerHead, index: number, withLogprobs: boolean): ChunkWriter {
  const calls = new Map<string, { readonly index: number; isSaid: boolean }>()
  let usage: LanguageModelV4Usage | null = null
  const start = `data: {"id":${JSON.stringify(head.id)},"object":"chat.completion.chunk","created":${head.created},"model":${JSON.stringify(head.model)},`
  const chunk = (delta: object, finish: string | null = null, logprobs: readonly TokenLogprob[] = []) => {
    const probabilities = withLogprobs && logprobs.length > 0 ? { content: logprobs, refusal: null } : null
    return `${start}"choices":[${JSON.stringify({ index, delta, logprobs: probabilities, finish_reason: finish })}]}\n\n`
  }
  const openCall = (id: string, name: string) => {
    const call = { index: calls.size, isSaid: false }
    calls.set(id, call)
    return chunk({ tool_calls: [{ index: call.index, id, type: "function", function: { name, arguments: "" } }] })
  }
  let isOpen = false
  const opening = () => {
    if (isOpen) return ""
    isOpen = true
    return chunk({ role: "assistant", content: "", refusal: null })
  }
  const write = (part: LanguageModelV4StreamPart): string => {
    switch (part.type) {
      case "text-delta":
        return chunk({ content: part.delta }, null, logprobsOf(part.providerMetadata))
      case "reasoning-delta":
        return chunk({ reasoning_content: part.delta })
      case "tool-input-start":
        // Deltas of another encoding than JSON are left out: the whole call follows.
        return part.inputEncoding === "text" ? "" : openCall(part.id, part.toolName)
      case "tool-input-delta": {
        const call = calls.get(part.id)
        if (call === undefined) return ""
        call.isSaid = true
        return chunk({ tool_calls: [{ index: call.index, function: { arguments: part.delta } }] })
      }
      case "tool-call": {
        const known = calls.get(part.toolCallId)
        if (known?.isSaid === true) return ""
        const opened = known === undefined ? openCall(part.toolCallId, part.toolName) : ""
        const call = calls.get(part.toolCallId)
        return opened + chunk({ tool_calls: [{ index: call?.index ?? 0, function: { arguments: part.input } }] })
      }
      case "finish":
        usage = part.usage
        return chunk({}, finishOf(part.finishReason, true))
      default:
        return ""
    }
  }
  return {
    push: (part) => {
      const events = write(part)
      return events === "" ? "" : opening() + events
    },
    get usage() {
      return usage
    },
  }
}

/** The events after all choices have ended. */
export function writeEnd(head: AnswerHead, usages: readonly LanguageModelV4Usage[], includesUsage: boolean): string {
  const usage = includesUsage ? usageOf(usages) : null
  const last = usage === null ? ""
    : `data: ${JSON.stringify({ id: head.id, object: "chat.completion.chunk", created: head.created, model: head.model, choices: [], usage })}\n\n`
  return `${last}data: [DONE]\n\n`
}
