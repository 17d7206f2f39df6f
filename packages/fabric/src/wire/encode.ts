/** Makes the body for one attempt. Of the same dialect everything stays as the client said it, but model and cap. */
import type { CallFacts, Dialect, JsonObject } from "../call/index.ts"
import { cannot } from "./cannot.ts"
import { isAbsent, isArray, isObject } from "./check.ts"
import { chatToMessages } from "./chat-to-messages.ts"
import { chatToResponses } from "./chat-to-responses.ts"
import { messagesToChat } from "./messages-to-chat.ts"
import { dialectOf } from "./dialect.ts"
import { responsesToChat } from "./responses-to-chat.ts"

export interface AttemptTarget {
  readonly dialect: Dialect
  readonly model: string
  /** For each choice. */
  readonly outputCap: number
  readonly partial?: string
}

/**
 * The body as JSON text. Throws `not_translatable`, naming the parameter, where the target's dialect cannot carry what
 * the call says; what is left out instead is listed in each translation's file.
 */
export function encodeCall(call: CallFacts, target: AttemptTarget): string {
  const body = { ...translate(call, target.dialect), model: target.model }
  switch (target.dialect) {
    case "openai-chat": return JSON.stringify(forChat(body, call, target))
    case "anthropic-messages": return JSON.stringify(forMessages(body, target))
    case "openai-responses": return JSON.stringify(forResponses(body, target))
    default: return JSON.stringify(body)
  }
}

function translate(call: CallFacts, dialect: Dialect): JsonObject {
  const { api, body } = call
  if (dialect === dialectOf(api)) return body
  const isGeneration = api === "chat" || api === "responses" || api === "messages"
  if (!isGeneration || dialect === "openai-embeddings") {
    cannot("model", "this model cannot be called through this interface.", "该模型不能通过此接口调用。")
  }
  const chat = api === "responses" ? responsesToChat(body) : api === "messages" ? messagesToChat(body) : body
  if (dialect === "anthropic-messages") return chatToMessages(chat)
  return dialect === "openai-responses" ? chatToResponses(chat) : chat
}

const lower = (said: JsonObject[string], cap: number): number => typeof said === "number" ? Math.min(said, cap) : cap

function forChat(body: JsonObject, call: CallFacts, target: AttemptTarget): JsonObject {
  const cap = target.outputCap
  const hasNew = !isAbsent(body["max_completion_tokens"])
    || (isAbsent(body["max_tokens"]) && !isAbsent(body["reasoning_effort"]))
  const caps = {
    ...(hasNew ? { max_completion_tokens: lower(body["max_completion_tokens"], cap) } : {}),
    ...(!hasNew || !isAbsent(body["max_tokens"]) ? { max_tokens: lower(body["max_tokens"], cap) } : {}),
  }
  const said = isObject(body["stream_options"]) ? body["stream_options"] : {}
  const usage = call.isStream ? { stream_options: { ...said, include_usage: true } } : {}
  if (target.partial === undefined) return { ...body, ...caps, ...usage }
  // vLLM and SGLang go on from the last message only where told so; others do it by themselves and know neither field.
  return {
    ...body, ...caps, ...usage, messages: withPartial(body["messages"] as JsonObject[], target.partial),
    continue_final_message: true, add_generation_prompt: false,
  }
}

function forMessages(body: JsonObject, target: AttemptTarget): JsonObject {
  const max_tokens = lower(body["max_tokens"], target.outputCap)
  if (target.partial === undefined) return { ...body, max_tokens }
  // The API refuses a last message that ends in white space; the relay knows that it may come again.
  const partial = target.partial.trimEnd()
  if (partial === "") return { ...body, max_tokens }
  const messages = withPartial(body["messages"] as JsonObject[], partial)
  return { ...body, max_tokens, messages }
}

function forResponses(body: JsonObject, target: AttemptTarget): JsonObject {
  if (target.partial !== undefined) {
    cannot("input", "a server that speaks only Responses cannot go on from a half-said answer.",
      "只支持 Responses 接口的服务端无法续写未完成的答案。")
  }
  return { ...body, max_output_tokens: lower(body["max_output_tokens"], target.outputCap) }
}

/** The messages with what was said so far at their end; a beginning that the client gave itself stays before it. */
function withPartial(messages: readonly JsonObject[], partial: string): JsonObject[] {
  const last = messages.at(-1)
  const before = last?.["role"] === "assistant" ? last["content"] : null
  if (typeof before === "string") return [...messages.slice(0, -1), { ...last, content: before + partial }]
  const block = isArray(before) ? before.at(-1) : null
  if (!isArray(before) || !isObject(block) || typeof block["text"] !== "string") {
    return [...messages, { role: "assistant", content: partial }]
  }
  const content = [...before.slice(0, -1), { ...block, text: block["text"] + partial }]
  return [...messages.slice(0, -1), { ...last, content }]
}
