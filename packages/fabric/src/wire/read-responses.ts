/** Reads OpenAI's Responses, streamed or whole. */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { isArray, isObject, textOf } from "./check.ts"
import { failureFromBody } from "./failure.ts"
import { malformed, type Part, type PartReader } from "./part.ts"
import { parseObject } from "./read-chat.ts"
import { readOpenAiUsage } from "./usage.ts"

export class ResponsesReader implements PartReader {
  last: JsonObject | null = null
  private readonly tools = new Map<JsonValue | undefined, number>()

  read(data: string, parts: Part[]): void {
    if (data.trim() === "[DONE]") {
      this.last = null
      return
    }
    const json = parseObject(data)
    this.last = json
    if (json === null) return void parts.push(malformed("The model's server sent an event that is not JSON."))
    switch (json["type"]) {
      case "response.output_text.delta": return pushDelta(parts, "text-delta", json["delta"])
      case "response.refusal.delta": return pushDelta(parts, "refusal-delta", json["delta"])
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta": return pushDelta(parts, "reasoning-delta", json["delta"])
      case "response.output_item.added": return this.readItem(json["item"], json["output_index"], parts)
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta": return this.readArguments(json, parts)
      case "response.created": return void parts.push(openOf(json["response"]))
      case "response.completed":
      case "response.incomplete": return this.readEnd(json["response"], parts)
      case "response.failed": return void parts.push(failed(json["response"]))
      case "error": return void parts.push(failed(json))
      default: return
    }
  }

  private readItem(item: JsonValue | undefined, index: JsonValue | undefined, parts: Part[]): void {
    if (!isObject(item)) return
    const type = item["type"]
    if (type === "function_call" || type === "custom_tool_call") {
      const tool = this.tools.size
      this.tools.set(index, tool)
      parts.push({ type: "tool-open", choice: 0, index: tool, id: textOf(item["call_id"]), name: textOf(item["name"]) })
    } else if (type !== "message" && type !== "reasoning") {
      parts.push({ type: "other", choice: 0, name: textOf(type) })
    }
  }

  private readArguments(json: JsonObject, parts: Part[]): void {
    const index = this.tools.get(json["output_index"])
    const text = json["delta"]
    if (index === undefined || typeof text !== "string" || text === "") return
    parts.push({ type: "tool-delta", choice: 0, index, text })
  }

  private readEnd(response: JsonValue | undefined, parts: Part[]): void {
    if (!isObject(response)) return void parts.push(malformed("The model's server ended without a response."))
    pushEnding(response, this.tools.size > 0, parts)
  }
}

type TextKind = "text-delta" | "refusal-delta" | "reasoning-delta"

function pushDelta(parts: Part[], type: TextKind, text: JsonValue | undefined): void {
  if (typeof text !== "string") return void parts.push(malformed("The model's server sent content that is not text."))
  if (text !== "") parts.push({ type, choice: 0, text })
}

function pushEnding(response: JsonObject, hasTools: boolean, parts: Part[]): void {
  const status = textOf(response["status"])
  const details = response["incomplete_details"]
  const why = isObject(details) ? details["reason"] : null
  if (status === "incomplete") {
    const reason = why === "content_filter" ? "content_filter" : "length"
    parts.push({ type: "finish", choice: 0, reason, said: textOf(why ?? status) })
  } else if (status === "completed") {
    parts.push({ type: "finish", choice: 0, reason: hasTools ? "tool_calls" : "stop", said: status })
  } else {
    parts.push(failed(response))
    return
  }
  if (isObject(response["usage"])) parts.push({ type: "usage", usage: readOpenAiUsage(response["usage"]) })
  parts.push({ type: "end" })
}

function failed(source: JsonValue | undefined): Part {
  return { type: "failure", failure: failureFromBody(isObject(source) ? source : {}, { afterFirstToken: false }) }
}

const openOf = (source: JsonValue | undefined): Part => {
  const response = isObject(source) ? source : {}
  return {
    type: "open",
    id: typeof response["id"] === "string" ? response["id"] : null,
    model: typeof response["model"] === "string" ? response["model"] : null,
    created: typeof response["created_at"] === "number" ? response["created_at"] : null,
  }
}

/** Parts of a whole response. */
export function readWholeResponse(json: JsonObject): Part[] {
  const output = json["output"]
  if (!isArray(output)) return [malformed("The model's server sent a response without output.")]
  const parts: Part[] = [openOf(json)]
  let tools = 0
  for (const item of output) {
    if (!isObject(item)) continue
    if (item["type"] === "message") pushContent(item["content"], parts)
    else if (item["type"] === "reasoning") pushContent(item["content"] ?? item["summary"], parts)
    else if (item["type"] === "function_call") {
      parts.push({ type: "tool-open", choice: 0, index: tools, id: textOf(item["call_id"]),
        name: textOf(item["name"]) })
      parts.push({ type: "tool-delta", choice: 0, index: tools++, text: textOf(item["arguments"]) })
    } else parts.push({ type: "other", choice: 0, name: textOf(item["type"]) })
  }
  pushEnding(json, tools > 0, parts)
  return parts
}

function pushContent(content: JsonValue | undefined, parts: Part[]): void {
  if (!isArray(content)) return
  for (const part of content) {
    if (!isObject(part)) continue
    if (part["type"] === "output_text") pushDelta(parts, "text-delta", part["text"])
    else if (part["type"] === "refusal") pushDelta(parts, "refusal-delta", part["refusal"])
    else if (part["type"] === "reasoning_text" || part["type"] === "summary_text") {
      pushDelta(parts, "reasoning-delta", part["text"])
    }
  }
}
