/** Reads chat completions of OpenAI's dialect, streamed or whole. */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { isAbsent, isArray, isObject, placeOf, textOf } from "./check.ts"
import { failureFromBody } from "./failure.ts"
import { malformed, type FinishReason, type Part, type PartReader } from "./part.ts"
import { readOpenAiUsage } from "./usage.ts"

/** Anything that is not known counts as a plain stop. */
export function finishReason(said: string): FinishReason {
  switch (said) {
    case "length":
    case "content_filter":
    case "tool_calls": return said
    case "function_call": return "tool_calls"
    default: return "stop"
  }
}

export class ChatReader implements PartReader {
  last: JsonObject | null = null
  private isOpen = false
  /** Tool calls that were opened, as `choice * 4096 + index`. */
  private readonly tools = new Set<number>()

  read(data: string, parts: Part[]): void {
    this.last = null
    if (data.charCodeAt(0) === 91 && data.trim() === "[DONE]") {
      parts.push({ type: "end" })
      return
    }
    const json = parseObject(data)
    if (json === null) {
      parts.push(malformed("The model's server sent an event that is not JSON."))
      return
    }
    this.last = json
    this.readObject(json, parts)
  }

  /** Reads a chunk, or a whole completion. */
  readObject(json: JsonObject, parts: Part[]): void {
    const error = json["error"]
    if (error !== undefined && error !== null) {
      parts.push({ type: "failure", failure: failureFromBody(json, { afterFirstToken: false }) })
      return
    }
    const choices = json["choices"]
    if (!this.isOpen && choices !== undefined) {
      this.isOpen = true
      parts.push(openOf(json))
    }
    if (isArray(choices)) for (const choice of choices) this.readChoice(choice, parts)
    else if (!isAbsent(choices)) parts.push(malformed("The model's server sent choices that are no list."))
    const usage = json["usage"]
    if (usage !== undefined && usage !== null) parts.push({ type: "usage", usage: readOpenAiUsage(usage) })
  }

  private readChoice(value: JsonValue, parts: Part[]): void {
    if (!isObject(value)) return void parts.push(malformed("The model's server sent a choice that is no object."))
    const choice = placeOf(value["index"], 0)
    const delta = value["delta"] ?? value["message"]
    if (isObject(delta)) this.readDelta(delta, choice, value["logprobs"], parts)
    else if (!isAbsent(delta)) parts.push(malformed("The model's server sent a delta that is no object."))
    const said = value["finish_reason"]
    if (typeof said !== "string" || said === "") return
    parts.push({ type: "finish", choice, reason: finishReason(said), said })
  }

  private readDelta(delta: JsonObject, choice: number, logprobs: JsonValue | undefined, parts: Part[]): void {
    const content = delta["content"]
    if (typeof content === "string") {
      const has = !isAbsent(logprobs)
      if (has) parts.push({ type: "text-delta", choice, text: content, logprobs })
      else if (content !== "") parts.push({ type: "text-delta", choice, text: content })
    } else if (content !== undefined && content !== null) {
      parts.push(malformed("The model's server sent content that is not text."))
    }
    // vLLM and DeepSeek say `reasoning_content`, newer servers `reasoning`.
    const reasoning = delta["reasoning_content"] ?? delta["reasoning"]
    if (typeof reasoning === "string" && reasoning !== "") {
      parts.push({ type: "reasoning-delta", choice, text: reasoning })
    }
    const refusal = delta["refusal"]
    if (typeof refusal === "string" && refusal !== "") parts.push({ type: "refusal-delta", choice, text: refusal })
    const calls = delta["tool_calls"]
    if (isArray(calls)) for (let i = 0; i < calls.length; i++) this.readTool(calls[i], i, choice, parts)
    const legacy = delta["function_call"]
    if (isObject(legacy)) this.readTool({ index: 0, function: legacy }, 0, choice, parts)
    if (isObject(delta["audio"])) parts.push({ type: "other", choice, name: "audio" })
  }

  private readTool(value: JsonValue | undefined, place: number, choice: number, parts: Part[]): void {
    if (!isObject(value)) return void parts.push(malformed("The model's server sent a tool call that is no object."))
    const index = placeOf(value["index"], place)
    const called = value["function"] ?? value["custom"]
    if (!isObject(called)) return
    const key = choice * 4096 + index
    if (!this.tools.has(key)) {
      this.tools.add(key)
      const id = typeof value["id"] === "string" && value["id"] !== "" ? value["id"] : `call_${choice}_${index}`
      parts.push({ type: "tool-open", choice, index, id, name: textOf(called["name"]) })
    }
    const text = called["arguments"] ?? called["input"]
    if (typeof text === "string" && text !== "") parts.push({ type: "tool-delta", choice, index, text })
    // Some servers send arguments as an object.
    else if (isObject(text)) parts.push({ type: "tool-delta", choice, index, text: JSON.stringify(text) })
  }
}

const openOf = (json: JsonObject): Part => ({
  type: "open",
  id: typeof json["id"] === "string" ? json["id"] : null,
  model: typeof json["model"] === "string" ? json["model"] : null,
  created: typeof json["created"] === "number" ? json["created"] : null,
})

/** The object that `text` is as JSON, else null. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** Parts of a whole chat completion. */
export function readWholeChat(json: JsonObject): Part[] {
  const parts: Part[] = []
  const choices = json["choices"]
  const isAnswer = isArray(choices) && choices.length > 0
    && choices.every((choice) => isObject(choice) && isObject(choice["message"]))
  if (!isAnswer) return [malformed("The model's server sent an answer without a message.")]
  new ChatReader().readObject(json, parts)
  parts.push({ type: "end" })
  return parts
}
