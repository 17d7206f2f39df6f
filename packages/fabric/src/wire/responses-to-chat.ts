/**
 * Responses → chat completions, for upstreams that speak only those.
 *
 * Left out, because they are hints and not orders: `store`, `metadata` (told back in the answer), `user`,
 * `safety_identifier`, `prompt_cache_key`, `prompt_cache_retention`, `service_tier`, `stream_options`, `max_tool_calls`
 * (of hosted tools), `reasoning`, `text.verbosity`, reasoning items of former answers, and `include` of what does not
 * exist here. Fields that Responses does not know go through unchanged (`top_k`, `seed` and the like of open servers).
 */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { cannot, cannotHave, cannotTell, onlyFunctions, onlyPlainChoice } from "./cannot.ts"
import { isAbsent, isArray, isObject, textOf } from "./check.ts"

const handled = new Set([
  "model", "input", "instructions", "max_output_tokens", "tools", "tool_choice", "text",
  "store", "metadata", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier",
  "stream_options", "max_tool_calls", "reasoning", "include", "truncation", "background", "top_logprobs",
  "previous_response_id", "conversation", "prompt",
])

export function responsesToChat(body: JsonObject): JsonObject {
  cannotHave(body, ["top_logprobs"], "chat")
  if (body["truncation"] === "auto") {
    cannot("truncation", "auto cannot be told to the server of this model; shorten the input instead.",
      "此模型的服务端不支持 auto；请自行缩短输入。")
  }
  if (isArray(body["include"]) && body["include"].includes("message.output_text.logprobs")) {
    cannot("include", "logprobs cannot be told by the server of this model here.", "此模型的服务端无法在此返回 logprobs。")
  }
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !handled.has(key)))
  const messages: JsonObject[] = []
  if (typeof body["instructions"] === "string") messages.push({ role: "system", content: body["instructions"] })
  const { input } = body
  if (typeof input === "string") messages.push({ role: "user", content: input })
  else if (isArray(input)) for (let i = 0; i < input.length; i++) pushItem(messages, input[i] as JsonObject,
    `input[${i}]`)
  return { ...rest, messages, ...toolsOf(body), ...formatOf(body["text"]) }
}

function pushItem(messages: JsonObject[], item: JsonObject, param: string): void {
  switch (item["type"]) {
    case undefined:
    case "message": return void messages.push(messageOf(item, param))
    case "function_call": return pushCall(messages, item)
    case "function_call_output":
      return void messages.push({ role: "tool", tool_call_id: item["call_id"],
        content: outputText(item["output"], `${param}.output`) })
    case "reasoning": return
    default:
      cannot(`${param}.type`, `${textOf(item["type"])} cannot be told to the server of this model.`, "此模型的服务端不支持该类型。")
  }
}

/** Calls of one answer stand in one assistant's message, with the text that came before them. */
function pushCall(messages: JsonObject[], item: JsonObject): void {
  const call = { id: item["call_id"], type: "function", function: { name: item["name"], arguments: item["arguments"] } }
  const last = messages.at(-1)
  if (last?.["role"] === "assistant") {
    const calls = isArray(last["tool_calls"]) ? last["tool_calls"] : []
    messages[messages.length - 1] = { ...last, tool_calls: [...calls, call] }
  } else {
    messages.push({ role: "assistant", content: null, tool_calls: [call] })
  }
}

function messageOf(item: JsonObject, param: string): JsonObject {
  // Templates of open models know `system` and seldom `developer`.
  const role = item["role"] === "developer" ? "system" : item["role"]
  const { content } = item
  if (typeof content === "string") return { role, content }
  const parts = (content as readonly JsonObject[]).map((part, i) => partOf(part, `${param}.content[${i}]`))
  const isText = parts.every((part) => part["type"] === "text")
  return { role, content: isText && role !== "user" ? parts.map((part) => textOf(part["text"])).join("") : parts }
}

function partOf(part: JsonObject, param: string): JsonObject {
  switch (part["type"]) {
    case "input_image": return {
      type: "image_url",
      image_url: { url: part["image_url"], ...(isAbsent(part["detail"]) ? {} : { detail: part["detail"] }) },
    }
    case "input_file":
      return { type: "file", file: { file_data: part["file_data"],
        ...(isAbsent(part["filename"]) ? {} : { filename: part["filename"] }) } }
    case "input_audio": return { type: "input_audio", input_audio: part["input_audio"] }
    case "refusal": return { type: "text", text: textOf(part["refusal"]) }
    case "input_text":
    case "output_text":
    case "text": return { type: "text", text: part["text"] }
    default: return cannotTell(`${param}.type`)
  }
}

function outputText(output: JsonValue | undefined, param: string): string {
  if (typeof output === "string") return output
  if (!isArray(output)) return ""
  return output.map((part, i) => {
    if (isObject(part) && typeof part["text"] === "string") return part["text"]
    return cannot(`${param}[${i}]`, "only text can be a tool's output for the server of this model.",
      "此模型的服务端只接受文本形式的工具输出。")
  }).join("")
}

function toolsOf(body: JsonObject): JsonObject {
  const { tools } = body
  const choice = body["tool_choice"]
  if (!isArray(tools) || tools.length === 0) return {}
  const functions = tools.map((tool, i) => {
    const { type, ...definition } = tool as JsonObject
    if (type !== "function") onlyFunctions(`tools[${i}].type`)
    return { type: "function", function: withoutNull(definition) }
  })
  return { tools: functions, ...(isAbsent(choice) ? {} : { tool_choice: choiceOf(choice) }) }
}

function choiceOf(choice: JsonValue): JsonValue {
  if (!isObject(choice)) return choice
  if (choice["type"] === "function") return { type: "function", function: { name: choice["name"] } }
  return onlyPlainChoice("tool_choice")
}

function formatOf(text: JsonValue | undefined): JsonObject {
  const format = isObject(text) ? text["format"] : null
  if (!isObject(format) || format["type"] === "text") return {}
  const { type, ...schema } = format
  return { response_format: type === "json_schema" ? { type, json_schema: withoutNull(schema) } : { type } }
}

const withoutNull = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => !isAbsent(value)))
