import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Api, Dialect } from "../call/index.ts"
import { textOf } from "./check.ts"
import { createStreamRelay } from "./relay.ts"
import { longestEvent } from "./sse.ts"
import {
  callOf, chatText, chatTools, chatUsageChunk, chunked, delta, done, eventsOf, messagesStart, messagesStop, messagesText, messagesTools, options,
} from "./streams.test.support.ts"
import { responsesOf } from "./responses.test.support.ts"

const apis: readonly Api[] = ["chat", "responses", "messages"]
const own: Readonly<Partial<Record<Api, Dialect>>> = { chat: "openai-chat", messages: "anthropic-messages", responses: "openai-responses" }

function relayAll(api: Api, dialect: Dialect, chunks: readonly Uint8Array[], more = {}) {
  const relay = createStreamRelay(callOf(api, more), dialect, options)
  const out = chunks.flatMap((chunk) => relay.push(new Uint8Array(chunk)) ?? [])
  const pushed = Buffer.concat(out).toString()
  return { relay, pushed, all: pushed + (relay.isComplete ? Buffer.from(relay.finish() ?? []).toString() : "") }
}

const streams: readonly [Dialect, string][] = [
  ["openai-chat", chatText(["Grüße", " 🐫", " 東京\\n"])],
  ["openai-chat", chatTools],
  ["anthropic-messages", messagesText(["Grüße", " 🐫", " 東京"])],
  ["anthropic-messages", messagesTools],
  ["openai-responses", responsesOf(["Grüße", " 🐫"])],
]

describe("streams of the same dialect", () => {
  test("go through unchanged", () => {
    for (const [dialect, text] of streams) {
      const api = apis.find((one) => own[one] === dialect)!
      const { relay, all } = relayAll(api, dialect, [Buffer.from(text)], api === "chat" ? { stream_options: { include_usage: true } } : {})
      expect(relay.isComplete).toBe(true)
      expect(all).toBe(text)
    }
    const lines = chatText(["Grüße"]).replaceAll("\n", "\r\n")
    expect(relayAll("chat", "openai-chat", [Buffer.from(lines)], { stream_options: { include_usage: true } }).all).toBe(lines)
  })

  test("a byte order mark before the first event is left out", () => {
    for (const cuts of [[], [1], [2, 3]]) {
      const { relay, all } = relayAll("chat", "openai-chat", chunked(`\uFEFF${chatText(["a"])}`, cuts))
      expect(relay.facts.text).toBe("a")
      expect(all).toBe(chatText(["a"]).replace(chatUsageChunk, ""))
    }
  })

  test("many long events, each in two pieces, are no event that is too long", () => {
    const relay = createStreamRelay(callOf("chat"), "openai-chat", options)
    const long = Buffer.from(delta({ content: "x".repeat(1024 * 1024) }))
    for (let i = 0; i < 10; i++) for (const half of [long.subarray(0, long.length - 9), long.subarray(long.length - 9)]) relay.push(half)
    expect(relay.facts.failure).toBeNull()
    expect(relay.partial.length).toBe(10 * 1024 * 1024)
  })

  test("any cutting into chunks gives the same bytes and facts, whatever the line ends", () => {
    const lineEnd = fc.constantFrom("\n", "\r\n")
    const pair = fc.constantFrom(...streams.flatMap(([dialect, text]) => apis.map((api) => ({ api, dialect, text }))))
    fc.assert(fc.property(pair, lineEnd, fc.array(fc.nat(), { maxLength: 40 }), fc.boolean(), ({ api, dialect, text }, end, cuts, bom) => {
      const bytes = Buffer.from((bom ? "\uFEFF" : "") + `: a comment\n\n${text}`.replaceAll("\n", end))
      const whole = relayAll(api, dialect, [bytes])
      const cut = relayAll(api, dialect, chunked(bytes, cuts))
      expect(cut.all).toBe(whole.all)
      expect(cut.relay.facts).toEqual(whole.relay.facts)
      expect(cut.relay.isComplete).toBe(true)
      expect(whole.relay.isComplete).toBe(true)
    }), { numRuns: 300 })
  })

  test("every byte apart gives the same bytes, with lone carriage returns too", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const bytes = Buffer.from(chatTools.replaceAll("\n", end))
      const { relay, all } = relayAll("chat", "openai-chat", chunked(bytes, bytes.map((_, i) => i) as unknown as number[]))
      expect(relay.isComplete).toBe(true)
      expect(eventsOf(all.replaceAll(end, "\n"))).toEqual(eventsOf(chatTools.replace(chatUsageChunk, "")))
    }
  })

  test("data over several lines is one event", () => {
    const lines = `data: {"id":"a","created":1,"model":"m",\ndata: "choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\n`
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(lines)])
    expect(relay.facts.text).toBe("x")
    expect(all).toBe(lines + done)
  })

  test("usage that comes with the last content is not told twice", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 }
    const last = delta({ content: "x" }, "stop").replace(`"choices"`, `"usage":${JSON.stringify(usage)},"choices"`)
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(last + done)], { stream_options: { include_usage: true } })
    expect(all).toBe(last + done)
    expect(relay.facts.tokens).toMatchObject({ input: 3, output: 1 })
  })

  test("the usage chunk that only we asked for is swallowed, and its tokens are known", () => {
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(chatText(["a"]))])
    expect(all).toBe(chatText(["a"]).replace(chatUsageChunk, ""))
    expect(relay.facts.tokens).toMatchObject({ input: 7, cachedInput: 2, output: 4, isEstimated: false })
  })
})

describe("what is complete", () => {
  const half = delta({ role: "assistant", content: "" }) + delta({ content: "half" })

  test("a finish reason without [DONE] is complete, and [DONE] is added", () => {
    const text = half + delta({}, "stop")
    expect(relayAll("chat", "openai-chat", [Buffer.from(text)]).all).toBe(text + done)
  })

  test("[DONE] without a finish reason is a cut stream, and the client never gets it", () => {
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(half + done)])
    expect(relay.isComplete).toBe(false)
    expect(relay.facts.failure).toMatchObject({ kind: "truncated", afterFirstToken: true })
    expect(all).toBe(half)
  })

  test("an end in the middle is not complete, in no dialect at no event", () => {
    for (const [dialect, text] of streams) {
      const events = text.split(/(?<=\n\n)/)
      const endsAt = events.findIndex((one) => /"finish_reason":"|stop_reason":"|response\.completed/.test(one))
      for (let count = 0; count < endsAt; count++) {
        for (const api of apis) {
          const { relay } = relayAll(api, dialect, [Buffer.from(events.slice(0, count).join(""))])
          expect(relay.isComplete).toBe(false)
        }
      }
    }
  })

  test("every choice that was asked for must end", () => {
    const text = half + delta({ content: "b" }, null, 1) + delta({}, "stop", 0)
    expect(relayAll("chat", "openai-chat", [Buffer.from(text)], { n: 2 }).relay.isComplete).toBe(false)
    expect(relayAll("chat", "openai-chat", [Buffer.from(text + done)], { n: 2 }).relay.facts.failure?.kind).toBe("truncated")
    expect(relayAll("chat", "openai-chat", [Buffer.from(half + delta({}, "stop"))], { n: 2 }).relay.isComplete).toBe(false)
    expect(relayAll("chat", "openai-chat", [Buffer.from(text + delta({}, "length", 1))], { n: 2 }).relay.isComplete).toBe(true)
  })

  test("a content filter is a complete answer", () => {
    const { relay, all } = relayAll("messages", "openai-chat", [Buffer.from(half + delta({}, "content_filter") + done)])
    expect(relay.isComplete).toBe(true)
    expect(relay.facts).toMatchObject({ finishReason: "content_filter", failure: null })
    expect(eventsOf(all).find((one) => one["type"] === "message_delta")).toMatchObject({ delta: { stop_reason: "refusal" } })
  })

  test("an Anthropic stream without message_stop but with a stop reason is complete, and gets its end", () => {
    const text = messagesText(["a"])
    expect(relayAll("messages", "anthropic-messages", [Buffer.from(text.replace(messagesStop, ""))]).all).toBe(text)
  })

  test("message_stop without a stop reason is a cut stream", () => {
    const { relay } = relayAll("messages", "anthropic-messages", [Buffer.from(messagesStart + messagesStop)])
    expect(relay.isComplete).toBe(false)
    expect(relay.facts.failure?.kind).toBe("truncated")
  })
})

describe("failures inside a stream", () => {
  test("malformed JSON is a failure, and nothing of it or after it goes through", () => {
    const good = delta({ content: "a" })
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(`${good}data: {"id": oops\n\n${good}`)])
    expect(all).toBe(good)
    expect(relay.facts.failure).toMatchObject({ kind: "malformed", afterFirstToken: true })
    expect(relay.hasEnded).toBe(true)
    expect(relay.push(Buffer.from(good))).toBeNull()
  })

  test("an error event inside a 200 is a failure with the upstream's code", () => {
    const error = `data: {"error":{"message":"busy at http://10.0.0.1:8000/v1 with key sk-abcdef123456","type":"overloaded_error","code":null}}\n\n`
    const { relay, all } = relayAll("chat", "openai-chat", [Buffer.from(error)])
    expect(all).toBe("")
    expect(relay.facts.failure).toMatchObject({ kind: "status", status: 503, code: "overloaded_error", afterFirstToken: false })
    expect(relay.facts.failure?.message).toBe("busy at [address] with key [secret]")
    const anthropic = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
    expect(relayAll("chat", "anthropic-messages", [Buffer.from(messagesStart + anthropic)]).relay.facts.failure)
      .toMatchObject({ status: 503, code: "overloaded_error" })
  })

  test("content of a wrong type is malformed", () => {
    for (const bad of ["42", "null", "[]", `{"choices":7}`, `{"choices":[{"delta":{"content":{}}}]}`, `{"choices":[3]}`]) {
      const { relay } = relayAll("chat", "openai-chat", [Buffer.from(`data: ${bad}\n\n`)])
      expect([bad, relay.facts.failure?.kind]).toEqual([bad, "malformed"])
    }
  })

  test("an event without end is given up at its cap", () => {
    const relay = createStreamRelay(callOf("chat"), "openai-chat", options)
    const block = Buffer.alloc(1024 * 1024, 0x61)
    for (let i = 0; i <= longestEvent / block.length; i++) relay.push(block)
    expect(relay.facts.failure?.kind).toBe("malformed")
  })

  test("arguments of several tool calls that are mixed are a failure where the client's API cannot tell them apart", () => {
    const mixed = delta({ tool_calls: [{ index: 0, id: "a", function: { name: "x", arguments: "{" } }] })
      + delta({ tool_calls: [{ index: 1, id: "b", function: { name: "y", arguments: "{" } }] })
      + delta({ tool_calls: [{ index: 0, function: { arguments: "}" } }] })
    expect(relayAll("chat", "openai-chat", [Buffer.from(mixed)]).relay.facts.failure).toBeNull()
    for (const api of ["messages", "responses"] as const) {
      expect(relayAll(api, "openai-chat", [Buffer.from(mixed)]).relay.facts.failure?.kind).toBe("malformed")
    }
  })

  test("the failure is told in the client's API, and never as a success", () => {
    const failure = { kind: "stall", message: "secret-host went silent", afterFirstToken: true } as const
    const told = apis.map((api) => {
      const relay = createStreamRelay(callOf(api), "openai-chat", options)
      relay.push(Buffer.from(delta({ content: "a" })))
      return Buffer.from(relay.fail(failure)).toString()
    })
    expect(eventsOf(told[0]!)).toEqual([{ error: expect.objectContaining({ code: "stream_cut", type: "server_error", param: null }) }])
    expect(eventsOf(told[1]!).map((one) => one["type"])).toEqual(["response.failed", "error"])
    expect(eventsOf(told[2]!)).toEqual([{ type: "error", error: expect.objectContaining({ type: "api_error" }), request_id: "0f8b" }])
    for (const text of told) {
      expect(text).not.toContain("[DONE]")
      expect(text).not.toContain("secret-host")
      expect(text).not.toContain("completed")
    }
  })
})

test("whatever an upstream sends, the relay neither throws nor calls a broken stream complete", () => {
  const keys = fc.constantFrom(
    "type", "choices", "delta", "index", "content", "tool_calls", "function", "name", "arguments", "finish_reason", "usage", "prompt_tokens",
    "error", "message", "content_block", "text", "partial_json", "stop_reason", "response", "item", "output_index", "output", "status",
    "sequence_number", "toString", "valueOf", "__proto__", "id", "model",
  )
  const types = fc.constantFrom(
    "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop", "response.created",
    "response.output_item.added", "response.output_text.delta", "response.output_item.done", "response.completed", "text_delta", "tool_use", "function_call",
  )
  const { object } = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: "small" }, fc.jsonValue({ maxDepth: 1 }), types, tie("object"), fc.array(tie("any"), { maxLength: 2 })),
    object: fc.tuple(fc.option(types), fc.dictionary(keys, tie("any"), { maxKeys: 5 })).map(([type, more]) => type === null ? more : { ...more, type }),
  }))
  const pair = fc.record({ api: fc.constantFrom(...apis), from: fc.constantFrom(...Object.values(own)), to: fc.constantFrom(...Object.values(own)) })
  fc.assert(fc.property(pair, fc.array(object, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 5 }), ({ api, from, to }, events, cuts) => {
    const relay = createStreamRelay(callOf(api), from, options)
    const bytes = events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("")
    for (const chunk of chunked(bytes, cuts)) relay.push(chunk)
    expect(relay.isComplete && relay.facts.failure !== null).toBe(false)
    expect(Buffer.from(relay.fail({ kind: "reset", message: "", afterFirstToken: true })).toString()).toContain("error")
    relay.continueWith(to)
    for (const chunk of chunked(bytes, cuts)) relay.push(chunk)
    expect(relay.finish()).not.toBeNull()
  }), { numRuns: 500 })
})

describe("going on with another attempt", () => {
  const first: Readonly<Record<string, string>> = {
    "openai-chat": delta({ role: "assistant", content: "" }) + delta({ content: "Hello" }),
    "anthropic-messages": messagesText(["Hello"]).split("event: content_block_stop")[0]!,
    "openai-responses": responsesOf(["Hello"]).split("event: response.output_text.done")[0]!,
  }
  const second: Readonly<Record<string, string>> = {
    "openai-chat": chatText([" there", "!"]), "anthropic-messages": messagesText([" there", "!"]), "openai-responses": responsesOf([" there", "!"]),
  }

  test("every pair of dialects gives one stream with one opening, one id and the whole text", () => {
    for (const api of apis) for (const from of Object.keys(first)) for (const to of Object.keys(second)) {
      const relay = createStreamRelay(callOf(api), from as Dialect, options)
      const out = [relay.push(Buffer.from(first[from]!))]
      expect(relay.facts.isPlainText).toBe(true)
      expect(relay.partial).toBe("Hello")
      relay.continueWith(to as Dialect)
      expect(relay.isComplete).toBe(false)
      expect(relay.facts.text).toBe("")
      out.push(relay.push(Buffer.from(second[to]!)))
      expect([api, from, to, relay.isComplete]).toEqual([api, from, to, true])
      out.push(relay.finish())
      expect(relay.partial).toBe("Hello there!")
      const text = out.map((bytes) => Buffer.from(bytes ?? []).toString()).join("")
      const events = eventsOf(text)
      const openings = events.filter((one) => ["message_start", "response.created", "content_block_start", "response.output_item.added"].includes(textOf(one["type"])))
      expect(openings.length).toBe(api === "chat" ? 0 : 2)
      const distinct = (key: string): number => new Set(events.flatMap((one) => one[key] ?? [])).size
      expect([distinct("id"), distinct("item_id"), distinct("index")]).toEqual([api === "chat" ? 1 : 0, api === "responses" ? 1 : 0, api === "messages" ? 1 : 0])
      expect(JSON.stringify(events).match(/"role":"assistant"/g)?.length).toBe(api === "responses" ? 3 : 1)
      const numbers = events.flatMap((one) => one["sequence_number"] ?? [])
      expect(numbers).toEqual(numbers.map((_, i) => i))
      const last = { chat: { choices: [{ finish_reason: "stop" }] }, messages: { type: "message_stop" }, responses: { response: { output: [{ content: [{ text: "Hello there!" }] }] } } }
      expect(events.at(-1)).toMatchObject(last[api as keyof typeof last])
    }
  })

  test("white space that Anthropic could not be given at the end is not told twice", () => {
    const relay = createStreamRelay(callOf("chat"), "openai-chat", options)
    relay.push(Buffer.from(delta({ content: "a:\n  " })))
    relay.continueWith("anthropic-messages")
    const out = Buffer.from(relay.push(Buffer.from(messagesText(["\n ", " b", " c"]))) ?? []).toString()
    expect(relay.partial).toBe("a:\n  b c")
    expect(eventsOf(out).flatMap((one) => (one["choices"] as { delta: { content?: string } }[]).map((choice) => choice.delta.content ?? "")).join("")).toBe("b c")
  })

  test("tool calls, several choices and refusals cannot go on", () => {
    expect(relayAll("chat", "openai-chat", [Buffer.from(chatTools)]).relay.facts.isPlainText).toBe(false)
    expect(relayAll("chat", "openai-chat", [], { n: 2 }).relay.facts.isPlainText).toBe(false)
    expect(relayAll("chat", "openai-chat", [Buffer.from(delta({ refusal: "no" }))]).relay.facts.isPlainText).toBe(false)
  })

  test("the client is told what it is charged, where its stream is made of two attempts", () => {
    const relay = createStreamRelay(callOf("chat", { stream_options: { include_usage: true } }), "openai-chat", options)
    relay.push(Buffer.from(delta({ content: "a" })))
    relay.continueWith("openai-chat")
    relay.push(Buffer.from(chatText(["b"])))
    const charged = { ...relay.facts.tokens!, output: 50 }
    const events = eventsOf(Buffer.from(relay.finish(charged)!).toString())
    expect(events).toMatchObject([{ choices: [], usage: { completion_tokens: 50 } }])
  })
})
