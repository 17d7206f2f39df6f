import { isDaydreamError } from "@daydream/engine/errors"
import { describe, expect, test } from "vitest"
import type { Api, Dialect, JsonObject } from "../call/index.ts"
import { encodeCall } from "./encode.ts"
import { parseCall } from "./parse.ts"

function encoded(api: Api, body: JsonObject, dialect: Dialect, more: { partial?: string, outputCap?: number } = {}): JsonObject {
  return JSON.parse(encodeCall(parseCall(api, body), { dialect, model: "up", outputCap: 100, ...more })) as JsonObject
}

/** The parameter of the refusal. */
function refusedAt(api: Api, body: JsonObject, dialect: Dialect, more: { partial?: string } = {}): unknown {
  try {
    encoded(api, body, dialect, more)
  } catch (error) {
    if (isDaydreamError(error) && error.code === "not_translatable") return error.facts["param"]
    throw error
  }
  return undefined
}

const user = { role: "user", content: "hi" }
const chat = (more: JsonObject = {}): JsonObject => ({ model: "m", messages: [user], ...more })
const messages = (more: JsonObject = {}): JsonObject => ({ model: "m", max_tokens: 9, messages: [user], ...more })
const responses = (more: JsonObject = {}): JsonObject => ({ model: "m", input: "hi", ...more })
const schema = { type: "object", properties: { city: { type: "string" } } }
const png = "data:image/png;base64,AAAA"

describe("of the same dialect", () => {
  test("only model and cap change, and vendor fields stay", () => {
    const body = chat({ temperature: 0.5, vendor: { a: [1, null] }, messages: [{ ...user, name: "x", vendor: 1 }] })
    expect(encoded("chat", body, "openai-chat")).toEqual({ ...body, model: "up", max_tokens: 100 })
    expect(encoded("responses", responses({ store: true, vendor: 1 }), "openai-responses")).toEqual({ ...responses({ store: true, vendor: 1 }), model: "up", max_output_tokens: 100 })
    expect(encoded("messages", messages({ vendor: 1 }), "anthropic-messages")).toEqual({ ...messages({ vendor: 1 }), model: "up" })
    expect(encoded("embeddings", { model: "m", input: ["a"], dimensions: 3 }, "openai-embeddings")).toEqual({ model: "up", input: ["a"], dimensions: 3 })
  })

  test("the cap keeps the client's name for it and is never raised", () => {
    expect(encoded("chat", chat({ max_completion_tokens: 500 }), "openai-chat")).toEqual({ ...chat(), model: "up", max_completion_tokens: 100 })
    expect(encoded("chat", chat({ max_tokens: 5 }), "openai-chat")).toEqual({ ...chat(), model: "up", max_tokens: 5 })
    expect(encoded("chat", chat({ max_tokens: 500, max_completion_tokens: 500 }), "openai-chat")).toMatchObject({ max_tokens: 100, max_completion_tokens: 100 })
    expect(encoded("chat", chat({ reasoning_effort: "low" }), "openai-chat")).toEqual({ ...chat({ reasoning_effort: "low" }), model: "up", max_completion_tokens: 100 })
    expect(encoded("responses", responses({ max_output_tokens: 999 }), "openai-responses")).toMatchObject({ max_output_tokens: 100 })
  })

  test("a stream is asked for its usage, and other options of it stay", () => {
    expect(encoded("chat", chat({ stream: true, stream_options: { include_obfuscation: false } }), "openai-chat")["stream_options"])
      .toEqual({ include_obfuscation: false, include_usage: true })
    expect(encoded("chat", chat(), "openai-chat")["stream_options"]).toBeUndefined()
  })
})

describe("going on from a half-said answer", () => {
  test("the last message is what was said so far", () => {
    expect(encoded("chat", chat(), "openai-chat", { partial: "Once " })).toMatchObject({
      messages: [user, { role: "assistant", content: "Once " }], continue_final_message: true, add_generation_prompt: false,
    })
    expect(encoded("chat", chat(), "anthropic-messages", { partial: "Once " })["messages"]).toEqual([
      { role: "user", content: [{ type: "text", text: "hi" }] }, { role: "assistant", content: "Once" },
    ])
    expect(encoded("messages", messages(), "openai-chat", { partial: "Once" })["messages"]).toEqual([user, { role: "assistant", content: "Once" }])
  })

  test("a beginning that the client gave stays before it", () => {
    const body = chat({ messages: [user, { role: "assistant", content: "A: " }] })
    expect(encoded("chat", body, "openai-chat", { partial: "yes" })["messages"]).toEqual([user, { role: "assistant", content: "A: yes" }])
    expect(encoded("chat", body, "anthropic-messages", { partial: "yes " })["messages"]).toMatchObject([{ role: "user" }, { role: "assistant", content: [{ text: "A: yes" }] }])
  })

  test("a server of Responses cannot", () => {
    expect(refusedAt("responses", responses(), "openai-responses", { partial: "a" })).toBe("input")
  })
})

describe("chat → messages", () => {
  test("carries system texts, images, tools, results and the structure of the answer", () => {
    const body = chat({
      temperature: 0.2, stop: "END", parallel_tool_calls: false, tool_choice: "required", seed: 7, user: "u",
      tools: [{ type: "function", function: { name: "weather", description: "d", parameters: schema, strict: true } }],
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
      messages: [
        { role: "system", content: "S1" }, { role: "developer", content: [{ type: "text", text: "S2" }] },
        { role: "user", content: [{ type: "text", text: "look" }, { type: "image_url", image_url: { url: png } }, { type: "image_url", image_url: { url: "https://a.test/b.png" } }] },
        { role: "assistant", content: null, tool_calls: [
          { id: "c1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Köln\"}" } },
          { id: "c2", type: "function", function: { name: "weather", arguments: "" } },
        ] },
        { role: "tool", tool_call_id: "c1", content: "12°" }, { role: "tool", tool_call_id: "c2", content: "13°" }, user,
      ],
    })
    expect(encoded("chat", body, "anthropic-messages")).toEqual({
      model: "up", max_tokens: 100, temperature: 0.2, stop_sequences: ["END"], system: "S1\n\nS2",
      tools: [{ name: "weather", description: "d", input_schema: schema, strict: true }], tool_choice: { type: "any", disable_parallel_tool_use: true },
      output_config: { format: { type: "json_schema", schema } },
      messages: [
        { role: "user", content: [
          { type: "text", text: "look" }, { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          { type: "image", source: { type: "url", url: "https://a.test/b.png" } },
        ] },
        { role: "assistant", content: [
          { type: "tool_use", id: "c1", name: "weather", input: { city: "Köln" } }, { type: "tool_use", id: "c2", name: "weather", input: {} },
        ] },
        { role: "user", content: [
          { type: "tool_result", tool_use_id: "c1", content: "12°" }, { type: "tool_result", tool_use_id: "c2", content: "13°" }, { type: "text", text: "hi" },
        ] },
      ],
    })
  })

  test.each<[JsonObject, string]>([
    [{ n: 2 }, "n"], [{ temperature: 1.5 }, "temperature"], [{ logprobs: true }, "logprobs"], [{ presence_penalty: 1 }, "presence_penalty"],
    [{ logit_bias: { 1: 2 } }, "logit_bias"], [{ response_format: { type: "json_object" } }, "response_format"], [{ min_p: 0.1 }, "min_p"],
    [{ modalities: ["text", "audio"] }, "modalities"], [{ audio: { voice: "x", format: "wav" } }, "audio"],
    [{ messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "A", format: "wav" } }] }] }, "messages[0].content[0].type"],
    [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png,raw" } }] }] }, "messages[0].content[0].image_url.url"],
    [{ messages: [{ role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "oops" } }] }] }, "messages[0].tool_calls[0].function.arguments"],
    [{ tools: [{ type: "function", function: { name: "f" } }], tool_choice: { type: "allowed_tools", allowed_tools: {} } }, "tool_choice"],
  ])("refuses %j by name", (more, param) => {
    expect(refusedAt("chat", chat(more), "anthropic-messages")).toBe(param)
  })

  test("a value that asks for nothing is no obstacle", () => {
    const idle = chat({ n: 1, logprobs: false, presence_penalty: 0, frequency_penalty: 0, logit_bias: {}, top_logprobs: null, modalities: ["text"], tools: [], response_format: { type: "text" } })
    expect(encoded("chat", idle, "anthropic-messages")).toEqual({ model: "up", max_tokens: 100, messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }] })
  })
})

describe("messages → chat", () => {
  test("carries system texts, images, tools, results and the structure of the answer", () => {
    const body = messages({
      system: [{ type: "text", text: "S1", cache_control: { type: "ephemeral" } }, { type: "text", text: "S2" }], stop_sequences: ["END"], top_k: 4,
      thinking: { type: "enabled", budget_tokens: 5 }, context_management: { edits: [{ type: "clear_thinking_20251015" }] }, metadata: { user_id: "u" },
      tools: [{ name: "weather", description: "d", input_schema: schema }], tool_choice: { type: "tool", name: "weather", disable_parallel_tool_use: true },
      output_config: { format: { type: "json_schema", schema }, effort: "low" },
      messages: [
        { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }, { type: "text", text: "look" }] },
        { role: "assistant", content: [{ type: "thinking", thinking: "t", signature: "s" }, { type: "text", text: "ok" }, { type: "tool_use", id: "c1", name: "weather", input: { city: "Köln" } }] },
        { role: "user", content: [
          { type: "tool_result", tool_use_id: "c1", is_error: true, content: [{ type: "text", text: "no" }, { type: "image", source: { type: "url", url: "https://a.test/b.png" } }] },
          { type: "text", text: "go on" },
        ] },
      ],
    })
    expect(encoded("messages", body, "openai-chat")).toEqual({
      model: "up", max_tokens: 100, stop: ["END"], top_k: 4,
      tools: [{ type: "function", function: { name: "weather", description: "d", parameters: schema } }],
      tool_choice: { type: "function", function: { name: "weather" } }, parallel_tool_calls: false,
      response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
      messages: [
        { role: "system", content: "S1\n\nS2" },
        { role: "user", content: [{ type: "image_url", image_url: { url: png } }, { type: "text", text: "look" }] },
        { role: "assistant", content: "ok", tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Köln\"}" } }] },
        { role: "tool", tool_call_id: "c1", content: "Error: no" },
        { role: "user", content: [{ type: "image_url", image_url: { url: "https://a.test/b.png" } }, { type: "text", text: "go on" }] },
      ],
    })
  })

  test.each<[JsonObject, string]>([
    [{ context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } }, "context_management"], [{ tools: [{ type: "bash_20250124", name: "bash" }] }, "tools.0.type"],
    [{ messages: [{ role: "user", content: [{ type: "search_result", source: "s", title: "t", content: [] }] }] }, "messages.0.content.0.type"],
    [{ messages: [{ role: "user", content: [{ type: "document", source: { type: "url", url: "https://a.test/b.pdf" } }] }] }, "messages.0.content.0.type"],
  ])("refuses %j by name", (more, param) => {
    expect(refusedAt("messages", messages(more), "openai-chat")).toBe(param)
  })
})

describe("responses → chat", () => {
  const body = responses({
    instructions: "S", max_output_tokens: 50, temperature: 0.3, store: true, reasoning: { effort: "low" }, metadata: { a: "b" }, top_k: 5,
    tools: [{ type: "function", name: "weather", parameters: schema, strict: null, description: null }], tool_choice: { type: "function", name: "weather" },
    text: { format: { type: "json_schema", name: "n", schema, strict: true }, verbosity: "low" },
    input: [
      { role: "developer", content: "D" }, { role: "user", content: [{ type: "input_text", text: "look" }, { type: "input_image", image_url: png, detail: "low" }] },
      { type: "reasoning", id: "r", summary: [] },
      { type: "message", role: "assistant", id: "x", status: "completed", content: [{ type: "output_text", text: "ok", annotations: [] }] },
      { type: "function_call", call_id: "c1", name: "weather", arguments: "{}" }, { type: "function_call", call_id: "c2", name: "weather", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "12°" }, { type: "function_call_output", call_id: "c2", output: [{ type: "input_text", text: "13°" }] },
    ],
  })

  test("carries instructions, items, tools and the structure of the answer", () => {
    const call = { type: "function", function: { name: "weather", arguments: "{}" } }
    expect(encoded("responses", body, "openai-chat")).toEqual({
      model: "up", max_tokens: 100, temperature: 0.3, top_k: 5,
      tools: [{ type: "function", function: { name: "weather", parameters: schema } }], tool_choice: { type: "function", function: { name: "weather" } },
      response_format: { type: "json_schema", json_schema: { name: "n", schema, strict: true } },
      messages: [
        { role: "system", content: "S" }, { role: "system", content: "D" },
        { role: "user", content: [{ type: "text", text: "look" }, { type: "image_url", image_url: { url: png, detail: "low" } }] },
        { role: "assistant", content: "ok", tool_calls: [{ id: "c1", ...call }, { id: "c2", ...call }] },
        { role: "tool", tool_call_id: "c1", content: "12°" }, { role: "tool", tool_call_id: "c2", content: "13°" },
      ],
    })
  })

  test("goes on to Anthropic's dialect too", () => {
    const { top_k: _, ...rest } = body
    expect(encoded("responses", rest, "anthropic-messages")).toMatchObject({
      system: "S\n\nD", tool_choice: { type: "tool", name: "weather" }, output_config: { format: { schema } },
      messages: [{ role: "user" }, { role: "assistant", content: [{ type: "text" }, { type: "tool_use" }, { type: "tool_use" }] }, { role: "user" }],
    })
  })

  test.each<[JsonObject, string]>([
    [{ truncation: "auto" }, "truncation"], [{ top_logprobs: 3 }, "top_logprobs"], [{ include: ["message.output_text.logprobs"] }, "include"],
    [{ tools: [{ type: "custom", name: "c" }] }, "tools[0].type"], [{ input: [{ type: "custom_tool_call", call_id: "c", name: "n", input: "x" }] }, "input[0].type"],
  ])("refuses %j by name", (more, param) => {
    expect(refusedAt("responses", responses(more), "openai-chat")).toBe(param)
  })
})

describe("chat and messages → responses", () => {
  test("carry messages, tools, results and the structure of the answer", () => {
    const body = chat({
      tools: [{ type: "function", function: { name: "weather", parameters: schema } }], tool_choice: "auto", reasoning_effort: "low",
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
      messages: [{ role: "system", content: "S" }, { role: "user", content: [{ type: "image_url", image_url: { url: png } }] },
        { role: "assistant", content: "ok", tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: "{}" } }] }, { role: "tool", tool_call_id: "c1", content: "12°" }],
    })
    expect(encoded("chat", body, "openai-responses")).toEqual({
      model: "up", max_output_tokens: 100, store: false, tool_choice: "auto", reasoning: { effort: "low" },
      tools: [{ type: "function", name: "weather", parameters: schema, strict: false }], text: { format: { type: "json_schema", name: "n", schema } },
      input: [
        { type: "message", role: "system", content: "S" }, { type: "message", role: "user", content: [{ type: "input_image", image_url: png, detail: "auto" }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "ok" }] },
        { type: "function_call", call_id: "c1", name: "weather", arguments: "{}" }, { type: "function_call_output", call_id: "c1", output: "12°" },
      ],
    })
    expect(encoded("messages", messages({ system: "S" }), "openai-responses")).toMatchObject({ input: [{ role: "system" }, { role: "user" }] })
    expect(refusedAt("chat", chat({ stop: "x" }), "openai-responses")).toBe("stop")
    expect(refusedAt("chat", chat({ n: 2 }), "openai-responses")).toBe("n")
  })
})

test("embeddings have one dialect", () => {
  expect(refusedAt("embeddings", { model: "m", input: "a" }, "openai-chat")).toBe("model")
  expect(refusedAt("chat", chat(), "openai-embeddings")).toBe("model")
})
