import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { describe, expect, test } from "vitest"
import { createMemoryCache } from "../artifact/index.ts"
import { createBudget, defaultPrices } from "../money/index.ts"
import { createRandom } from "../random/index.ts"
import { embeddingModelContract, languageModelContract, readAll, startMockServer, textOf } from "../testing/index.ts"
import type { ChatRequest, MockFault, MockScript } from "../testing/index.ts"
import {
  createGuardedFetch, createOpenAICompatibleProvider, isMetadataAddress, isUsageEstimated, parseAddress, parseModelReference,
  providerFromEnvironment, withBudget, withCache, withRetry,
} from "./index.ts"
import type { CallOptions, Prompt } from "./index.ts"

const ask = (text: string): Prompt => [{ role: "user", content: [{ type: "text", text }] }]
const call: CallOptions = { prompt: ask("hello"), maxOutputTokens: 20 }
const SECRET = "sk-very-secret-key-123456"

async function serve(script: MockScript = {}, options: { idleTimeoutMs?: number } = {}) {
  const server = await startMockServer(script)
  const provider = createOpenAICompatibleProvider({ baseUrl: server.url, apiKey: SECRET, ...options })
  return { server, provider, model: provider.scoringModel("mock"), [Symbol.asyncDispose]: () => server.close() }
}

const always = (fault: MockFault): MockScript => ({ reply: () => "a text of several parts", fault: () => fault })
const once = (fault: MockFault): MockScript => ({ fault: (request) => (request === 1 ? fault : undefined) })

languageModelContract("a model of an OpenAI-compatible server", {
  open: async () => {
    const { server, provider } = await serve()
    return { model: provider.languageModel("mock"), close: () => server.close() }
  },
})
languageModelContract("a scoring model of an OpenAI-compatible server", {
  open: async () => {
    const tokens = [{ token: " Yes", logprob: -0.1, rivals: { " no": -2.5, maybe: -6 } }]
    const { server, model } = await serve({ reply: (request) => (request.logprobs === true ? { tokens } : "mock answer") })
    return { model, close: () => server.close() }
  },
})
embeddingModelContract("an embedder of an OpenAI-compatible server", {
  open: async () => {
    const { server, provider } = await serve({ dimensions: 64 })
    return { model: provider.embeddingModel("mock"), close: () => server.close() }
  },
})

describe("calls to a server", () => {
  test("carry the key and the limit, and are counted", async () => {
    await using at = await serve({ reply: () => "hi" })
    const result = await at.model.doGenerate(call)
    expect(textOf(result)).toBe("hi")
    expect(at.server.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
    expect(at.server.requests[0]?.body).toMatchObject({ model: "mock", max_tokens: 20 })
  })

  test("tool calls come back, at once and streamed", async () => {
    await using at = await serve({ reply: () => ({ toolCall: { name: "find", arguments: { query: "x" } } }) })
    const tools: CallOptions["tools"] = [{ type: "function", name: "find", inputSchema: { type: "object", properties: { query: { type: "string" } } } }]
    const { content, finishReason } = await at.model.doGenerate({ ...call, tools })
    expect(content).toMatchObject([{ type: "tool-call", toolName: "find", input: '{"query":"x"}' }])
    expect(finishReason.unified).toBe("tool-calls")
    const parts = await readAll((await at.model.doStream({ ...call, tools })).stream)
    expect(parts).toContainEqual(expect.objectContaining({ type: "tool-call", toolName: "find", input: '{"query":"x"}' }))
  })
})

describe("structured output", () => {
  const schema = { type: "object", properties: { label: { enum: ["spam", "ham"] } }, required: ["label"] } as const
  const options: CallOptions = { ...call, responseFormat: { type: "json", schema } }
  const bodies = (requests: readonly { body: unknown }[]) => requests.map(({ body }) => body as ChatRequest)

  test("is asked for by schema where the server takes one", async () => {
    await using at = await serve({ reply: () => '{"label":"spam"}' })
    expect(textOf(await at.model.doGenerate(options))).toBe('{"label":"spam"}')
    expect(at.server.requests[0]?.body).toMatchObject({ response_format: { type: "json_schema", json_schema: { schema } } })
  })

  test("falls back to JSON mode, then to words, and remembers", async () => {
    for (const [formats, tries] of [[["json_object"], 2], [[], 3]] as const) {
      await using at = await serve({ formats, reply: () => '{"label":"ham"}' })
      expect(textOf(await at.model.doGenerate(options))).toBe('{"label":"ham"}')
      expect(at.server.requests).toHaveLength(tries)
      const last = bodies(at.server.requests).at(-1)
      expect(last?.response_format?.type).toBe(formats[0])
      expect(JSON.stringify(last?.messages)).toContain("JSON Schema")
      await at.model.doGenerate(options)
      expect(at.server.requests).toHaveLength(tries + 1)
    }
  })

  test("a refusal for another reason is passed on in the server's words", async () => {
    await using at = await serve(always({ kind: "status", status: 400, message: "context length exceeded" }))
    await expect(at.model.doGenerate(options)).rejects.toThrow("context length exceeded")
    expect(at.server.requests).toHaveLength(3)
    await expect(at.model.doGenerate(call)).rejects.toThrow("context length exceeded")
    expect(at.server.requests).toHaveLength(4)
  })

  test("a server that wants max_completion_tokens gets it", async () => {
    const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    await using at = await serve({
      fault: (_, __, body) => ("max_tokens" in (body as object) ? { kind: "status", status: 400, message } : undefined),
    })
    await at.model.doGenerate(call)
    await at.model.doGenerate(call)
    expect(at.server.requests.map(({ body }) => (body as Record<string, unknown>).max_completion_tokens)).toEqual([undefined, 20, 20])
  })
})

describe("a server that fails", () => {
  test.each([
    [401, "model_unauthorized", false], [404, "model_not_found", false], [413, "model_refused_request", false],
    [429, "model_busy", true], [500, "model_server_error", true], [503, "model_server_error", true],
  ])("status %i becomes %s", async (status, code, isRetryable) => {
    await using at = await serve(always({ kind: "status", status }))
    await expect(at.model.doGenerate(call)).rejects.toMatchObject({ code, isRetryable, facts: { status } })
    await expect(at.model.doStream(call)).rejects.toMatchObject({ code, isRetryable })
    await expect(at.provider.embeddingModel("mock").doEmbed({ values: ["x"] })).rejects.toMatchObject({ code, isRetryable })
  })

  test("its Retry-After is honoured", async () => {
    await using at = await serve(once({ kind: "status", status: 429, retryAfter: "7" }))
    const waits: number[] = []
    const model = withRetry(at.model, { random: createRandom("t"), sleep: async (milliseconds) => void waits.push(milliseconds) })
    expect(textOf(await model.doGenerate(call))).toBe("mock answer")
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(7000)
  })

  test("an answer that is no JSON is an error that may pass", async () => {
    await using at = await serve(always({ kind: "malformed" }))
    await expect(at.model.doGenerate(call)).rejects.toMatchObject({ code: "model_bad_response", isRetryable: true })
    const stream = at.model.doStream(call).then((result) => readAll(result.stream))
    await expect(stream).rejects.toMatchObject({ isRetryable: true })
  })

  test("an answer cut off on the way is an error", async () => {
    await using at = await serve(always({ kind: "cut" }))
    await expect(at.model.doGenerate(call)).rejects.toMatchObject({ code: "model_stream_cut", isRetryable: true })
  })

  test.each(["cut", "no-finish"] as const)("a cut stream is never reported as a success (%s), and never kept", async (kind) => {
    await using at = await serve(always({ kind }))
    const cache = createMemoryCache()
    const result = await withCache(at.model, cache).doStream(call)
    await expect(readAll(result.stream)).rejects.toMatchObject({ code: "model_stream_cut", isRetryable: true })
    expect(cache.size).toBe(0)
  })

  test("silence is ended, before the first byte and within a stream; slowness is not", async () => {
    await using slow = await serve(once({ kind: "slow", milliseconds: 60 }), { idleTimeoutMs: 5000 })
    expect(textOf(await slow.model.doGenerate(call))).toBe("mock answer")
    await using silent = await serve(always({ kind: "slow", milliseconds: 60_000 }), { idleTimeoutMs: 50 })
    await expect(silent.model.doGenerate(call)).rejects.toMatchObject({ code: "model_stalled", isRetryable: true })
    await using stalled = await serve(always({ kind: "stall" }), { idleTimeoutMs: 50 })
    await expect(stalled.model.doGenerate(call)).rejects.toMatchObject({ code: "model_stalled" })
    const { stream } = await stalled.model.doStream(call)
    await expect(readAll(stream)).rejects.toMatchObject({ code: "model_stalled", isRetryable: true })
  })

  test("nobody there is said so, and costs nothing", async () => {
    const free = createServer()
    await new Promise<void>((resolve) => void free.listen(0, "127.0.0.1", resolve))
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => void free.close(resolve))
    const model = createOpenAICompatibleProvider({ baseUrl: `http://127.0.0.1:${port}/v1` }).languageModel("mock")
    const budget = createBudget(10n ** 9n)
    const prices = { ...defaultPrices, models: { mock: { inputPerMillion: 10n ** 9n, outputPerMillion: 10n ** 9n } } }
    await expect(withBudget(model, { budget, prices }).doGenerate(call)).rejects.toMatchObject({ code: "model_unreachable", isRetryable: true })
    expect([budget.spent, budget.reserved]).toEqual([0n, 0n])
  })

  test.each(["no-usage", "wrong-usage"] as const)("usage that is not reported (%s) is estimated and paid", async (kind) => {
    await using at = await serve(always({ kind }))
    const budget = createBudget(10n ** 9n)
    const prices = { ...defaultPrices, models: { mock: { inputPerMillion: 10n ** 9n, outputPerMillion: 10n ** 9n } } }
    const model = withBudget(at.model, { budget, prices })
    expect(isUsageEstimated(await model.doGenerate(call))).toBe(true)
    const afterFirst = budget.spent
    expect(afterFirst).toBeGreaterThan(0n)
    await readAll((await model.doStream(call)).stream)
    expect(budget.spent).toBeGreaterThan(afterFirst)
    expect(budget.reserved).toBe(0n)
  })

  test("a truncated answer is given but never kept", async () => {
    await using at = await serve(always({ kind: "truncated" }))
    const cache = createMemoryCache()
    expect((await withCache(at.model, cache).doGenerate(call)).finishReason.unified).toBe("length")
    expect(cache.size).toBe(0)
    await expect(at.provider.embeddingModel("mock").doEmbed({ values: ["a", "b"] })).rejects.toThrow("1 vectors for 2 texts")
  })

  test("an abort under way ends the call", async () => {
    await using at = await serve(always({ kind: "slow", milliseconds: 60_000 }))
    const abort = new AbortController()
    const answer = at.model.doGenerate({ ...call, abortSignal: abort.signal })
    setTimeout(() => abort.abort(), 20)
    await expect(answer).rejects.toThrow(/abort/i)
  })

  test("neither key nor prompt is in any error", async () => {
    const message = `Incorrect API key provided: ${SECRET}. Authorization: Bearer ${SECRET} sk-another-secret`
    for (const fault of [{ kind: "status", status: 401, message }, { kind: "malformed" }, { kind: "cut" }] as const) {
      await using at = await serve(always(fault))
      const error: unknown = await at.model.doGenerate({ prompt: ask("PRIVATE ROW") }).then(() => null, (one: unknown) => one)
      const everything = JSON.stringify(error, (_key, value: unknown) => value instanceof Error
        ? [Object.entries(value), value.message, value.stack, value.cause] : value)
      expect(error).toBeInstanceOf(Error)
      expect(everything).not.toContain("secret")
      expect(everything).not.toContain("PRIVATE ROW")
    }
  })
})

describe("addresses", () => {
  test.each([
    "http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://2852039166/v1", "http://0xA9FEA9FE/v1", "http://[::ffff:169.254.169.254]/",
    "http://100.100.100.200", "http://metadata.google.internal/", "file:///etc/passwd", "ftp://example.com", "not an address",
    "http://user:pass@example.com/v1",
  ])("%s is refused", (address) => {
    expect(() => createOpenAICompatibleProvider({ baseUrl: address })).toThrow(/is not used/)
  })

  test("credentials in an address are not repeated in the error", () => {
    expect(() => parseAddress("https://me:hunter2@example.com")).toThrow(expect.not.objectContaining({ message: expect.stringContaining("hunter2") }))
  })

  test("servers of the own network are fine", () => {
    for (const address of ["http://localhost:8000/v1", "http://192.168.1.5:1234/v1", "http://[::1]:80/", "https://api.example.com/v1"]) {
      expect(parseAddress(address).href).toContain("/")
    }
    expect(isMetadataAddress("10.0.0.1")).toBe(false)
  })

  test("a name that leads to a metadata service is refused before anything is sent", async () => {
    const provider = createOpenAICompatibleProvider({ baseUrl: "http://innocent.example/v1", resolve: async () => ["93.184.216.34", "169.254.169.254"] })
    await expect(provider.languageModel("m").doGenerate(call)).rejects.toMatchObject({ code: "address_refused" })
  })

  test("a redirect to another host is not followed, so that the key stays here; one on the same host is", async () => {
    await using other = await startMockServer()
    await using at = await serve(always({ kind: "redirect", to: `${other.url}/chat/completions` }))
    await expect(at.model.doGenerate(call)).rejects.toMatchObject({ code: "redirect_refused" })
    expect(other.requests).toHaveLength(0)
    await using same = await serve(once({ kind: "redirect", to: "/v1/chat/completions" }))
    expect(textOf(await same.model.doGenerate(call))).toBe("mock answer")
    await using endless = await serve(always({ kind: "redirect", to: "/v1/chat/completions" }))
    await expect(createGuardedFetch()(`${endless.server.url}/x`, { method: "POST", body: "{}" })).rejects.toThrow("sends requests on")
  })
})

describe("token probabilities of a server", () => {
  const scoresOf = async (reply: MockScript["reply"], continuations: readonly string[]) => {
    await using at = await serve(reply === undefined ? {} : { reply })
    const { logProbabilities, inputTokens } = await at.model.scoreContinuations({ prompt: ask("?"), continuations })
    expect(inputTokens).toBeGreaterThan(0)
    return logProbabilities.map((value) => Math.exp(value))
  }

  test("leading spaces, case and width do not matter, and spellings are summed", async () => {
    const tokens = [{ token: " SPAM", logprob: Math.log(0.5), rivals: { spam: Math.log(0.2), "ｓｐ": Math.log(0.1), ham: Math.log(0.15) } }]
    const [spam, ham] = await scoresOf(() => ({ tokens }), ["spam", "ham"])
    expect(spam).toBeCloseTo(0.8, 6)
    expect(ham).toBeCloseTo(0.15, 6)
  })

  test("classes that begin alike are told apart where they part", async () => {
    const tokens = [
      { token: "card", logprob: Math.log(0.9), rivals: { cash: Math.log(0.1) } },
      { token: " lost", logprob: Math.log(0.6), rivals: { " stolen": Math.log(0.3), " arrived": Math.log(0.1) } },
    ]
    const scores = await scoresOf(() => ({ tokens }), ["card lost", "card stolen", "card arrived", "cash"])
    for (const [index, expected] of [0.54, 0.27, 0.09, 0.1].entries()) expect(scores[index]).toBeCloseTo(expected, 6)
  })

  test("a class that begins another one is whole only at its end", async () => {
    const tokens = [
      { token: "car", logprob: Math.log(1), rivals: {} },
      { token: "<end>", logprob: Math.log(0.7), rivals: { d: Math.log(0.3) } },
    ]
    const [car, card] = await scoresOf(() => ({ tokens }), ["car", "card"])
    expect(car).toBeCloseTo(0.7, 6)
    expect(card).toBeCloseTo(0.3, 6)
  })

  test("a server without them says so, once asked", async () => {
    await using at = await serve()
    const ask2 = () => at.model.scoreContinuations({ prompt: ask("?"), continuations: ["a", "b"] })
    await expect(ask2()).rejects.toMatchObject({ code: "no_token_probabilities" })
    await expect(ask2()).rejects.toMatchObject({ code: "no_token_probabilities" })
    expect(at.server.requests).toHaveLength(1)
  })

  test("finding out that a server has none costs what the call took, and nothing from then on", async () => {
    await using at = await serve()
    const budget = createBudget(10n ** 9n)
    const prices = { ...defaultPrices, models: { mock: { inputPerMillion: 10n ** 9n, outputPerMillion: 10n ** 9n } } }
    const model = withBudget(at.model, { budget, prices })
    const score = () => model.scoreContinuations({ prompt: ask("twelve chars"), continuations: ["a", "b"] })
    await expect(score()).rejects.toMatchObject({ code: "no_token_probabilities" })
    // The mock server counts four characters a token: 3 read, 3 written.
    expect(budget.spent).toBe(6000n)
    await expect(score()).rejects.toMatchObject({ code: "no_token_probabilities" })
    expect([budget.spent, budget.reserved]).toEqual([6000n, 0n])
  })

  test("a server that allows only five rivals is asked for five", async () => {
    const tokens = [{ token: "a", logprob: Math.log(0.9), rivals: { b: Math.log(0.1) } }]
    await using at = await serve({
      reply: () => ({ tokens }),
      fault: (_, __, body) => ((body as ChatRequest).top_logprobs === 20 ? { kind: "status", status: 400 } : undefined),
    })
    const { logProbabilities } = await at.model.scoreContinuations({ prompt: ask("?"), continuations: ["a", "b"] })
    expect(Math.exp(logProbabilities[0] ?? 0)).toBeCloseTo(0.9, 6)
  })
})

describe("models from the environment", () => {
  test("nothing set gives nothing", () => expect(providerFromEnvironment({})).toBeNull())

  test("an embedder without an address of its own is on the model's server; keys stay with their server", async () => {
    await using a = await startMockServer()
    await using b = await startMockServer()
    const base = { DAYDREAM_MODEL_URL: a.url, DAYDREAM_MODEL_KEY: "key-a", DAYDREAM_MODEL_NAME: "chat", DAYDREAM_EMBEDDER_NAME: "embed" }
    const shared = providerFromEnvironment(base)
    await shared?.languageModel().doGenerate(call)
    await shared?.embeddingModel().doEmbed({ values: ["x"] })
    expect(a.requests.map(({ headers, body }) => [headers.authorization, (body as { model: string }).model]))
      .toEqual([["Bearer key-a", "chat"], ["Bearer key-a", "embed"]])
    await providerFromEnvironment({ ...base, DAYDREAM_EMBEDDER_URL: b.url })?.embeddingModel("other").doEmbed({ values: ["x"] })
    expect(b.requests[0]?.headers.authorization).toBeUndefined()
    expect(b.requests[0]?.body).toMatchObject({ model: "other" })
  })

  test("what is missing is named", () => {
    const models = providerFromEnvironment({ DAYDREAM_MODEL_URL: "http://localhost:1/v1" })
    expect(() => models?.languageModel()).toThrow("DAYDREAM_MODEL_NAME")
    expect(() => models?.embeddingModel()).toThrow("DAYDREAM_EMBEDDER_NAME")
    expect(() => providerFromEnvironment({ DAYDREAM_EMBEDDER_URL: "http://localhost:1/v1" })?.languageModel("x")).toThrow("DAYDREAM_MODEL_URL")
  })

  test("model references are read", () => {
    expect(parseModelReference("local/qwen2.5-coder-1.5b")).toEqual({ kind: "local", modelId: "qwen2.5-coder-1.5b" })
    expect(parseModelReference(" org/model:7b ")).toEqual({ kind: "server", modelId: "org/model:7b" })
    for (const text of ["", "local/", "two words"]) expect(() => parseModelReference(text)).toThrow("does not name a model")
  })
})
