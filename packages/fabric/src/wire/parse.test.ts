import { isDaydreamError } from "@daydream/engine/errors"
import * as fc from "fast-check"
import { countTokens as cl100k } from "gpt-tokenizer/encoding/cl100k_base"
import { countTokens as o200k } from "gpt-tokenizer/encoding/o200k_base"
import { describe, expect, test } from "vitest"
import type { Api, JsonObject } from "../call/index.ts"
import { parseCall } from "./parse.ts"
import { worstCase } from "./weigh.ts"

/** The parameter that a refusal names. */
function refusedAt(api: Api, body: unknown): unknown {
  try {
    parseCall(api, body)
  } catch (error) {
    if (isDaydreamError(error) && error.code === "bad_request") return error.facts["param"]
    throw error
  }
  return undefined
}

const user = { role: "user", content: "hi" }
const chat = (more: JsonObject): JsonObject => ({ model: "m", messages: [user], ...more })
const messages = (more: JsonObject): JsonObject => ({ model: "m", max_tokens: 9, messages: [user], ...more })
const responses = (more: JsonObject): JsonObject => ({ model: "m", input: "hi", ...more })

describe("a refusal names the parameter as its API does", () => {
  test.each<[Api, unknown, string | null]>([
    ["chat", null, null], ["chat", [], null], ["chat", "x", null],
    ["chat", { messages: [user] }, "model"], ["chat", chat({ model: "" }), "model"], ["chat", chat({ model: "a\u0000" }), "model"],
    ["chat", chat({ model: "a".repeat(257) }), "model"], ["chat", chat({ model: 5 }), "model"],
    ["chat", { model: "m" }, "messages"], ["chat", chat({ messages: [] }), "messages"], ["chat", chat({ messages: {} }), "messages"],
    ["chat", chat({ messages: [user, null] }), "messages[1]"], ["chat", chat({ messages: [{ role: "robot", content: "" }] }), "messages[0].role"],
    ["chat", chat({ messages: [{ role: "user" }] }), "messages[0].content"], ["chat", chat({ messages: [{ role: "user", content: 5 }] }), "messages[0].content"],
    ["chat", chat({ messages: [{ role: "user", content: [{ type: "hologram" }] }] }), "messages[0].content[0].type"],
    ["chat", chat({ messages: [{ role: "user", content: [{ type: "text" }] }] }), "messages[0].content[0].text"],
    ["chat", chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }] }), "messages[0].content[0].image_url.url"],
    ["chat", chat({ messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] }), "messages[0].content[0].file.file_id"],
    ["chat", chat({ messages: [{ role: "tool", content: "x" }] }), "messages[0].tool_call_id"],
    ["chat", chat({ messages: [{ role: "user", content: "x", tool_calls: [] }] }), "messages[0].tool_calls"],
    ["chat", chat({ messages: [{ role: "assistant", tool_calls: [{ id: "a", function: { name: "f" } }] }] }), "messages[0].tool_calls[0].function.arguments"],
    ["chat", chat({ temperature: 3 }), "temperature"], ["chat", chat({ temperature: "1" }), "temperature"], ["chat", chat({ top_p: -1 }), "top_p"],
    ["chat", chat({ n: 0 }), "n"], ["chat", chat({ n: 1.5 }), "n"], ["chat", chat({ n: 129 }), "n"], ["chat", chat({ best_of: 1000 }), "best_of"],
    ["chat", chat({ max_tokens: 0 }), "max_tokens"], ["chat", chat({ max_tokens: -5 }), "max_tokens"], ["chat", chat({ max_tokens: 1e18 }), "max_tokens"],
    ["chat", chat({ max_completion_tokens: Number.NaN }), "max_completion_tokens"],
    ["chat", chat({ stream: "yes" }), "stream"], ["chat", chat({ stream_options: {} }), "stream_options"],
    ["chat", chat({ stop: 5 }), "stop"], ["chat", chat({ stop: [5] }), "stop[0]"],
    ["chat", chat({ tools: [{ type: "function" }] }), "tools[0].function"], ["chat", chat({ tools: {} }), "tools"],
    ["chat", chat({ tools: [{ type: "spell", spell: {} }] }), "tools[0].type"], ["chat", chat({ tool_choice: "maybe" }), "tool_choice"],
    ["chat", chat({ response_format: { type: "xml" } }), "response_format.type"],
    ["chat", chat({ response_format: { type: "json_schema" } }), "response_format.json_schema"],
    ["chat", chat({ web_search_options: {} }), "web_search_options"],
    ["responses", { model: "m" }, "input"], ["responses", responses({ input: [] }), "input"],
    ["responses", responses({ input: [{ type: "message", role: "robot", content: "x" }] }), "input[0].role"],
    ["responses", responses({ input: [{ type: "item_reference", id: "x" }] }), "input[0].type"],
    ["responses", responses({ input: [{ role: "user", content: [{ type: "input_image", file_id: "x" }] }] }), "input[0].content[0].file_id"],
    ["responses", responses({ previous_response_id: "r" }), "previous_response_id"], ["responses", responses({ background: true }), "background"],
    ["responses", responses({ tools: [{ type: "web_search" }] }), "tools[0].type"], ["responses", responses({ max_output_tokens: 0 }), "max_output_tokens"],
    ["responses", responses({ text: { format: { type: "json_schema", name: "x" } } }), "text.format.schema"],
    ["messages", { model: "m", messages: [user] }, "max_tokens"], ["messages", messages({ messages: [{ role: "tool", content: "x" }] }), "messages.0.role"],
    ["messages", messages({ messages: [{ role: "user", content: [{ type: "image", source: { type: "file", file_id: "f" } }] }] }), "messages.0.content.0.source.type"],
    ["messages", messages({ messages: [{ role: "user", content: [{ type: "tool_result" }] }] }), "messages.0.content.0.tool_use_id"],
    ["messages", messages({ temperature: 1.5 }), "temperature"], ["messages", messages({ tools: [{ type: "web_search_20250305", name: "w" }] }), "tools.0.type"],
    ["messages", messages({ mcp_servers: [{}] }), "mcp_servers"], ["messages", messages({ system: [{ type: "text" }] }), "system.0.text"],
    ["embeddings", { model: "m" }, "input"], ["embeddings", { model: "m", input: "" }, "input"], ["embeddings", { model: "m", input: [] }, "input"],
    ["embeddings", { model: "m", input: ["a", 5] }, "input[1]"], ["embeddings", { model: "m", input: [1, -2] }, "input[1]"],
    ["embeddings", { model: "m", input: "a", encoding_format: "hex" }, "encoding_format"], ["embeddings", { model: "m", input: "a", dimensions: 0 }, "dimensions"],
  ])("%s %j", (api, body, param) => {
    expect(refusedAt(api, body)).toBe(param)
  })
})

test("token counting needs no max_tokens", () => {
  expect(parseCall("count-tokens", { model: "m", messages: [user] })).toMatchObject({ outputCap: null, isStream: false })
})

describe("facts", () => {
  test("of a chat call: caps, choices, needs, and every unknown field kept", () => {
    const body = chat({
      max_tokens: 10, max_completion_tokens: 7, n: 3, best_of: 5, stream: true, vendor_field: { deep: [1] },
      tools: [{ type: "function", function: { name: "f" } }], response_format: { type: "json_object" },
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] }],
    })
    expect(parseCall("chat", body)).toMatchObject({
      api: "chat", model: "m", isStream: true, outputCap: 7, choices: 5, needs: { tools: true, structured: true, images: true, audio: false },
    })
    expect(parseCall("chat", body).body).toBe(body)
  })

  test("null says as little as nothing", () => {
    const body = chat({ max_tokens: null, n: null, stream: null, tools: null, stop: null, temperature: null, response_format: null, stream_options: null })
    expect(parseCall("chat", body)).toMatchObject({ outputCap: null, choices: 1, isStream: false })
  })

  test("an assistant that only calls tools may say nothing, in any form", () => {
    const calls = [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }]
    for (const content of [null, undefined, "", []]) {
      expect(refusedAt("chat", chat({ messages: [{ role: "assistant", tool_calls: calls, ...(content === undefined ? {} : { content }) }] }))).toBeUndefined()
    }
  })

  test("an image counts by its worst case and not by its bytes", () => {
    const image = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(1_000_000)}` } }
    const { mostInputTokens } = parseCall("chat", chat({ messages: [{ role: "user", content: [image] }] }))
    expect(mostInputTokens).toBeGreaterThanOrEqual(worstCase.image)
    expect(mostInputTokens).toBeLessThan(worstCase.image + 500)
    const more = parseCall("chat", chat({ messages: [{ role: "user", content: [image] }] }), { ...worstCase, image: 50_000 })
    expect(more.mostInputTokens).toBeGreaterThanOrEqual(50_000)
  })

  test("text beside an image, or called one, is still counted", () => {
    const text = "x".repeat(100_000)
    const hidden = { type: "image_url", image_url: { url: "https://a.test/b.png" }, text }
    expect(parseCall("chat", chat({ messages: [{ role: "user", content: [hidden] }] })).mostInputTokens).toBeGreaterThan(100_000)
    const document = { type: "document", source: { type: "text", media_type: "text/plain", data: text } }
    expect(parseCall("messages", messages({ messages: [{ role: "user", content: [document] }] })).mostInputTokens).toBeGreaterThan(100_000)
    expect(parseCall("chat", chat({ documents: [text] })).mostInputTokens).toBeGreaterThan(100_000)
  })
})

describe("hostile bodies", () => {
  test("nesting deeper than 64 levels is refused, wherever it is", () => {
    let deep: unknown = 1
    for (let i = 0; i < 5_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep }
    expect(refusedAt("chat", chat({ metadata: deep as JsonObject }))).toBe("metadata")
    expect(refusedAt("chat", chat({ messages: [{ ...user, extra: deep as JsonObject }] }))).toBe("messages")
    expect(refusedAt("responses", responses({ tools: [{ type: "function", name: "f", parameters: { deep: deep as JsonObject } }] }))).toBe("tools")
    expect(refusedAt("messages", messages({ system: deep as JsonObject[] }))).not.toBeUndefined()
    expect(refusedAt("embeddings", { model: "m", input: "a", more: deep })).toBe("more")
    let result: JsonObject = { type: "text", text: "x" }
    for (let i = 0; i < 20_000; i++) result = { type: "tool_result", tool_use_id: "a", content: [result] }
    expect(refusedAt("messages", messages({ messages: [{ role: "user", content: [result] }] }))).toBe("messages.0.content.0.content.0.type")
  })

  test("oversized arrays are refused", () => {
    expect(refusedAt("chat", chat({ messages: Array.from({ length: 10_001 }, () => user) }))).toBe("messages")
    expect(refusedAt("chat", chat({ logit_bias: Array.from({ length: 100_001 }, () => 0) }))).toBe("logit_bias")
    expect(refusedAt("embeddings", { model: "m", input: Array.from({ length: 2_049 }, () => "a") })).toBe("input")
  })

  test("any JSON is read or refused by name, and never breaks the reader", () => {
    const apis = fc.constantFrom<Api>("chat", "responses", "messages", "count-tokens", "embeddings", "function")
    const keys = fc.constantFrom("model", "messages", "input", "tools", "role", "content", "type", "n", "stop", "system", "text", "__proto__", "max_tokens", "tool_choice", "response_format", "source", "output")
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, fc.jsonValue(), fc.string(), fc.constantFrom("user", "text", "function", "message"), tie("object"), fc.array(tie("any"), { maxLength: 3 })),
      object: fc.dictionary(keys, tie("any"), { maxKeys: 6 }),
    }))
    fc.assert(fc.property(apis, value.object, (api, more) => {
      expect(() => refusedAt(api, JSON.parse(JSON.stringify({ model: "m", ...(more as object) })))).not.toThrow()
    }), { numRuns: 2_000 })
  })
})

describe("the bound of input tokens", () => {
  const word = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("<|im_start|>", "天气", "👩‍👩‍👧‍👦", " \n\t ", "ﷺ", "\\u0000"))
  const plain = { disallowedSpecial: new Set<string>() }

  test("holds for tokenizers with the template's marks around each message", () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const said = words.map((content) => ({ role: "user", content }))
      const text = said.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join("") + "<|im_start|>assistant\n"
      const { mostInputTokens } = parseCall("chat", chat({ messages: said }))
      // The marks are one token each in a model that has them; here their text is a few.
      const marks = said.length * 14 + 7
      for (const count of [cl100k, o200k]) expect(count(text, plain) - marks).toBeLessThanOrEqual(mostInputTokens)
    }), { numRuns: 300 })
  })

  test("counts the marks of each message, and schemas as a template prints them", () => {
    const empty = chat({ messages: Array.from({ length: 50 }, () => ({ role: "user", content: "" })) })
    const parameters = { type: "object", properties: { city: { type: "string", description: "where" }, days: { type: "integer", enum: ["a", "b"] } } }
    const tools = [{ type: "function", function: { name: "f", parameters } }]
    const bare = { ...worstCase, tools: 0, perTool: 0, perCall: 0, perMessage: 0 }
    expect(parseCall("chat", empty).mostInputTokens - parseCall("chat", empty, bare).mostInputTokens).toBe(50 * worstCase.perMessage + worstCase.perCall)
    const difference = parseCall("chat", chat({ tools }), bare).mostInputTokens - parseCall("chat", chat({}), bare).mostInputTokens
    expect(difference).toBeGreaterThanOrEqual(JSON.stringify(tools, null, 2).length)
  })

  test("holds for schemas that a template prints with indentation", () => {
    const schema = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })
    fc.assert(fc.property(schema, (parameters) => {
      const tools = [{ type: "function", function: { name: "f", parameters } }]
      const { mostInputTokens } = parseCall("chat", JSON.parse(JSON.stringify(chat({ tools }))))
      expect(o200k(JSON.stringify(tools, null, 4), plain)).toBeLessThanOrEqual(mostInputTokens)
    }), { numRuns: 300 })
  })
})

describe("the prefix key", () => {
  const long = "You are an assistant of a bank. ".repeat(60)
  const key = (content: string, system = long) => parseCall("chat", chat({ messages: [{ role: "system", content: system }, { role: "user", content }] })).prefixKey

  test("is equal where a long system text is shared, and differs where it is not", () => {
    expect(key("a")).toBe(key("b"))
    expect(key("a")).not.toBe(key("a", `Other. ${long}`))
  })

  test("takes the first message into account where the beginning is short, and stays as the talk goes on", () => {
    expect(key("a", "short")).not.toBe(key("b", "short"))
    const said = [{ role: "user", content: "first" }, { role: "assistant", content: "x" }, { role: "user", content: "second" }]
    expect(parseCall("chat", chat({ messages: said })).prefixKey).toBe(parseCall("chat", chat({ messages: said.slice(0, 1) })).prefixKey)
  })
})
