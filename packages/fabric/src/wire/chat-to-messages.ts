/**
 * Chat completions → Anthropic's Messages.
 *
 * Left out, because they are hints and not orders: `seed`, `user`, `store`, `metadata`, `service_tier`, `prediction`,
 * `reasoning_effort`, `verbosity`, `safety_identifier`, `prompt_cache_key`, `prompt_cache_retention`,
 * `stream_options`, the `name` of a message, an image's `detail`, and the reasoning of former answers.
 * `response_format` with a schema becomes `output_config.format`; `json_object` has no counterpart and is refused.
 * System texts stand together at the beginning.
 */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { cannot, cannotHave, cannotTell, onlyFunctions, onlyPlainChoice } from "./cannot.ts"
import { isAbsent, isArray, isObject, textOf } from "./check.ts"
import { parseObject } from "./read-chat.ts"

const carried = new Set(["temperature", "top_p", "top_k", "stream"])
const handled = new Set([
  "model", "messages", "max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice", "parallel_tool_calls",
  "response_format", "n", "modalities",
])
const hints = new Set([
  "seed", "user", "store", "metadata", "service_tier", "prediction", "reasoning_effort", "verbosity",
  "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "stream_options",
])
const needless = new Set(["logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty"])

export function chatToMessages(body: JsonObject): JsonObject {
  checkFields(body)
  const rest: Record<string, JsonValue | undefined> = {}
  for (const key of carried) if (!isAbsent(body[key])) rest[key] = body[key]
  const system: string[] = []
  const messages: JsonObject[] = []
  const said = body["messages"] as readonly JsonObject[]
  for (let i = 0; i < said.length; i++) pushMessage(system, messages, said[i]!, `messages[${i}]`)
  const { stop } = body
  return {
    ...rest, messages,
    ...(system.length === 0 ? {} : { system: system.join("\n\n") }),
    ...(isAbsent(stop) || (isArray(stop) && stop.length === 0) ? {}
      : { stop_sequences: isArray(stop) ? stop : [stop] }),
    ...toolsOf(body), ...formatOf(body["response_format"]),
  }
}

function checkFields(body: JsonObject): void {
  cannotHave(body, [...needless], "messages")
  if (typeof body["n"] === "number" && body["n"] > 1) {
    cannot("n", "an Anthropic server, which serves this model, gives one answer a request.",
      "此模型由 Anthropic 服务端提供，每次请求只返回一个答案。")
  }
  if (typeof body["temperature"] === "number" && body["temperature"] > 1) {
    cannot("temperature", "an Anthropic server, which serves this model, takes at most 1.",
      "此模型由 Anthropic 服务端提供，最大值为 1。")
  }
  if (isArray(body["modalities"]) && body["modalities"].some((kind) => kind !== "text")) {
    cannot("modalities", "the server of this model answers with text alone.", "此模型的服务端只返回文本。")
  }
  const unknown = Object.keys(body).filter((key) => !carried.has(key) && !handled.has(key) && !hints.has(key)
    && !needless.has(key))
  cannotHave(body, unknown, "messages")
}

function pushMessage(system: string[], messages: JsonObject[], message: JsonObject, param: string): void {
  switch (message["role"]) {
    case "system":
    case "developer": return void system.push(textOfContent(message["content"], `${param}.content`))
    case "user": return push(messages, "user", userBlocks(message["content"], `${param}.content`))
    case "assistant": return push(messages, "assistant", assistantBlocks(message, param))
    case "tool": return push(messages, "user", [{
      type: "tool_result", tool_use_id: message["tool_call_id"],
      content: textOfContent(message["content"], `${param}.content`),
    }])
    default: cannot(`${param}.role`, "function messages are out of use; say tool.", "function 消息已废弃；请使用 tool。")
  }
}

/** Results of tools must stand in one message, so messages of the same role join. */
function push(messages: JsonObject[], role: string, blocks: readonly JsonObject[]): void {
  if (blocks.length === 0) return
  const last = messages.at(-1)
  const before = last?.["role"] === role ? (last["content"] as JsonObject[]) : null
  if (before === null) messages.push({ role, content: blocks })
  else messages[messages.length - 1] = { role, content: [...before, ...blocks] }
}

const textBlocks = (text: string): JsonObject[] => text === "" ? [] : [{ type: "text", text }]

function textOfContent(content: JsonValue | undefined, param: string): string {
  if (!isArray(content)) return textOf(content)
  return content.map((part, i) => {
    if (isObject(part) && part["type"] === "text") return textOf(part["text"])
    return cannot(`${param}[${i}].type`, "only text can stand here for the server of this model.", "对此模型的服务端，此处只能是文本。")
  }).join("")
}

function userBlocks(content: JsonValue | undefined, param: string): JsonObject[] {
  if (!isArray(content)) return textBlocks(textOf(content))
  return (content as readonly JsonObject[]).flatMap((part, i) => {
    switch (part["type"]) {
      case "text": return textBlocks(textOf(part["text"]))
      case "image_url": return [{ type: "image", source: sourceOf(part, "image_url", "url", `${param}[${i}]`) }]
      case "file": return [{ type: "document", source: sourceOf(part, "file", "file_data", `${param}[${i}]`) }]
      default: return cannotTell(`${param}[${i}].type`)
    }
  })
}

function sourceOf(part: JsonObject, holder: string, field: string, param: string): JsonObject {
  const held = part[holder]
  const url = isObject(held) ? textOf(held[field]) : ""
  if (/^https?:/i.test(url)) return { type: "url", url }
  const inline = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i.exec(url)
  if (inline === null) {
    return cannot(`${param}.${holder}.${field}`, "must be a data URL in base64.", "必须是 base64 编码的 data URL。")
  }
  return { type: "base64", media_type: inline[1]!.toLowerCase(), data: url.slice(inline[0].length) }
}

function assistantBlocks(message: JsonObject, param: string): JsonObject[] {
  const { content } = message
  const blocks = isArray(content)
    ? content.flatMap((part) => isObject(part) ? textBlocks(textOf(part["text"] ?? part["refusal"])) : [])
    : textBlocks(textOf(content))
  const calls = isArray(message["tool_calls"]) ? message["tool_calls"] : []
  calls.forEach((call, i) => {
    const called = (call as JsonObject)["function"]
    const at = `${param}.tool_calls[${i}].function.arguments`
    if (!isObject(called)) onlyFunctions(at)
    const text = textOf(called["arguments"])
    const input = text.trim() === "" ? {} : parseObject(text) ?? cannot(at, "must be a JSON object.", "必须是 JSON 对象。")
    blocks.push({ type: "tool_use", id: (call as JsonObject)["id"], name: called["name"], input })
  })
  return blocks
}

function toolsOf(body: JsonObject): JsonObject {
  const { tools } = body
  if (!isArray(tools) || tools.length === 0) return {}
  const list = (tools as readonly JsonObject[]).map((tool, i) => {
    const called = tool["function"]
    if (!isObject(called)) return onlyFunctions(`tools[${i}].type`)
    return {
      name: called["name"], input_schema: called["parameters"] ?? { type: "object", properties: {} },
      ...(isAbsent(called["description"]) ? {} : { description: called["description"] }),
      ...(called["strict"] === true ? { strict: true } : {}),
    }
  })
  const choice = choiceOf(body["tool_choice"], body["parallel_tool_calls"] === false)
  return { tools: list, ...(choice === null ? {} : { tool_choice: choice }) }
}

function choiceOf(choice: JsonValue | undefined, isSerial: boolean): JsonObject | null {
  const serial = isSerial ? { disable_parallel_tool_use: true } : {}
  if (isAbsent(choice)) return isSerial ? { type: "auto", ...serial } : null
  if (choice === "none") return { type: "none" }
  if (choice === "auto") return { type: "auto", ...serial }
  if (choice === "required") return { type: "any", ...serial }
  if (isObject(choice) && isObject(choice["function"])) {
    return { type: "tool", name: choice["function"]["name"], ...serial }
  }
  return onlyPlainChoice("tool_choice")
}

function formatOf(format: JsonValue | undefined): JsonObject {
  if (!isObject(format) || format["type"] === "text") return {}
  const schema = isObject(format["json_schema"]) ? format["json_schema"]["schema"] : null
  if (!isObject(schema)) {
    return cannot("response_format", "an Anthropic server, which serves this model, needs json_schema with a schema.",
      "此模型由 Anthropic 服务端提供，需要带 schema 的 json_schema。")
  }
  return { output_config: { format: { type: "json_schema", schema } } }
}
