/**
 * Chat completions → Responses, for upstreams that speak only those.
 *
 * Left out, because they are hints and not orders: `seed`, `prediction`, `stream_options`, and the reasoning of former
 * answers. What Responses names the same goes through; the rest is refused.
 */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { cannot, cannotTell, onlyFunctions, onlyPlainChoice } from "./cannot.ts"
import { isAbsent, isArray, isObject, textOf } from "./check.ts"

const carried = new Set([
  "temperature", "top_p", "stream", "user", "metadata", "service_tier", "parallel_tool_calls", "safety_identifier",
  "prompt_cache_key", "prompt_cache_retention",
])
const handled = new Set([
  "model", "messages", "max_tokens", "max_completion_tokens", "tools", "tool_choice", "response_format",
  "reasoning_effort", "verbosity", "seed", "prediction", "stream_options", "store",
])

export function chatToResponses(body: JsonObject): JsonObject {
  const rest: Record<string, JsonValue | undefined> = {}
  for (const [key, value] of Object.entries(body)) {
    if (handled.has(key) || isAbsent(value) || value === false || value === 0 || (key === "n" && value === 1)) {
      if (carried.has(key)) rest[key] = value
      continue
    }
    if (!carried.has(key)) cannotTell(key)
    rest[key] = value
  }
  const input = (body["messages"] as readonly JsonObject[]).flatMap((message, i) => itemsOf(message, `messages[${i}]`))
  const text = { ...formatOf(body["response_format"]),
    ...(isAbsent(body["verbosity"]) ? {} : { verbosity: body["verbosity"] }) }
  return {
    ...rest, input, store: false, ...toolsOf(body),
    ...(Object.keys(text).length === 0 ? {} : { text }),
    ...(isAbsent(body["reasoning_effort"]) ? {} : { reasoning: { effort: body["reasoning_effort"] } }),
  }
}

function itemsOf(message: JsonObject, param: string): JsonObject[] {
  const { role, content } = message
  if (role === "tool") {
    return [{ type: "function_call_output", call_id: message["tool_call_id"], output: joined(content) }]
  }
  if (role === "function") cannot(`${param}.role`, "function messages are out of use; say tool.",
    "function 消息已废弃；请使用 tool。")
  if (role !== "assistant") {
    const parts = isArray(content) ? content.map((part, i) => partOf(part as JsonObject, `${param}.content[${i}]`))
      : content
    return [{ type: "message", role, content: parts }]
  }
  const text = joined(content)
  const calls = isArray(message["tool_calls"]) ? (message["tool_calls"] as readonly JsonObject[]) : []
  return [
    ...(text === "" ? [] : [{ type: "message", role, content: [{ type: "output_text", text }] }]),
    ...calls.map((call, i) => {
      const called = call["function"]
      if (!isObject(called)) return onlyFunctions(`${param}.tool_calls[${i}].type`)
      return { type: "function_call", call_id: call["id"], name: called["name"], arguments: called["arguments"] }
    }),
  ]
}

function joined(content: JsonValue | undefined): string {
  if (!isArray(content)) return textOf(content)
  return content.map((part) => isObject(part) ? textOf(part["text"] ?? part["refusal"]) : "").join("")
}

function partOf(part: JsonObject, param: string): JsonObject {
  switch (part["type"]) {
    case "text": return { type: "input_text", text: part["text"] }
    case "image_url": {
      const image = part["image_url"] as JsonObject
      return { type: "input_image", image_url: image["url"], detail: image["detail"] ?? "auto" }
    }
    case "file": return { type: "input_file", ...(part["file"] as JsonObject) }
    default: return cannotTell(`${param}.type`)
  }
}

function toolsOf(body: JsonObject): JsonObject {
  const { tools } = body
  const choice = body["tool_choice"]
  if (!isArray(tools) || tools.length === 0) return {}
  const list = (tools as readonly JsonObject[]).map((tool, i) => {
    const called = tool["function"]
    if (!isObject(called)) return onlyFunctions(`tools[${i}].type`)
    return { type: "function", strict: false, parameters: null, ...called }
  })
  if (isAbsent(choice)) return { tools: list }
  if (!isObject(choice)) return { tools: list, tool_choice: choice }
  if (!isObject(choice["function"])) return onlyPlainChoice("tool_choice")
  return { tools: list, tool_choice: { type: "function", name: choice["function"]["name"] } }
}

function formatOf(format: JsonValue | undefined): JsonObject {
  if (!isObject(format) || format["type"] === "text") return {}
  if (format["type"] === "json_schema") {
    return { format: { type: "json_schema", ...(format["json_schema"] as JsonObject) } }
  }
  return { format: { type: format["type"] } }
}
