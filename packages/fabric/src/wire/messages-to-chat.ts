/**
 * Anthropic's Messages → chat completions.
 *
 * Left out, because they are hints and not orders: `metadata`, `service_tier`, `thinking`, `output_config.effort`,
 * `inference_geo`, every `cache_control`, `context_management` that only clears thinking, and the thinking of former
 * answers. `top_k` goes through: open servers know it. A schema in `output_config.format` becomes `response_format`.
 * Images in a tool's result stand in the user's message that follows, since a tool's message holds text alone.
 */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { cannot, cannotTell } from "./cannot.ts"
import { isAbsent, isArray, isObject, textOf } from "./check.ts"

const carried = new Set(["temperature", "top_p", "top_k", "stream"])
const handled = new Set([
  "model", "messages", "system", "max_tokens", "stop_sequences", "tools", "tool_choice", "output_config",
  "output_format",
])
const hints = new Set(["metadata", "service_tier", "thinking", "cache_control", "inference_geo"])

export function messagesToChat(body: JsonObject): JsonObject {
  const rest: Record<string, JsonValue | undefined> = {}
  for (const [key, value] of Object.entries(body)) {
    if (handled.has(key) || hints.has(key) || isAbsent(value)) continue
    if (key === "context_management" && isThinkingAlone(value)) continue
    if (!carried.has(key)) cannotTell(key)
    rest[key] = value
  }
  const messages: JsonObject[] = []
  const system = blocksText(body["system"])
  if (system !== "") messages.push({ role: "system", content: system })
  const said = body["messages"] as readonly JsonObject[]
  for (let i = 0; i < said.length; i++) pushMessage(messages, said[i]!, `messages.${i}.content`)
  const stops = body["stop_sequences"]
  return {
    ...rest, messages, ...toolsOf(body), ...formatOf(body),
    ...(isArray(stops) && stops.length > 0 ? { stop: stops } : {}),
  }
}

/** Thinking is left out anyway, so an order to clear it is kept. */
function isThinkingAlone(management: JsonValue): boolean {
  const edits = isObject(management) ? management["edits"] : null
  return isArray(edits) && edits.every((edit) => isObject(edit) && textOf(edit["type"]).startsWith("clear_thinking_"))
}

/** Texts of a string or of text blocks. */
function blocksText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value
  return isArray(value) ? value.map((block) => isObject(block) ? textOf(block["text"]) : "").join("\n\n") : ""
}

function pushMessage(messages: JsonObject[], message: JsonObject, param: string): void {
  const { role, content } = message
  if (typeof content === "string") messages.push({ role, content })
  else if (role === "assistant") messages.push(assistantOf(content as readonly JsonObject[], param))
  else if (role === "system") messages.push({ role, content: blocksText(content) })
  else pushUser(messages, content as readonly JsonObject[], param)
}

function assistantOf(blocks: readonly JsonObject[], param: string): JsonObject {
  let text = ""
  const calls: JsonObject[] = []
  blocks.forEach((block, i) => {
    switch (block["type"]) {
      case "text": text += textOf(block["text"]); return
      case "tool_use":
        calls.push({
          id: block["id"], type: "function",
          function: { name: block["name"], arguments: JSON.stringify(block["input"]) },
        })
        return
      case "thinking":
      case "redacted_thinking": return
      default: cannotTell(`${param}.${i}.type`)
    }
  })
  if (calls.length === 0) return { role: "assistant", content: text }
  return { role: "assistant", content: text === "" ? null : text, tool_calls: calls }
}

/** Results of tools come first, each as a message of its own; then what the user says. */
function pushUser(messages: JsonObject[], blocks: readonly JsonObject[], param: string): void {
  const parts: JsonObject[] = []
  blocks.forEach((block, i) => {
    if (block["type"] === "tool_result") pushResult(messages, parts, block, `${param}.${i}`)
    else parts.push(partOf(block, `${param}.${i}`))
  })
  if (parts.length > 0) messages.push({ role: "user", content: parts })
}

function pushResult(messages: JsonObject[], parts: JsonObject[], block: JsonObject, param: string): void {
  const { content } = block
  let text = typeof content === "string" ? content : ""
  if (isArray(content)) {
    content.forEach((inner, i) => {
      const part = partOf(inner as JsonObject, `${param}.content.${i}`)
      if (part["type"] === "text") text += textOf(part["text"])
      else parts.push(part)
    })
  }
  if (block["is_error"] === true) text = `Error: ${text}`
  messages.push({ role: "tool", tool_call_id: block["tool_use_id"], content: text })
}

function partOf(block: JsonObject, param: string): JsonObject {
  const source = isObject(block["source"]) ? block["source"] : {}
  const inline = `data:${textOf(source["media_type"])};base64,${textOf(source["data"])}`
  switch (block["type"]) {
    case "text": return { type: "text", text: block["text"] }
    case "image": return { type: "image_url", image_url: { url: source["type"] === "url" ? source["url"] : inline } }
    case "document":
      if (source["type"] === "text") return { type: "text", text: source["data"] }
      if (source["type"] === "base64") {
        return { type: "file", file: { filename: textOf(block["title"]) || "document.pdf", file_data: inline } }
      }
      break
    default:
  }
  return cannotTell(`${param}.type`)
}

function toolsOf(body: JsonObject): JsonObject {
  const { tools } = body
  if (!isArray(tools) || tools.length === 0) return {}
  const functions = (tools as readonly JsonObject[]).map((tool, i) => {
    if (!isAbsent(tool["type"]) && tool["type"] !== "custom") {
      cannot(`tools.${i}.type`, "only tools with an input_schema can be told to the server of this model.",
        "此模型的服务端只支持带 input_schema 的工具。")
    }
    return {
      type: "function",
      function: {
        name: tool["name"], parameters: tool["input_schema"],
        ...(isAbsent(tool["description"]) ? {} : { description: tool["description"] }),
        ...(tool["strict"] === true ? { strict: true } : {}),
      },
    }
  })
  const choice = isObject(body["tool_choice"]) ? body["tool_choice"] : null
  return {
    tools: functions,
    ...(choice === null ? {} : { tool_choice: choiceOf(choice) }),
    ...(choice?.["disable_parallel_tool_use"] === true ? { parallel_tool_calls: false } : {}),
  }
}

function choiceOf(choice: JsonObject): JsonValue {
  switch (choice["type"]) {
    case "any": return "required"
    case "tool": return { type: "function", function: { name: choice["name"] } }
    default: return textOf(choice["type"])
  }
}

function formatOf(body: JsonObject): JsonObject {
  const config = body["output_config"]
  const format = (isObject(config) ? config["format"] : null) ?? body["output_format"]
  if (!isObject(format)) return {}
  const json_schema = { name: "answer", schema: format["schema"], strict: true }
  return { response_format: { type: "json_schema", json_schema } }
}
