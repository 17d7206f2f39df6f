/** Reads Anthropic's Messages, streamed or whole. */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { isArray, isObject, textOf } from "./check.ts"
import { failureFromBody } from "./failure.ts"
import { malformed, type FinishReason, type Part, type PartReader } from "./part.ts"
import { parseObject } from "./read-chat.ts"
import { readAnthropicUsage } from "./usage.ts"

function finishReason(said: string): FinishReason {
  switch (said) {
    case "max_tokens":
    case "model_context_window_exceeded": return "length"
    case "tool_use": return "tool_calls"
    case "refusal": return "content_filter"
    default: return "stop"
  }
}

export class MessagesReader implements PartReader {
  last: JsonObject | null = null
  private startUsage: JsonObject = {}
  /** Tool calls by the index of their block. */
  private readonly tools = new Map<number, number>()

  read(data: string, parts: Part[]): void {
    const json = parseObject(data)
    this.last = json
    if (json === null) return void parts.push(malformed("The model's server sent an event that is not JSON."))
    switch (json["type"]) {
      case "content_block_delta": return this.readDelta(json, parts)
      case "content_block_start": return this.readBlock(json["content_block"], indexOf(json), parts)
      case "message_start": return this.readStart(json["message"], parts)
      case "message_delta": return this.readEnding(json, parts)
      case "message_stop": return void parts.push({ type: "end" })
      case "error":
        parts.push({ type: "failure", failure: failureFromBody(json, { afterFirstToken: false }) })
        return
      default: return
    }
  }

  private readStart(message: JsonValue | undefined, parts: Part[]): void {
    if (!isObject(message)) return void parts.push(malformed("The model's server began without a message."))
    parts.push(openOf(message))
    if (!isObject(message["usage"])) return
    // The input is known from the beginning; the output so far is next to nothing, and told anew at the end.
    this.startUsage = message["usage"]
    parts.push({ type: "usage", usage: readAnthropicUsage(message["usage"]) })
  }

  /** Opens a block, or reads one that is whole. */
  readBlock(block: JsonValue | undefined, index: number, parts: Part[]): void {
    if (!isObject(block)) return void parts.push(malformed("The model's server sent a block that is no object."))
    switch (block["type"]) {
      case "text": return pushText(parts, "text-delta", block["text"])
      case "thinking": return pushText(parts, "reasoning-delta", block["thinking"])
      case "tool_use": {
        const tool = this.tools.size
        this.tools.set(index, tool)
        parts.push({ type: "tool-open", choice: 0, index: tool, id: textOf(block["id"]), name: textOf(block["name"]) })
        const input = block["input"]
        if (isObject(input) && Object.keys(input).length > 0) {
          parts.push({ type: "tool-delta", choice: 0, index: tool, text: JSON.stringify(input) })
        }
        return
      }
      case "redacted_thinking": return
      default: parts.push({ type: "other", choice: 0, name: textOf(block["type"]) })
    }
  }

  private readDelta(json: JsonObject, parts: Part[]): void {
    const delta = json["delta"]
    if (!isObject(delta)) return void parts.push(malformed("The model's server sent a delta that is no object."))
    switch (delta["type"]) {
      case "text_delta": return pushText(parts, "text-delta", delta["text"])
      case "thinking_delta": return pushText(parts, "reasoning-delta", delta["thinking"])
      case "input_json_delta": {
        const index = this.tools.get(indexOf(json))
        const text = delta["partial_json"]
        if (index === undefined || typeof text !== "string" || text === "") return
        parts.push({ type: "tool-delta", choice: 0, index, text })
        return
      }
      default: return
    }
  }

  private readEnding(json: JsonObject, parts: Part[]): void {
    if (isObject(json["delta"])) pushFinish(json["delta"], parts)
    const usage = json["usage"]
    if (!isObject(usage)) {
      parts.push({ type: "usage", usage: { tokens: null, doubt: "the end tells no usage" } })
      return
    }
    // The delta's counts are running totals; null or absent ones stay as the start said.
    const told = Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null))
    parts.push({ type: "usage", usage: readAnthropicUsage({ ...this.startUsage, ...told }) })
  }
}

const indexOf = (json: JsonObject): number => typeof json["index"] === "number" ? json["index"] : 0

function pushText(parts: Part[], type: "text-delta" | "reasoning-delta", text: JsonValue | undefined): void {
  if (typeof text === "string") {
    if (text !== "") parts.push({ type, choice: 0, text })
  } else if (text !== undefined && text !== null) {
    parts.push(malformed("The model's server sent content that is not text."))
  }
}

function pushFinish(source: JsonObject, parts: Part[]): void {
  const said = source["stop_reason"]
  if (typeof said !== "string") return
  const stop = source["stop_sequence"]
  parts.push({
    type: "finish", choice: 0, reason: finishReason(said), said,
    ...(typeof stop === "string" ? { stopSequence: stop } : {}),
  })
}

const openOf = (message: JsonObject): Part => ({
  type: "open",
  id: typeof message["id"] === "string" ? message["id"] : null,
  model: typeof message["model"] === "string" ? message["model"] : null,
  created: null,
})

/** Parts of a whole message. */
export function readWholeMessage(json: JsonObject): Part[] {
  const content = json["content"]
  if (!isArray(content)) return [malformed("The model's server sent an answer without content.")]
  const parts: Part[] = [openOf(json)]
  const reader = new MessagesReader()
  for (let i = 0; i < content.length; i++) reader.readBlock(content[i], i, parts)
  pushFinish(json, parts)
  parts.push({ type: "usage", usage: readAnthropicUsage(json["usage"]) }, { type: "end" })
  return parts
}
