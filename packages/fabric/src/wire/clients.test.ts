/** What we emit, read by the clients that people use. */
import Anthropic from "@anthropic-ai/sdk"
import OpenAI from "openai"
import { describe, expect, test } from "vitest"
import type { Api, Dialect } from "../call/index.ts"
import { translateAnswer } from "./answer.ts"
import { errorBody } from "./error-body.ts"
import { wireErrors } from "./errors.ts"
import { parseCall } from "./parse.ts"
import { statusOf } from "./status.ts"
import { createStreamRelay } from "./relay.ts"
import { responsesOf } from "./responses.test.support.ts"
import { callOf, chatText, chatTools, chatWhole, delta, messagesText, messagesTools, messagesWhole, options } from "./streams.test.support.ts"

type Served = { readonly status?: number; readonly type: string; readonly body: string }

/** A fetch that answers with `served`, in small pieces. */
const fetchOf = ({ status = 200, type, body }: Served): typeof fetch => async () => {
  const bytes = Buffer.from(body)
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 0; i < bytes.length; i += 97) controller.enqueue(new Uint8Array(bytes.subarray(i, i + 97)))
      controller.close()
    },
  })
  return new Response(stream, { status, headers: { "content-type": type } })
}
const openai = (served: Served) => new OpenAI({ apiKey: "k", baseURL: "http://gateway.test/v1", fetch: fetchOf(served), maxRetries: 0 })
const anthropic = (served: Served) => new Anthropic({ apiKey: "k", baseURL: "http://gateway.test", fetch: fetchOf(served), maxRetries: 0 })

function relayed(api: Api, dialect: Dialect, text: string, isFailing = false): Served {
  const relay = createStreamRelay(callOf(api, api === "chat" ? { stream_options: { include_usage: true } } : {}), dialect, options)
  const out = Buffer.from(relay.push(Buffer.from(text)) ?? [])
  const end = isFailing ? relay.fail({ kind: "reset", message: "", afterFirstToken: true }) : relay.finish()
  return { type: "text/event-stream", body: Buffer.concat([out, end ?? Buffer.alloc(0)]).toString() }
}
const whole = (api: Api, dialect: Dialect, json: object): Served => ({
  type: "application/json", body: Buffer.from(translateAnswer(callOf(api), dialect, Buffer.from(JSON.stringify(json)), options).bytes).toString(),
})

const texts: readonly [Dialect, string][] = [
  ["openai-chat", chatText(["Grüße", " 🐫"])], ["anthropic-messages", messagesText(["Grüße", " 🐫"])], ["openai-responses", responsesOf(["Grüße", " 🐫"])],
]
const tools: readonly [Dialect, string][] = [["openai-chat", chatTools], ["anthropic-messages", messagesTools]]
const chatBody = { model: "m", messages: [{ role: "user" as const, content: "x" }] }
const messagesBody = { ...chatBody, max_tokens: 9 }

describe("the openai client", () => {
  test("gets the text of a streamed chat completion from any dialect", async () => {
    for (const [dialect, text] of texts) {
      const stream = openai(relayed("chat", dialect, text)).chat.completions.stream({ ...chatBody, stream_options: { include_usage: true } })
      const completion = await stream.finalChatCompletion()
      expect(completion.choices[0]?.message.content).toBe("Grüße 🐫")
      expect(completion.choices[0]?.finish_reason).toBe("stop")
      expect(completion.usage?.total_tokens).toBe(13)
    }
  })

  test("gets tool calls from any dialect, streamed and whole", async () => {
    for (const [dialect, text] of tools) {
      const completion = await openai(relayed("chat", dialect, text)).chat.completions.stream(chatBody).finalChatCompletion()
      const calls = completion.choices[0]?.message.tool_calls ?? []
      expect(calls.map((call) => call.type === "function" && [call.function.name, call.function.arguments])).toEqual([
        ["weather", "{\"city\":\"Köln\"}"], ["time", dialect === "openai-chat" ? "" : "{}"],
      ])
      expect(completion.choices[0]?.finish_reason).toBe("tool_calls")
    }
    for (const [dialect, json] of [["openai-chat", chatWhole], ["anthropic-messages", messagesWhole]] as const) {
      const completion = await openai(whole("chat", dialect, json)).chat.completions.create(chatBody)
      expect(completion.choices[0]?.message).toMatchObject({ content: "Let me look.", tool_calls: [{ function: { name: "weather" } }] })
      const call = completion.choices[0]!.message.tool_calls![0]!
      expect(JSON.parse(call.type === "function" ? call.function.arguments : "")).toEqual({ city: "Köln" })
    }
  })

  test("gets streamed Responses from any dialect", async () => {
    for (const [dialect, text] of texts) {
      const stream = openai(relayed("responses", dialect, text)).responses.stream({ model: "m", input: "x" })
      const response = await stream.finalResponse()
      expect(response.output_text).toBe("Grüße 🐫")
      expect(response.status).toBe("completed")
      expect(response.usage?.total_tokens).toBe(13)
    }
    for (const [dialect, text] of tools) {
      const response = await openai(relayed("responses", dialect, text)).responses.stream({ model: "m", input: "x" }).finalResponse()
      const calls = response.output.filter((item) => item.type === "function_call")
      expect(calls.map((call) => [call.name, call.arguments])).toEqual([["weather", "{\"city\":\"Köln\"}"], ["time", "{}"]])
    }
    const response = await openai(whole("responses", "anthropic-messages", messagesWhole)).responses.create({ model: "m", input: "x" })
    expect(response.output_text).toBe("Let me look.")
  })

  test("throws where the stream breaks, in both interfaces", async () => {
    const half = delta({ role: "assistant", content: "half" })
    await expect(openai(relayed("chat", "openai-chat", half, true)).chat.completions.stream(chatBody).finalChatCompletion()).rejects.toThrow(/broke off/)
    const seen: string[] = []
    const reading = async () => {
      const stream = await openai(relayed("responses", "openai-chat", half, true)).responses.create({ model: "m", input: "x", stream: true })
      for await (const event of stream) seen.push(event.type)
    }
    await expect(reading()).rejects.toThrow(/broke off/)
    expect(seen).toContain("response.failed")
    expect(seen).not.toContain("response.completed")
  })

  test("gets embeddings as numbers from a server that knows no base64", async () => {
    const answer = { object: "list", model: "e", data: [{ object: "embedding", index: 0, embedding: [0.5, -2] }], usage: { prompt_tokens: 1, total_tokens: 1 } }
    const call = parseCall("embeddings", { model: "e", input: "a", encoding_format: "base64" })
    const body = Buffer.from(translateAnswer(call, "openai-embeddings", Buffer.from(JSON.stringify(answer)), options).bytes).toString()
    const { data } = await openai({ type: "application/json", body }).embeddings.create({ model: "e", input: "a" })
    expect(data[0]?.embedding).toEqual([0.5, -2])
  })

  test("makes its own errors of ours", async () => {
    const error = wireErrors.no_such_model({ model: "x" })
    const served = { status: statusOf(error), type: "application/json", body: JSON.stringify(errorBody("chat", error)) }
    await expect(openai(served).chat.completions.create(chatBody)).rejects.toMatchObject({ status: 404, code: "model_not_found", type: "invalid_request_error" })
  })
})

describe("the Anthropic client", () => {
  test("gets the text of a streamed message from any dialect", async () => {
    for (const [dialect, text] of texts) {
      const message = await anthropic(relayed("messages", dialect, text)).messages.stream(messagesBody).finalMessage()
      expect(message.content).toMatchObject([{ type: "text", text: "Grüße 🐫" }])
      expect(message.stop_reason).toBe("end_turn")
      expect(message.usage).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 2, output_tokens: 4 })
    }
  })

  test("gets tool calls from any dialect, streamed and whole", async () => {
    for (const [dialect, text] of tools) {
      const message = await anthropic(relayed("messages", dialect, text)).messages.stream(messagesBody).finalMessage()
      const uses = message.content.filter((block) => block.type === "tool_use")
      expect(uses.map((use) => [use.name, use.input])).toEqual([["weather", { city: "Köln" }], ["time", {}]])
      expect(message.stop_reason).toBe("tool_use")
    }
    const message = await anthropic(whole("messages", "openai-chat", chatWhole)).messages.create(messagesBody)
    expect(message.content).toMatchObject([{ type: "text" }, { type: "tool_use", name: "weather", input: { city: "Köln" } }])
  })

  test("throws where the stream breaks", async () => {
    const served = relayed("messages", "openai-chat", delta({ content: "half" }), true)
    await expect(anthropic(served).messages.stream(messagesBody).finalMessage()).rejects.toThrow(/broke off/)
  })

  test("makes its own errors of ours", async () => {
    const error = wireErrors.bad_request({ param: "messages.0.role", problem: { en: "is wrong.", zh: "有误。" } })
    const served = { status: 400, type: "application/json", body: JSON.stringify(errorBody("messages", error, "req_1")) }
    await expect(anthropic(served).messages.create(messagesBody)).rejects.toMatchObject({ status: 400, type: "invalid_request_error" })
  })
})
