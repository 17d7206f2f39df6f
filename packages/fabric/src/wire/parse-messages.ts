/** Reads the body of `POST /v1/messages` and `/v1/messages/count_tokens`; paths are written as Anthropic does. */
import type { CallFacts, JsonObject, JsonValue } from "../call/index.ts"
import {
  booleanIn, isAbsent, isArray, listAt, modelIn, most, numberIn, objectAt, oneOf, refuse, stringAt, stringsAt,
} from "./check.ts"
import { longestOutput } from "./parse-chat.ts"
import { prefixKey } from "./prefix.ts"
import { weigh, type WorstCase } from "./weigh.ts"

const roles = new Set(["user", "assistant", "system"])
const blockTypes = new Set([
  "text", "image", "document", "search_result", "thinking", "redacted_thinking", "tool_use", "tool_result",
])
/** What may stand in a tool's result. */
const resultTypes = new Set(["text", "image", "document", "search_result"])
const choices = new Set(["auto", "any", "tool", "none"])
/** Tools that Anthropic defines but the client runs. */
const clientTools = /^(?:custom$|bash_|text_editor_|computer_|memory_)/

export function parseMessages(api: "messages" | "count-tokens", body: JsonObject, worst: WorstCase): CallFacts {
  const model = modelIn(body)
  const messages = listAt(body["messages"], "messages", most.messages)
  for (let i = 0; i < messages.length; i++) checkMessage(messages[i], i)
  const system = body["system"]
  if (!isAbsent(system) && typeof system !== "string") checkSystem(system)
  const cap = numberIn(body, "max_tokens", 1, longestOutput, "integer")
  if (cap === null && api === "messages") refuse("max_tokens", "is missing.", "缺少该字段。")
  numberIn(body, "temperature", 0, 1)
  numberIn(body, "top_p", 0, 1)
  numberIn(body, "top_k", 0, longestOutput, "integer")
  stringsAt(body["stop_sequences"], "stop_sequences", most.stops)
  for (const key of ["mcp_servers", "container"] as const) {
    if (!isAbsent(body[key])) refuse(key, "is not served: what it costs cannot be capped beforehand.",
      "不提供该功能：其费用无法预先限定。")
  }
  const hasTools = checkTools(body)
  const weight = weigh(body, messages.length + 1, worst)
  const output = body["output_config"]
  const structured = !isAbsent(body["output_format"])
    || (!isAbsent(output) && !isAbsent(objectAt(output, "output_config")["format"]))
  return {
    api, model, body, isStream: api === "messages" && booleanIn(body, "stream"),
    mostInputTokens: weight.tokens, outputCap: cap, choices: 1,
    prefixKey: prefixKey([body["tools"], system], (messages[0] as JsonObject)["content"]),
    requestClass: "interactive",
    needs: { tools: hasTools, structured, images: weight.images, audio: false },
  }
}

function checkMessage(value: JsonValue | undefined, i: number): void {
  const message = objectAt(value, `messages.${i}`)
  const role = message["role"]
  if (typeof role !== "string" || !roles.has(role)) oneOf(role, `messages.${i}.role`, roles)
  const content = message["content"]
  if (typeof content !== "string") checkBlocks(content, `messages.${i}.content`, blockTypes)
}

function checkBlocks(value: unknown, param: string, types: ReadonlySet<string>): void {
  if (isAbsent(value)) refuse(param, "is missing.", "缺少该字段。")
  if (!isArray(value)) refuse(param, "must be a string or an array of blocks.", "必须是字符串或内容块的数组。")
  if (value.length > most.parts) listAt(value, param, most.parts)
  for (let i = 0; i < value.length; i++) {
    const at = `${param}.${i}`
    const block = objectAt(value[i], at)
    switch (oneOf(block["type"], `${at}.type`, types)) {
      case "text": stringAt(block["text"], `${at}.text`); break
      case "image": checkSource(block["source"], `${at}.source`); break
      case "document": checkSource(block["source"], `${at}.source`); break
      case "tool_use":
        stringAt(block["id"], `${at}.id`)
        stringAt(block["name"], `${at}.name`)
        objectAt(block["input"], `${at}.input`)
        break
      case "tool_result":
        stringAt(block["tool_use_id"], `${at}.tool_use_id`)
        if (!isAbsent(block["content"]) && typeof block["content"] !== "string") {
          checkBlocks(block["content"], `${at}.content`, resultTypes)
        }
        break
      default: break
    }
  }
}

function checkSource(value: unknown, param: string): void {
  const source = objectAt(value, param)
  switch (source["type"]) {
    case "base64": stringAt(source["data"], `${param}.data`); return
    case "text": stringAt(source["data"], `${param}.data`); return
    case "content": return
    case "url":
      if (/^https?:\/\//i.test(stringAt(source["url"], `${param}.url`))) return
      return refuse(`${param}.url`, "must be an http(s) URL.", "必须是 http(s) URL。")
    case "file":
      refuse(`${param}.type`, "file is not served: this service keeps no files. Send the data itself.",
        "不支持 file：本服务不保存文件。请直接发送数据。")
    default: oneOf(source["type"], `${param}.type`, new Set(["base64", "url", "text", "content"]))
  }
}

function checkSystem(value: unknown): void {
  if (!isArray(value)) refuse("system", "must be a string or an array of text blocks.", "必须是字符串或文本块的数组。")
  for (let i = 0; i < value.length; i++) stringAt(objectAt(value[i], `system.${i}`)["text"], `system.${i}.text`)
}

function checkTools(body: JsonObject): boolean {
  const choice = body["tool_choice"]
  if (!isAbsent(choice)) {
    const type = oneOf(objectAt(choice, "tool_choice")["type"], "tool_choice.type", choices)
    if (type === "tool") stringAt((choice as JsonObject)["name"], "tool_choice.name")
  }
  const tools = body["tools"]
  if (isAbsent(tools) || (isArray(tools) && tools.length === 0)) return false
  const list = listAt(tools, "tools", most.tools)
  for (let i = 0; i < list.length; i++) {
    const tool = objectAt(list[i], `tools.${i}`)
    const type = isAbsent(tool["type"]) ? "custom" : stringAt(tool["type"], `tools.${i}.type`)
    if (!clientTools.test(type)) {
      refuse(`tools.${i}.type`,
        `"${type.slice(0, 64)}" is not served: what hosted tools cost cannot be capped beforehand.`,
        `不提供“${type.slice(0, 64)}”：托管工具的费用无法预先限定。`)
    }
    if (stringAt(tool["name"], `tools.${i}.name`) === "") refuse(`tools.${i}.name`, "must not be empty.", "不能为空。")
    if (type === "custom") objectAt(tool["input_schema"], `tools.${i}.input_schema`)
  }
  return true
}
