/** From the messages of OpenAI's chat to the AI SDK's prompt. */
import type {
  LanguageModelV4FilePart, LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4TextPart, LanguageModelV4ToolCallPart,
} from "@ai-sdk/provider"
import { refuse, wrong } from "./body-fault.ts"

type Fields = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether the model reads files of this type from this address by itself; nothing is fetched here. */
export type ReadsUrl = (mediaType: string, url: string) => boolean

const audioTypes: Readonly<Record<string, string>> = { wav: "audio/wav", mp3: "audio/mpeg" }

function fileOf(mediaType: string, url: unknown, at: string, readsUrl: ReadsUrl): LanguageModelV4FilePart {
  if (typeof url !== "string") throw wrong(at, "a text")
  const inline = /^data:([\w.+/-]+)?((?:;[\w=.-]+)*),/.exec(url)
  if (inline !== null) {
    if (!/;base64$/i.test(inline[2] ?? "")) throw wrong(at, "base64 where it is a data: address")
    return { type: "file", mediaType: inline[1] ?? mediaType, data: { type: "data", data: url.slice(inline[0].length) } }
  }
  if (!URL.canParse(url) || !readsUrl(mediaType, url)) {
    throw refuse("unsupported_value", `This model does not fetch files: send \`${at}\` as a data: address.`)
  }
  return { type: "file", mediaType, data: { type: "url", url: new URL(url) } }
}

function partOf(part: unknown, at: string, readsUrl: ReadsUrl): LanguageModelV4TextPart | LanguageModelV4FilePart {
  if (!isObject(part)) throw wrong(at, "an object")
  if (part["type"] === "text" && typeof part["text"] === "string") return { type: "text", text: part["text"] }
  if (part["type"] === "image_url") {
    const image = part["image_url"]
    return fileOf("image/*", isObject(image) ? image["url"] : image, `${at}.image_url.url`, readsUrl)
  }
  const audio = part["input_audio"]
  if (part["type"] === "input_audio" && isObject(audio) && typeof audio["data"] === "string") {
    return { type: "file", mediaType: audioTypes[String(audio["format"])] ?? "audio/*", data: { type: "data", data: audio["data"] } }
  }
  const file = part["file"]
  if (part["type"] === "file" && isObject(file) && file["file_data"] !== undefined) {
    return {
      ...fileOf("application/pdf", file["file_data"], `${at}.file.file_data`, readsUrl),
      ...(typeof file["filename"] === "string" ? { filename: file["filename"] } : {}),
    }
  }
  throw refuse("unsupported_value", `\`${at}\` is of a kind that this model does not read.`)
}

function partsOf(content: unknown, at: string, readsUrl: ReadsUrl): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  if (typeof content === "string") return [{ type: "text", text: content }]
  if (!Array.isArray(content)) throw wrong(at, "a text or a list of parts")
  return content.map((part: unknown, index) => partOf(part, `${at}[${index}]`, readsUrl))
}

function textOf(content: unknown, at: string): string {
  return partsOf(content, at, () => false).map((part) => {
    if (part.type !== "text") throw wrong(at, "text")
    return part.text
  }).join("")
}

function callOf(call: unknown, at: string): LanguageModelV4ToolCallPart {
  const named = isObject(call) ? call["function"] : undefined
  if (!isObject(call) || !isObject(named) || typeof call["id"] !== "string" || typeof named["name"] !== "string") {
    throw wrong(at, "a call of a function with its id")
  }
  let input: unknown = {}
  try {
    if (typeof named["arguments"] === "string" && named["arguments"] !== "") input = JSON.parse(named["arguments"])
  } catch {
    // What a model wrote badly in an earlier turn is shown to it as it was.
    input = named["arguments"]
  }
  return { type: "tool-call", toolCallId: call["id"], toolName: named["name"], input }
}

function assistant(message: Fields, at: string): LanguageModelV4Message {
  const { content, tool_calls: calls } = message
  const parts = Array.isArray(content) ? content.filter((part) => !(isObject(part) && part["type"] === "refusal")) : content
  const said = content === null || content === undefined ? [] : partsOf(parts, `${at}.content`, () => false)
  const called = Array.isArray(calls) ? calls.map((call: unknown, index) => callOf(call, `${at}.tool_calls[${index}]`)) : []
  return { role: "assistant", content: [...said.filter((part) => part.type !== "text" || part.text !== ""), ...called] }
}

/** Reads `messages`. Throws a refusal with status 400. */
export function readMessages(messages: unknown, readsUrl: ReadsUrl): LanguageModelV4Prompt {
  if (!Array.isArray(messages) || messages.length === 0) throw wrong("messages", "a list of at least one message")
  const toolNames = new Map<string, string>()
  const read = (message: unknown, index: number): LanguageModelV4Message => {
    const at = `messages[${index}]`
    if (!isObject(message)) throw wrong(at, "an object")
    const { role, content } = message
    if (role === "system" || role === "developer") return { role: "system", content: textOf(content, `${at}.content`) }
    if (role === "user") return { role, content: partsOf(content, `${at}.content`, readsUrl) }
    if (role === "assistant") {
      const said = assistant(message, at)
      for (const part of said.content) if (typeof part !== "string" && part.type === "tool-call") toolNames.set(part.toolCallId, part.toolName)
      return said
    }
    if (role === "tool" && typeof message["tool_call_id"] === "string") {
      const toolCallId = message["tool_call_id"]
      const output = { type: "text", value: textOf(content, `${at}.content`) } as const
      return { role, content: [{ type: "tool-result", toolCallId, toolName: toolNames.get(toolCallId) ?? "", output }] }
    }
    throw wrong(`${at}.role`, "system, developer, user, assistant or tool (with its tool_call_id)")
  }
  return messages.map(read)
}
