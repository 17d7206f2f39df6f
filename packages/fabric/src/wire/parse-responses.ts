/** Reads the body of `POST /v1/responses`. */
import type { CallFacts, JsonObject, JsonValue } from "../call/index.ts"
import {
  booleanIn, isAbsent, isArray, isObject, listAt, modelIn, most, numberIn, objectAt, oneOf, refuse, stringAt,
} from "./check.ts"
import { checkMediaUrl, longestOutput } from "./parse-chat.ts"
import { prefixKey } from "./prefix.ts"
import { weigh, type WorstCase } from "./weigh.ts"

const roles = new Set(["system", "developer", "user", "assistant"])
const itemTypes = new Set([
  "message", "function_call", "function_call_output", "reasoning", "custom_tool_call", "custom_tool_call_output",
])
const partTypes = new Set(["input_text", "output_text", "input_image", "input_file", "input_audio", "refusal", "text"])
const toolTypes = new Set(["function", "custom"])
const choices = new Set(["none", "auto", "required"])
const formats = new Set(["text", "json_object", "json_schema"])

export function parseResponses(body: JsonObject, worst: WorstCase): CallFacts {
  const model = modelIn(body)
  const input = body["input"]
  if (isAbsent(input)) refuse("input", "is missing.", "缺少该字段。")
  const items = typeof input === "string" ? null : listAt(input, "input", most.messages)
  if (items !== null) for (let i = 0; i < items.length; i++) checkItem(items[i], `input[${i}]`)
  if (!isAbsent(body["instructions"])) stringAt(body["instructions"], "instructions")
  refuseState(body)
  numberIn(body, "temperature", 0, 2)
  numberIn(body, "top_p", 0, 1)
  numberIn(body, "top_logprobs", 0, 20, "integer")
  const outputCap = numberIn(body, "max_output_tokens", 1, longestOutput, "integer")
  const hasTools = checkTools(body)
  const weight = weigh(body, items === null ? 2 : items.length + 1, worst)
  return {
    api: "responses", model, body, isStream: booleanIn(body, "stream"), outputCap, choices: 1,
    mostInputTokens: weight.tokens,
    prefixKey: prefixKey([body["tools"], body["instructions"]], items === null ? input : items[0]),
    requestClass: body["service_tier"] === "flex" ? "batch" : "interactive",
    needs: { tools: hasTools, structured: checkFormat(body["text"]), images: weight.images, audio: weight.audio },
  }
}

/** What an upstream's account would remember is not the client's own, and cannot be counted beforehand. */
function refuseState(body: JsonObject): void {
  for (const key of ["previous_response_id", "conversation", "prompt"] as const) {
    if (!isAbsent(body[key])) {
      refuse(key, "is not served: this service keeps no conversations. Send the whole input.",
        "不提供该功能：本服务不保存对话。请发送完整的输入。")
    }
  }
  if (booleanIn(body, "background")) refuse("background", "is not served; leave it out.", "不提供该功能；请去掉。")
}

function checkItem(value: JsonValue | undefined, param: string): void {
  const item = objectAt(value, param)
  const type = item["type"] === undefined && item["role"] !== undefined ? "message"
    : oneOf(item["type"], `${param}.type`, itemTypes)
  if (type === "message") {
    oneOf(item["role"], `${param}.role`, roles)
    if (typeof item["content"] !== "string") checkParts(item["content"], `${param}.content`)
  } else if (type === "function_call") {
    for (const key of ["call_id", "name", "arguments"]) stringAt(item[key], `${param}.${key}`)
  } else if (type === "function_call_output") {
    stringAt(item["call_id"], `${param}.call_id`)
    if (typeof item["output"] !== "string") checkParts(item["output"], `${param}.output`)
  }
}

function checkParts(value: unknown, param: string): void {
  const parts = listAt(value, param, most.parts)
  for (let i = 0; i < parts.length; i++) {
    const at = `${param}[${i}]`
    const part = objectAt(parts[i], at)
    switch (oneOf(part["type"], `${at}.type`, partTypes)) {
      case "input_text":
      case "output_text":
      case "text": stringAt(part["text"], `${at}.text`); break
      case "input_image":
        refuseFileId(part, at)
        checkMediaUrl(part["image_url"], `${at}.image_url`)
        break
      case "input_file":
        refuseFileId(part, at)
        if (!isAbsent(part["file_url"])) refuse(`${at}.file_url`, "is not served; send file_data.",
          "不提供该功能；请发送 file_data。")
        stringAt(part["file_data"], `${at}.file_data`)
        break
      case "input_audio": objectAt(part["input_audio"], `${at}.input_audio`); break
      default: break
    }
  }
}

function refuseFileId(part: JsonObject, param: string): void {
  if (isAbsent(part["file_id"])) return
  refuse(`${param}.file_id`, "is not served: this service keeps no files. Send the data itself.",
    "不提供该功能：本服务不保存文件。请直接发送数据。")
}

function checkTools(body: JsonObject): boolean {
  const choice = body["tool_choice"]
  if (!isAbsent(choice) && !isObject(choice)) oneOf(choice, "tool_choice", choices)
  const tools = body["tools"]
  if (isAbsent(tools) || (isArray(tools) && tools.length === 0)) return false
  const list = listAt(tools, "tools", most.tools)
  for (let i = 0; i < list.length; i++) {
    const tool = objectAt(list[i], `tools[${i}]`)
    const type = tool["type"]
    if (typeof type === "string" && !toolTypes.has(type)) {
      refuse(`tools[${i}].type`,
        `"${type.slice(0, 64)}" is not served: what hosted tools cost cannot be capped beforehand.`,
        `不提供“${type.slice(0, 64)}”：托管工具的费用无法预先限定。`)
    }
    oneOf(type, `tools[${i}].type`, toolTypes)
    if (stringAt(tool["name"], `tools[${i}].name`) === "") refuse(`tools[${i}].name`, "must not be empty.", "不能为空。")
    if (!isAbsent(tool["parameters"])) objectAt(tool["parameters"], `tools[${i}].parameters`)
  }
  return true
}

function checkFormat(value: unknown): boolean {
  if (isAbsent(value)) return false
  const text = objectAt(value, "text")
  if (isAbsent(text["format"])) return false
  const format = objectAt(text["format"], "text.format")
  const type = oneOf(format["type"], "text.format.type", formats)
  if (type === "json_schema") {
    stringAt(format["name"], "text.format.name")
    objectAt(format["schema"], "text.format.schema")
  }
  return type !== "text"
}
