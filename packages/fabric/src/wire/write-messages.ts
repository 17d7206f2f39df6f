/** Writes Anthropic's Messages. */
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"
import { isObject, placeOf } from "./check.ts"
import { errorBody } from "./error-body.ts"
import { malformed, type FinishReason, type Part } from "./part.ts"
import { parseObject } from "./read-chat.ts"
import { messagesUsage } from "./usage.ts"
import type { WholeAnswer } from "./whole.ts"
import { namedEvent, type StreamWriter, type WriterOptions } from "./writer.ts"

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: "end_turn", length: "max_tokens", tool_calls: "tool_use", content_filter: "refusal",
}

/** The block that is being written. `tool`: which tool call, where it is one. */
interface OpenBlock {
  readonly index: number
  readonly kind: "text" | "thinking" | "tool_use"
  readonly tool: number | null
}

export class MessagesWriter implements StreamWriter {
  private readonly options: WriterOptions
  private isStarted = false
  private model: string
  private block: OpenBlock | null = null
  private next = 0
  /** The ending, held back until the usage is known. */
  private ending: JsonObject | null = null
  /** The ending and its usage went through unchanged. */
  private isEnded = false

  constructor(options: WriterOptions) {
    this.options = options
    this.model = options.model
  }

  adopt(event: JsonObject): void {
    switch (event["type"]) {
      case "message_start":
        this.isStarted = true
        return
      case "content_block_start": {
        const index = placeOf(event["index"], this.next)
        const type = isObject(event["content_block"]) ? event["content_block"]["type"] : null
        this.block = { index, kind: type === "text" || type === "thinking" ? type : "tool_use", tool: null }
        this.next = index + 1
        return
      }
      case "content_block_stop":
        this.block = null
        return
      case "message_delta":
        this.isEnded = true
        return
      default:
    }
  }

  write(part: Part): string {
    switch (part.type) {
      case "open":
        if (part.model !== null) this.model = part.model
        return this.start()
      case "text-delta":
      case "refusal-delta":
        if (part.text === "") return ""
        return this.openBlock("text", null, { type: "text", text: "" }) + this.delta({ type: "text_delta",
          text: part.text })
      case "reasoning-delta":
        return this.openBlock("thinking", null, { type: "thinking", thinking: "", signature: "" })
          + this.delta({ type: "thinking_delta", thinking: part.text })
      case "tool-open":
        return this.openBlock("tool_use", part.index, { type: "tool_use", id: part.id, name: part.name, input: {} })
      case "tool-delta":
        if (this.block?.tool !== part.index) throw interleaved
        return this.delta({ type: "input_json_delta", partial_json: part.text })
      case "finish":
        this.ending = { stop_reason: stopReasons[part.reason], stop_sequence: part.stopSequence ?? null }
        return this.start() + this.closeBlock()
      default: return ""
    }
  }

  private start(): string {
    if (this.isStarted) return ""
    this.isStarted = true
    return namedEvent({
      type: "message_start",
      message: {
        id: `msg_${this.options.requestId}`, type: "message", role: "assistant", model: this.model, content: [],
        stop_reason: null, stop_sequence: null,
        // What the prompt counts is told at the end: the upstream does not say it before.
        usage: { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
      },
    })
  }

  private openBlock(kind: OpenBlock["kind"], tool: number | null, content: JsonObject): string {
    if (this.block !== null && this.block.kind === kind && kind !== "tool_use") return ""
    const before = this.start() + this.closeBlock()
    this.block = { index: this.next++, kind, tool }
    return before + namedEvent({ type: "content_block_start", index: this.block.index, content_block: content })
  }

  private closeBlock(): string {
    if (this.block === null) return ""
    const { index } = this.block
    this.block = null
    return namedEvent({ type: "content_block_stop", index })
  }

  private delta(delta: JsonObject): string {
    return namedEvent({ type: "content_block_delta", index: this.block?.index ?? 0, delta })
  }

  end(tokens: MeteredTokens | null): string {
    const usage: JsonObject = tokens === null ? { output_tokens: 0 } : messagesUsage(tokens)
    const ending = this.isEnded || this.ending === null ? ""
      : namedEvent({ type: "message_delta", delta: this.ending, usage })
    return ending + namedEvent({ type: "message_stop" })
  }

  fail(error: unknown): string {
    return namedEvent(errorBody("messages", error, this.options.requestId) as JsonObject & { type: string })
  }
}

const interleaved = malformed("The model's server mixed the arguments of several tool calls.")

/** The input of a tool call as an object; text that is no JSON object is kept under `_arguments`. */
export const toolInput = (text: string): JsonObject => text.trim() === "" ? {} : parseObject(text)
  ?? { _arguments: text }

/** A whole message. */
export function writeWholeMessage(answer: WholeAnswer, options: WriterOptions): JsonObject {
  const choice = answer.choices[0]!
  const content: JsonValue[] = []
  if (choice.reasoning !== "") content.push({ type: "thinking", thinking: choice.reasoning, signature: "" })
  const text = choice.text + choice.refusal
  if (text !== "") content.push({ type: "text", text })
  for (const tool of choice.tools) content.push({ type: "tool_use", id: tool.id, name: tool.name,
    input: toolInput(tool.arguments) })
  return {
    id: `msg_${options.requestId}`, type: "message", role: "assistant", model: answer.model ?? options.model, content,
    stop_reason: choice.refusal === "" ? stopReasons[choice.finish] : "refusal", stop_sequence: choice.stopSequence,
    usage: answer.tokens === null ? { input_tokens: 0, output_tokens: 0 } : messagesUsage(answer.tokens),
  }
}
