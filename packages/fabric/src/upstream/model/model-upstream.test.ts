import { APICallError } from "@ai-sdk/provider"
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider"
import { defineErrors } from "@daydream/engine/errors"
import { createMockLanguageModel } from "@daydream/engine/testing"
import { describe, expect, test } from "vitest"
import type { AttemptFailure, Timeouts } from "../../routing/index.ts"
import { UpstreamFault, createEmbeddedUpstream, createSdkUpstream } from "../index.ts"
import type { Upstream, UpstreamRequest } from "../index.ts"

const timeouts: Timeouts = { connectMs: 2000, firstTokenMs: 3000, stallMs: 3000, totalMs: 10_000 }
const usage = { inputTokens: { total: 9, noCache: 5, cacheRead: 4, cacheWrite: undefined }, outputTokens: { total: 3, text: 2, reasoning: 1 } }
const finish = (unified: "stop" | "length" | "tool-calls" | "content-filter" | "error" | "interrupted" = "stop"): LanguageModelV4StreamPart =>
  ({ type: "finish", finishReason: { unified, raw: unified }, usage })
const text = (...deltas: readonly string[]): LanguageModelV4StreamPart[] =>
  [{ type: "text-start", id: "0" }, ...deltas.map((delta) => ({ type: "text-delta" as const, id: "0", delta })), { type: "text-end", id: "0" }]

type Parts = (call: LanguageModelV4CallOptions) => AsyncIterable<LanguageModelV4StreamPart> | Iterable<LanguageModelV4StreamPart>

/** A model that streams the parts, and keeps what it was asked. */
function modelOf(parts: Parts, supportedUrls: LanguageModelV4["supportedUrls"] = {}) {
  const calls: LanguageModelV4CallOptions[] = []
  const model: LanguageModelV4 = {
    specificationVersion: "v4", provider: "test", modelId: "m", supportedUrls,
    doGenerate: () => Promise.reject(new Error("not asked to")),
    doStream: async (call) => {
      calls.push(call)
      return { stream: ReadableStream.from(parts(call)) }
    },
  }
  return { model, calls }
}

const none = () => Promise.reject(new Error("none"))
const embedded = (model: LanguageModelV4): Upstream => createEmbeddedUpstream({ languageModel: async () => model, embeddingModel: none, now: () => 5000 })

const request = (body: object, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  dialect: "openai-chat", model: "m", isStream: (body as { stream?: boolean }).stream === true, headers: {}, requestId: "r",
  body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }], ...body }), ...more,
})

async function read(upstream: Upstream, body: object, more: Partial<Timeouts> = {}, signal = new AbortController().signal): Promise<string> {
  const response = await upstream.call(request(body), { signal, timeouts: { ...timeouts, ...more } })
  let all = ""
  for await (const chunk of response.body) all += Buffer.from(chunk).toString()
  return all
}

interface Chunk {
  readonly choices: readonly { readonly index: number; readonly delta: object; readonly finish_reason: string | null }[]
  readonly usage?: object
}
const chunksOf = (sse: string) => sse.trim().split("\n\n").map((event) => event.slice(6)).filter((data) => data !== "[DONE]")
  .map((data) => JSON.parse(data) as Chunk)

async function failureOf(work: Promise<unknown>): Promise<AttemptFailure> {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown)
  if (error instanceof UpstreamFault) return error.failure
  throw new Error("no upstream fault", { cause: error })
}

describe("the body", () => {
  test("reaches the model as call options, nothing lost", async () => {
    const { model, calls } = modelOf(() => [...text("ok"), finish()])
    const schema = { type: "object", properties: {} }
    await read(embedded(model), {
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Look" }, { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } }] },
        { role: "assistant", content: null, tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":1}' } }] },
        { role: "tool", tool_call_id: "c1", content: "seen" },
      ],
      max_tokens: 7, temperature: 0.5, top_p: 0.9, seed: 3, stop: "END", presence_penalty: 1, frequency_penalty: -1,
      tools: [{ type: "function", function: { name: "look", description: "Looks", parameters: schema } }],
      tool_choice: { type: "function", function: { name: "look" } },
      response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
    })
    expect(calls[0]).toMatchObject({
      prompt: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Look" }, { type: "file", mediaType: "image/png", data: { type: "data", data: "QUJD" } }] },
        { role: "assistant", content: [{ type: "tool-call", toolCallId: "c1", toolName: "look", input: { at: 1 } }] },
        { role: "tool", content: [{ type: "tool-result", toolCallId: "c1", toolName: "look", output: { type: "text", value: "seen" } }] },
      ],
      maxOutputTokens: 7, temperature: 0.5, topP: 0.9, seed: 3, stopSequences: ["END"], presencePenalty: 1, frequencyPenalty: -1,
      tools: [{ name: "look", description: "Looks", inputSchema: schema }], toolChoice: { type: "tool", toolName: "look" },
      responseFormat: { type: "json", name: "answer", schema },
    })
  })

  test.each([
    ["messages that are none", { messages: [] }],
    ["a role that nobody knows", { messages: [{ role: "wizard", content: "x" }] }],
    ["a temperature out of range", { temperature: 9 }],
    ["a cap that is no whole number", { max_tokens: 1.5 }],
    ["a tool without a name", { tools: [{ type: "function", function: {} }] }],
    ["a format that nobody knows", { response_format: { type: "xml" } }],
    ["an image that would have to be fetched", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://169.254.169.254/x.png" } }] }] }],
  ])("is refused with 400: %s", async (_, body) => {
    const { model, calls } = modelOf(() => [finish()])
    expect(await failureOf(read(embedded(model), body))).toMatchObject({ kind: "status", status: 400, afterFirstToken: false })
    expect(calls).toHaveLength(0)
  })

  test("an image by address goes to a model that fetches such ones by itself", async () => {
    const { model, calls } = modelOf(() => [...text("ok"), finish()], { "image/*": [/^https:\/\/images\.example\//] })
    await read(embedded(model), { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://images.example/a.png" } }] }] })
    expect(calls[0]?.prompt[0]).toMatchObject({ content: [{ type: "file", data: { type: "url" } }] })
  })
})

describe("the answer", () => {
  test("is a chat completion with usage and finish reason", async () => {
    const { model } = modelOf(() => [{ type: "reasoning-start", id: "r" }, { type: "reasoning-delta", id: "r", delta: "hm" }, ...text("Hel", "lo"), finish("length")])
    expect(JSON.parse(await read(embedded(model), {}))).toMatchObject({
      object: "chat.completion", created: 5, model: "m",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello", reasoning_content: "hm", refusal: null }, logprobs: null, finish_reason: "length" }],
      usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 1 } },
    })
  })

  test("streams as chunks: role, text, finish, usage where asked, end mark", async () => {
    const { model } = modelOf(() => [...text("Hel", "lo"), finish()])
    const sse = await read(embedded(model), { stream: true, stream_options: { include_usage: true } })
    const chunks = chunksOf(sse)
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: "assistant", content: "", refusal: null }, { content: "Hel" }, { content: "lo" }, {}, undefined,
    ])
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop")
    expect(chunks.at(-1)?.usage).toMatchObject({ completion_tokens: 3 })
    expect(sse.endsWith("data: [DONE]\n\n")).toBe(true)
    expect(await read(embedded(model), { stream: true })).not.toContain("usage")
  })

  test("tool calls are told, whole and in pieces", async () => {
    const call = { type: "tool-call", toolCallId: "c", toolName: "look", input: '{"at":1}' } as const
    const { model } = modelOf(() => [
      { type: "tool-input-start", id: "c", toolName: "look" }, { type: "tool-input-delta", id: "c", delta: '{"at"' },
      { type: "tool-input-delta", id: "c", delta: ":1}" }, { type: "tool-input-end", id: "c" }, call,
      { ...call, toolCallId: "d" }, finish("tool-calls"),
    ])
    const whole = JSON.parse(await read(embedded(model), {})) as { choices: [{ message: { content: null; tool_calls: object[] }; finish_reason: string }] }
    expect(whole.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { content: null, tool_calls: [{ id: "c", function: { name: "look", arguments: '{"at":1}' } }, { id: "d" }] },
    })
    const deltas = chunksOf(await read(embedded(model), { stream: true })).map(({ choices }) => choices[0]?.delta as {
      tool_calls?: [{ index: number; id?: string; function: { name?: string; arguments: string } }]
    })
    const joined = ["", ""]
    for (const { tool_calls: calls } of deltas) if (calls !== undefined) joined[calls[0].index] += calls[0].function.arguments
    expect(joined).toEqual(['{"at":1}', '{"at":1}'])
  })

  test("several choices each have their own index and seed, and the prompt counts once", async () => {
    const { model, calls } = modelOf(({ seed }) => [...text(`seed ${seed}`), finish()])
    const whole = JSON.parse(await read(embedded(model), { n: 2, seed: 5 })) as { choices: { message: { content: string } }[]; usage: object }
    expect(whole.choices.map(({ message }) => message.content)).toEqual(["seed 5", "seed 6"])
    expect(whole.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 6 })
    const chunks = chunksOf(await read(embedded(model), { n: 2, seed: 5, stream: true }))
    expect(new Set(chunks.map(({ choices }) => choices[0]?.index))).toEqual(new Set([0, 1]))
    expect(calls).toHaveLength(4)
  })

  test("embeddings come as numbers and in base64, in as many calls as the model needs", async () => {
    let calls = 0
    const upstream = createSdkUpstream({
      languageModel: () => createMockLanguageModel(),
      embeddingModel: () => ({
        specificationVersion: "v4", provider: "t", modelId: "e", maxEmbeddingsPerCall: 2, supportsParallelCalls: false,
        doEmbed: async ({ values }) => {
          calls++
          return { embeddings: values.map((value) => [value.length, 0.5]), usage: { tokens: values.length }, warnings: [] }
        },
      }),
    })
    const ask = async (more: object) => {
      const response = await upstream.call(request({ input: ["a", "bb", "ccc"], ...more }, { dialect: "openai-embeddings" }), { signal: new AbortController().signal, timeouts })
      let all = ""
      for await (const chunk of response.body) all += Buffer.from(chunk).toString()
      return JSON.parse(all) as { data: { embedding: never }[]; usage: object }
    }
    const plain = await ask({})
    expect(plain.data.map(({ embedding }) => embedding)).toEqual([[1, 0.5], [2, 0.5], [3, 0.5]])
    expect(plain.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
    expect(calls).toBe(2)
    const [first] = (await ask({ encoding_format: "base64" })).data
    expect([...new Float32Array(new Uint8Array(Buffer.from(first?.embedding ?? "", "base64")).buffer)]).toEqual([1, 0.5])
  })
})

async function* endless(call: LanguageModelV4CallOptions, seen: { isAborted: boolean }): AsyncGenerator<LanguageModelV4StreamPart> {
  call.abortSignal?.addEventListener("abort", () => (seen.isAborted = true))
  yield { type: "text-start", id: "0" }
  yield { type: "text-delta", id: "0", delta: "one" }
  await new Promise(() => undefined)
}

describe("what fails", () => {
  const errors = defineErrors({
    prompt_too_long: { en: (f: { tokens: number }) => ({ message: `${f.tokens} tokens` }), zh: () => ({ message: "长" }) },
    unknown_model: { en: () => ({ message: "no" }), zh: () => ({ message: "无" }) },
  })
  const api = (statusCode: number, responseBody: string, headers: Record<string, string> = {}) =>
    new APICallError({ message: "m", url: "http://10.0.0.1/v1", requestBodyValues: { secret: "prompt" }, statusCode, responseBody, responseHeaders: headers })
  test.each([
    ["a prompt that is too long", errors.prompt_too_long({ tokens: 9 }), { kind: "status", status: 400, code: "context_length_exceeded" }],
    ["a model that is not there", errors.unknown_model(undefined as never), { kind: "status", status: 404, code: "model_not_found" }],
    ["a provider's 429", api(429, '{"error":{"message":"slow down","code":"rate"}}', { "retry-after": "3" }), { kind: "status", status: 429, code: "rate", retryAfterMs: 3000 }],
    ["any other error, of which nothing is shown", new Error("secret prompt text"), { kind: "status", status: 500, message: "The model failed." }],
  ])("%s is told with its kind, whole and streamed, before any byte", async (_, error, expected) => {
    // oxlint-disable-next-line require-yield
    const { model } = modelOf(function* fails() {
      throw error
    })
    expect(await failureOf(read(embedded(model), {}))).toMatchObject({ ...expected, afterFirstToken: false })
    expect(await failureOf(read(embedded(model), { stream: true }))).toMatchObject({ ...expected, afterFirstToken: false })
    const { model: telling } = modelOf(() => [{ type: "stream-start", warnings: [] }, { type: "error", error }])
    expect(await failureOf(read(embedded(telling), { stream: true }))).toMatchObject({ ...expected, afterFirstToken: false })
  })

  test("a stream without a finish, or one that says it was interrupted, is truncated", async () => {
    for (const parts of [text("half"), [...text("half"), finish("interrupted")]]) {
      const { model } = modelOf(() => parts)
      expect(await failureOf(read(embedded(model), { stream: true }))).toMatchObject({ kind: "truncated", afterFirstToken: true })
      expect(await failureOf(read(embedded(model), {}))).toMatchObject({ kind: "truncated", afterFirstToken: false })
    }
  })

  test("silence is a first-token time-out before the first token and a stall after it, and stops the model", async () => {
    const silent = { isAborted: false }
    const { model: mute } = modelOf(async function* silence(call) {
      for await (const part of endless(call, silent)) if (part.type === "text-start") yield part
    })
    expect(await failureOf(read(embedded(mute), { stream: true }, { firstTokenMs: 40 }))).toMatchObject({ kind: "first-token-timeout" })
    expect(silent.isAborted).toBe(true)
    const stalled = { isAborted: false }
    const { model } = modelOf((call) => endless(call, stalled))
    expect(await failureOf(read(embedded(model), { stream: true }, { stallMs: 40 }))).toMatchObject({ kind: "stall", afterFirstToken: true })
    expect(await failureOf(read(embedded(model), {}, { stallMs: 40 }))).toMatchObject({ kind: "stall" })
    expect(stalled.isAborted).toBe(true)
  })

  test("a model that does not open in time is a connect time-out", async () => {
    const upstream = createEmbeddedUpstream({ languageModel: () => new Promise(() => undefined), embeddingModel: none })
    expect(await failureOf(read(upstream, {}, { connectMs: 30 }))).toMatchObject({ kind: "connect-timeout" })
  })

  test("a provider that does not go on from a half-said answer says so, and so does one without logprobs", async () => {
    const upstream = createSdkUpstream({ languageModel: () => createMockLanguageModel(), embeddingModel: () => { throw new Error("none") } })
    const messages = [{ role: "user", content: "Hi" }, { role: "assistant", content: "Hel" }]
    expect(await failureOf(read(upstream, { messages }))).toMatchObject({ kind: "refused-prefill" })
    expect(await failureOf(read(upstream, { logprobs: true }))).toMatchObject({ status: 400, code: "unsupported_value" })
    expect(JSON.parse(await read(upstream, {}))).toMatchObject({ choices: [{ message: { content: "mock answer" } }] })
  })
})

describe("a caller that leaves", () => {
  test("aborts the model through its own signal, before and after the first token", async () => {
    const seen = { isAborted: false }
    const { model } = modelOf((call) => endless(call, seen))
    const controller = new AbortController()
    const response = await embedded(model).call(request({ stream: true }), { signal: controller.signal, timeouts })
    const reading = (async () => {
      for await (const chunk of response.body) if (chunk.length > 0) controller.abort(new Error("gone"))
    })()
    await expect(reading).rejects.toThrow("gone")
    expect(seen.isAborted).toBe(true)
    await expect(read(embedded(model), {}, {}, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone")
  })

  test("ending the reading early aborts the model", async () => {
    const seen = { isAborted: false }
    const { model } = modelOf((call) => endless(call, seen))
    const response = await embedded(model).call(request({ stream: true }), { signal: new AbortController().signal, timeouts })
    for await (const chunk of response.body) if (chunk.length > 0) break
    expect(seen.isAborted).toBe(true)
  })
})
