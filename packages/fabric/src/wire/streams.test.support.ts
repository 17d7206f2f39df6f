/** Streams and answers as the three dialects send them, for tests. */
import { textOf } from "./check.ts"
import { parseCall } from "./parse.ts"
import type { Api, CallFacts, JsonObject } from "../call/index.ts"

export const options = { requestId: "0f8b", created: 1_700_000_000 }

const event = (data: JsonObject): string => `event: ${textOf(data["type"])}\ndata: ${JSON.stringify(data)}\n\n`
const data = (json: JsonObject): string => `data: ${JSON.stringify(json)}\n\n`

const chunk = (choices: readonly JsonObject[], more: JsonObject = {}): string => data({
  id: "chatcmpl-up", object: "chat.completion.chunk", created: 1_700_000_001, model: "up-model", system_fingerprint: "fp",
  choices, ...more,
})

/** One chunk of one choice. */
export const delta = (content: JsonObject, finish: string | null = null, index = 0): string =>
  chunk([{ index, delta: content, logprobs: null, finish_reason: finish }])

export const chatUsageChunk = chunk([], {
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, prompt_tokens_details: { cached_tokens: 2 } },
})
export const done = "data: [DONE]\n\n"

export const chatText = (words: readonly string[]): string => [
  delta({ role: "assistant", content: "", refusal: null }), ...words.map((content) => delta({ content })), delta({}, "stop"),
  chatUsageChunk, done,
].join("")

export const chatTools = [
  delta({ role: "assistant", content: null }),
  delta({ content: "Let me look." }),
  delta({ tool_calls: [{ index: 0, id: "call_a", type: "function", function: { name: "weather", arguments: "" } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: "{\"city\":" } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: "\"Köln\"}" } }] }),
  delta({ tool_calls: [{ index: 1, id: "call_b", type: "function", function: { name: "time", arguments: "" } }] }),
  delta({}, "tool_calls"), chatUsageChunk, done,
].join("")

export const messagesStart = event({
  type: "message_start",
  message: {
    id: "msg_up", type: "message", role: "assistant", model: "claude-up", content: [], stop_reason: null, stop_sequence: null,
    usage: { input_tokens: 7, cache_read_input_tokens: 2, cache_creation_input_tokens: 0, output_tokens: 1 },
  },
})
const messagesEnd = (reason: string): string => event({
  type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 4 },
})
export const messagesStop = event({ type: "message_stop" })

export const messagesText = (words: readonly string[]): string => [
  messagesStart, event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
  event({ type: "ping" }),
  ...words.map((text) => event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
  event({ type: "content_block_stop", index: 0 }), messagesEnd("end_turn"), messagesStop,
].join("")

export const messagesTools = [
  messagesStart,
  event({ type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } }),
  event({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm." } }),
  event({ type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } }),
  event({ type: "content_block_stop", index: 0 }),
  event({ type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "toolu_a", name: "weather", input: {} } }),
  event({ type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: "{\"city\":" } }),
  event({ type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: "\"Köln\"}" } }),
  event({ type: "content_block_stop", index: 1 }),
  event({ type: "content_block_start", index: 2, content_block: { type: "tool_use", id: "toolu_b", name: "time", input: {} } }),
  event({ type: "content_block_stop", index: 2 }),
  messagesEnd("tool_use"), messagesStop,
].join("")

const tool = { name: "weather", description: "Weather of a city", schema: { type: "object", properties: { city: { type: "string" } } } }

/** A small call of each API. */
export function callOf(api: Api, more: JsonObject = {}): CallFacts {
  switch (api) {
    case "responses": return parseCall(api, {
      model: "m", input: "Weather in Köln?", stream: true,
      tools: [{ type: "function", name: tool.name, description: tool.description, parameters: tool.schema, strict: false }], ...more,
    })
    case "messages": return parseCall(api, {
      model: "m", max_tokens: 50, stream: true, messages: [{ role: "user", content: "Weather in Köln?" }],
      tools: [{ name: tool.name, description: tool.description, input_schema: tool.schema }], ...more,
    })
    default: return parseCall("chat", {
      model: "m", stream: true, messages: [{ role: "user", content: "Weather in Köln?" }],
      tools: [{ type: "function", function: { name: tool.name, description: tool.description, parameters: tool.schema } }], ...more,
    })
  }
}

/** `text` as bytes, cut where `cuts` says. */
export function chunked(text: string | Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bytes = typeof text === "string" ? Buffer.from(text) : text
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...places].map((start, i) => bytes.subarray(start, places[i] ?? bytes.length))
}

/** The objects of a stream's events. */
export function eventsOf(text: string): JsonObject[] {
  return text.split("\n\n").flatMap((block) => {
    const line = block.split("\n").find((one) => one.startsWith("data: "))
    return line === undefined || line === "data: [DONE]" ? [] : [JSON.parse(line.slice(6)) as JsonObject]
  })
}

export const chatWhole: JsonObject = {
  id: "chatcmpl-up", object: "chat.completion", created: 1, model: "up-model",
  choices: [{
    index: 0, finish_reason: "tool_calls", logprobs: null,
    message: {
      role: "assistant", content: "Let me look.", refusal: null,
      tool_calls: [{ id: "call_a", type: "function", function: { name: "weather", arguments: "{\"city\":\"Köln\"}" } }],
    },
  }],
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, prompt_tokens_details: { cached_tokens: 2 } },
}

export const messagesWhole: JsonObject = {
  id: "msg_up", type: "message", role: "assistant", model: "claude-up", stop_reason: "tool_use", stop_sequence: null,
  content: [
    { type: "text", text: "Let me look." }, { type: "tool_use", id: "toolu_a", name: "weather", input: { city: "Köln" } },
  ],
  usage: { input_tokens: 7, cache_read_input_tokens: 2, cache_creation_input_tokens: 0, output_tokens: 4 },
}
