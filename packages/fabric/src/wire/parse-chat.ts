/** Reads the body of `POST /v1/chat/completions`. */
import type { CallFacts, JsonObject, JsonValue } from "../call/index.ts"
import {
  booleanIn, isAbsent, isArray, isObject, listAt, modelIn, most, numberIn, objectAt, oneOf, refuse, stringAt, stringsAt,
} from "./check.ts"
import { prefixKey } from "./prefix.ts"
import { weigh, type WorstCase } from "./weigh.ts"

export const longestOutput = 10_000_000

const roles = new Set(["system", "developer", "user", "assistant", "tool", "function"])
const partTypes = new Set(["text", "image_url", "input_audio", "file", "refusal", "video_url", "audio_url"])
const formats = new Set(["text", "json_object", "json_schema"])
const toolTypes = new Set(["function", "custom"])
const choices = new Set(["none", "auto", "required"])

export function parseChat(body: JsonObject, worst: WorstCase): CallFacts {
  const model = modelIn(body)
  const messages = listAt(body["messages"], "messages", most.messages)
  for (let i = 0; i < messages.length; i++) checkMessage(messages[i], i)
  checkSampling(body)
  const isStream = booleanIn(body, "stream")
  if (!isAbsent(body["stream_options"])) {
    objectAt(body["stream_options"], "stream_options")
    if (!isStream) refuse("stream_options", "is only allowed where stream is true.", "仅在 stream 为 true 时允许。")
  }
  const n = numberIn(body, "n", 1, 128, "integer") ?? 1
  const bestOf = numberIn(body, "best_of", 1, 128, "integer") ?? 1
  const maxTokens = numberIn(body, "max_tokens", 1, longestOutput, "integer")
  const maxCompletion = numberIn(body, "max_completion_tokens", 1, longestOutput, "integer")
  if (!isAbsent(body["web_search_options"])) {
    refuse("web_search_options", "is not served: what a search adds to the input cannot be capped beforehand.",
      "不提供该功能：搜索加入的输入量无法预先限定。")
  }
  const hasTools = checkTools(body)
  const structured = checkFormat(body["response_format"])
  const weight = weigh(body, messages.length, worst)
  return {
    api: "chat", model, body, isStream,
    mostInputTokens: weight.tokens,
    outputCap: maxTokens === null ? maxCompletion : maxCompletion === null ? maxTokens
      : Math.min(maxTokens, maxCompletion),
    choices: Math.max(n, bestOf),
    prefixKey: prefixOf(body, messages),
    requestClass: body["service_tier"] === "flex" ? "batch" : "interactive",
    needs: { tools: hasTools, structured, images: weight.images, audio: weight.audio || isObject(body["audio"]) },
  }
}

function prefixOf(body: JsonObject, messages: readonly JsonValue[]): string {
  const fixed: (JsonValue | undefined)[] = [body["tools"]]
  let i = 0
  for (; i < messages.length; i++) {
    const message = messages[i] as JsonObject
    if (message["role"] !== "system" && message["role"] !== "developer") break
    fixed.push(message["content"])
  }
  return prefixKey(fixed, (messages[i] as JsonObject | undefined)?.["content"])
}

function checkMessage(value: JsonValue | undefined, i: number): void {
  if (!isObject(value)) refuse(`messages[${i}]`, "must be an object.", "必须是对象。")
  const role = value["role"]
  if (typeof role !== "string" || !roles.has(role)) oneOf(role, `messages[${i}].role`, roles)
  const content = value["content"]
  if (isArray(content)) {
    // Some clients say an empty list where an assistant only calls tools.
    if (content.length > 0 || role !== "assistant") checkParts(content, i)
  }
  else if (isAbsent(content)) checkSilent(value, role as string, i)
  else if (typeof content !== "string") {
    refuse(`messages[${i}].content`, "must be a string or an array of parts.", "必须是字符串或内容分段的数组。")
  }
  if (role === "tool") stringAt(value["tool_call_id"], `messages[${i}].tool_call_id`)
  if (!isAbsent(value["tool_calls"])) checkToolCalls(value["tool_calls"], role as string, i)
}

/** Only an assistant may say nothing, and only where it does something else. */
function checkSilent(message: JsonObject, role: string, i: number): void {
  const does = role === "assistant" || (role === "function" && message["content"] === null)
  if (!does) refuse(`messages[${i}].content`, "is missing.", "缺少该字段。")
}

function checkToolCalls(value: unknown, role: string, i: number): void {
  const param = `messages[${i}].tool_calls`
  if (role !== "assistant") refuse(param, "is only allowed in an assistant's message.", "仅允许出现在 assistant 消息中。")
  if (!isArray(value)) refuse(param, "must be an array.", "必须是数组。")
  if (value.length > most.tools) refuse(param, `has more than ${most.tools} items.`, `超过 ${most.tools} 项。`)
  for (let j = 0; j < value.length; j++) {
    const call = objectAt(value[j], `${param}[${j}]`)
    stringAt(call["id"], `${param}[${j}].id`)
    if (call["type"] === "custom") continue
    const called = objectAt(call["function"], `${param}[${j}].function`)
    stringAt(called["name"], `${param}[${j}].function.name`)
    stringAt(called["arguments"], `${param}[${j}].function.arguments`)
  }
}

function checkParts(parts: readonly JsonValue[], i: number): void {
  listAt(parts, `messages[${i}].content`, most.parts)
  for (let j = 0; j < parts.length; j++) {
    const param = `messages[${i}].content[${j}]`
    const part = objectAt(parts[j], param)
    switch (oneOf(part["type"], `${param}.type`, partTypes)) {
      case "text": stringAt(part["text"], `${param}.text`); break
      case "image_url": checkAddress(part["image_url"], `${param}.image_url`); break
      case "video_url": checkAddress(part["video_url"], `${param}.video_url`); break
      case "audio_url": checkAddress(part["audio_url"], `${param}.audio_url`); break
      case "input_audio": stringAt(objectAt(part["input_audio"], `${param}.input_audio`)["data"],
        `${param}.input_audio.data`); break
      case "file": checkFile(objectAt(part["file"], `${param}.file`), `${param}.file`); break
      default: break
    }
  }
}

function checkAddress(value: unknown, param: string): void {
  checkMediaUrl(objectAt(value, param)["url"], `${param}.url`)
}

/** An address of an image or clip: the web or inline. */
export function checkMediaUrl(value: unknown, param: string): void {
  const url = stringAt(value, param)
  if (/^(?:https?:\/\/|data:)/i.test(url)) return
  refuse(param, "must be an http(s) or data URL.", "必须是 http(s) 或 data URL。")
}

/** Files must be in the body: this service keeps none, and those of an upstream's account are not the client's. */
export function checkFile(file: JsonObject, param: string): void {
  if (!isAbsent(file["file_id"])) {
    refuse(`${param}.file_id`, "is not served: this service keeps no files. Send the data itself.",
      "不提供该功能：本服务不保存文件。请直接发送数据。")
  }
  stringAt(file["file_data"], `${param}.file_data`)
}

function checkSampling(body: JsonObject): void {
  numberIn(body, "temperature", 0, 2)
  numberIn(body, "top_p", 0, 1)
  numberIn(body, "presence_penalty", -2, 2)
  numberIn(body, "frequency_penalty", -2, 2)
  numberIn(body, "top_logprobs", 0, 20, "integer")
  numberIn(body, "seed", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "integer")
  booleanIn(body, "logprobs")
  if (body["stop"] !== undefined) stringsAt(body["stop"], "stop", most.stops)
}

function checkTools(body: JsonObject): boolean {
  const tools = body["tools"]
  const functions = body["functions"]
  const choice = body["tool_choice"]
  if (!isAbsent(choice) && !isObject(choice)) oneOf(choice, "tool_choice", choices)
  if (isArray(functions) && functions.length > most.tools) listAt(functions, "functions", most.tools)
  if (isAbsent(tools)) return isArray(functions) && functions.length > 0
  if (isArray(tools) && tools.length === 0) return false
  const list = listAt(tools, "tools", most.tools)
  for (let i = 0; i < list.length; i++) {
    const tool = objectAt(list[i], `tools[${i}]`)
    const type = oneOf(tool["type"], `tools[${i}].type`, toolTypes)
    const inner = objectAt(tool[type], `tools[${i}].${type}`)
    const name = stringAt(inner["name"], `tools[${i}].${type}.name`)
    if (name === "") refuse(`tools[${i}].${type}.name`, "must not be empty.", "不能为空。")
    if (!isAbsent(inner["parameters"])) objectAt(inner["parameters"], `tools[${i}].${type}.parameters`)
  }
  return true
}

function checkFormat(value: unknown): boolean {
  if (isAbsent(value)) return false
  const format = objectAt(value, "response_format")
  const type = oneOf(format["type"], "response_format.type", formats)
  if (type === "text") return false
  if (type === "json_schema") {
    const schema = objectAt(format["json_schema"], "response_format.json_schema")
    stringAt(schema["name"], "response_format.json_schema.name")
    if (!isAbsent(schema["schema"])) objectAt(schema["schema"], "response_format.json_schema.schema")
  }
  return true
}
