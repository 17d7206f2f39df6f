import { describe, expect, test } from "vitest"
import { translateAnswer } from "./answer.ts"
import { encodeCall } from "./encode.ts"
import { modelEntry, modelList } from "./models.ts"
import { parseCall } from "./parse.ts"
import { callOf, chatWhole, messagesWhole, options } from "./streams.test.support.ts"
import type { Encode, ParseCall, TranslateAnswer } from "./wire.ts"

// The functions keep the contract.
const contract: readonly [ParseCall, Encode, TranslateAnswer] = [parseCall, encodeCall, translateAnswer]

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === "string" ? value : JSON.stringify(value))

test("a call goes through all three parts of the contract", () => {
  const [parse, encode, translate] = contract
  const call = parse("messages", { model: "m", max_tokens: 9, messages: [{ role: "user", content: "hi" }] })
  expect(JSON.parse(encode(call, { dialect: "openai-chat", model: "up", outputCap: 5 }))).toEqual({
    model: "up", max_tokens: 5, messages: [{ role: "user", content: "hi" }],
  })
  expect(translate(call, "openai-chat", bytes(chatWhole), options).json).toMatchObject({ type: "message" })
})

describe("whole answers", () => {
  test("of the same dialect are the very bytes of the upstream", () => {
    const body = bytes(JSON.stringify({ ...chatWhole, vendor: { kept: true } }, null, 3))
    const answer = translateAnswer(callOf("chat"), "openai-chat", body, options)
    expect(answer.bytes).toBe(body)
    expect(answer.facts).toMatchObject({ id: "chatcmpl-up", model: "up-model", finishReason: "tool_calls", failure: null, isPlainText: false })
    expect(answer.facts.text).toBe("Let me look.weather{\"city\":\"Köln\"}")
    expect(answer.facts.tokens).toMatchObject({ input: 7, cachedInput: 2, output: 4 })
  })

  test("are translated, and name the model that really answered", () => {
    const chat = translateAnswer(callOf("chat"), "anthropic-messages", bytes(messagesWhole), options)
    expect(chat.json).toMatchObject({
      id: "chatcmpl-0f8b", object: "chat.completion", model: "claude-up",
      choices: [{ finish_reason: "tool_calls", message: { content: "Let me look.", tool_calls: [{ id: "toolu_a", function: { name: "weather", arguments: "{\"city\":\"Köln\"}" } }] } }],
      usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 2 } },
    })
    const message = translateAnswer(callOf("messages"), "openai-chat", bytes(chatWhole), options)
    expect(message.json).toMatchObject({ type: "message", model: "up-model", stop_reason: "tool_use", usage: { input_tokens: 7, cache_read_input_tokens: 2 } })
    const response = translateAnswer(callOf("responses"), "openai-chat", bytes(chatWhole), options)
    expect(response.json).toMatchObject({ id: "resp_0f8b", status: "completed", output: [{ type: "message" }, { type: "function_call", call_id: "call_a" }] })
  })

  test("keep the arguments of tool calls whatever places the upstream gives them", () => {
    const call = (index: number, name: string) => ({ index, id: name, type: "function", function: { name, arguments: `{"of":"${name}"}` } })
    const odd = { ...chatWhole, choices: [{ index: -1, finish_reason: "tool_calls", message: { content: null, tool_calls: [call(7, "a"), call(3, "b")] } }] }
    expect(translateAnswer(callOf("messages"), "openai-chat", bytes(odd), options).json).toMatchObject({
      content: [{ name: "a", input: { of: "a" } }, { name: "b", input: { of: "b" } }],
    })
  })

  test("give tool calls an id where the upstream gives none", () => {
    const call = { type: "function", function: { name: "f", arguments: "{}" } }
    const bare = { ...chatWhole, choices: [{ index: 0, finish_reason: "tool_calls", message: { content: null, tool_calls: [call, call] } }] }
    const content = translateAnswer(callOf("messages"), "openai-chat", bytes(bare), options).json?.["content"] as { id: string }[]
    expect(new Set(content.map((block) => block.id).filter((id) => id !== "")).size).toBe(2)
  })

  test("a cut by the cap is told as each API tells it", () => {
    const cut = { ...chatWhole, choices: [{ index: 0, finish_reason: "length", message: { role: "assistant", content: "a" } }] }
    expect(translateAnswer(callOf("messages"), "openai-chat", bytes(cut), options).json).toMatchObject({ stop_reason: "max_tokens" })
    expect(translateAnswer(callOf("responses"), "openai-chat", bytes(cut), options).json).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } })
  })

  test.each<[unknown, string]>([
    ["<html>busy</html>", "malformed"], ["", "malformed"], ["[]", "malformed"], [{}, "malformed"], [{ choices: [] }, "malformed"],
    [{ choices: [{ message: null }] }, "malformed"], [{ choices: [{ message: { content: "half" } }] }, "truncated"],
    [{ error: { message: "no", code: "server_error" } }, "status"],
  ])("%j is no answer", (body, kind) => {
    const answer = translateAnswer(callOf("chat"), "openai-chat", bytes(body), options)
    expect(answer.json).toBeNull()
    expect(answer.facts.failure?.kind).toBe(kind)
  })

  test("embeddings go through, and what holds none is no answer", () => {
    const call = parseCall("embeddings", { model: "m", input: "a" })
    const good = { object: "list", model: "e", data: [{ index: 0, embedding: "AAAA" }], usage: { prompt_tokens: 3, total_tokens: 3 } }
    const base64 = parseCall("embeddings", { model: "m", input: "a", encoding_format: "base64" })
    const body = bytes(good)
    expect(translateAnswer(base64, "openai-embeddings", body, options).bytes).toBe(body)
    expect(translateAnswer(call, "openai-embeddings", body, options).facts).toMatchObject({ failure: null, tokens: { input: 3, output: 0 } })
    expect(translateAnswer(call, "openai-embeddings", bytes({ data: [{}] }), options).json).toBeNull()
  })
})

test("embeddings come in the encoding that the client asked for, whichever the server sends", () => {
  const vector = [0.5, -1.25, 3]
  const text = Buffer.from(Float32Array.from(vector).buffer).toString("base64")
  const answer = (embedding: unknown) => bytes({ object: "list", model: "e", data: [{ object: "embedding", index: 0, embedding }] })
  const of = (format: string, embedding: unknown) => translateAnswer(
    parseCall("embeddings", { model: "m", input: "a", encoding_format: format }), "openai-embeddings", answer(embedding), options)
  for (const given of [vector, text]) {
    expect(of("base64", given).json).toMatchObject({ data: [{ index: 0, embedding: text }] })
    expect(JSON.parse(Buffer.from(of("float", given).bytes).toString())).toMatchObject({ data: [{ index: 0, embedding: vector }] })
  }
})

test("models are listed in each API's shape", () => {
  const models = [{ id: "a", created: 1_700_000_000_000 }, { id: "b", created: 1_700_000_000_000, ownedBy: "acme" }]
  expect(modelList("openai", models)).toEqual({
    object: "list", data: [{ id: "a", object: "model", created: 1_700_000_000, owned_by: "daydream" }, { id: "b", object: "model", created: 1_700_000_000, owned_by: "acme" }],
  })
  expect(modelList("messages", models)).toMatchObject({ first_id: "a", last_id: "b", has_more: false })
  expect(modelEntry("messages", models[0]!)).toEqual({ type: "model", id: "a", display_name: "a", created_at: "2023-11-14T22:13:20.000Z" })
  expect(modelList("messages", [])).toMatchObject({ data: [], first_id: null })
})
