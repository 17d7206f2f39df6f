import Anthropic, { NotFoundError } from "@anthropic-ai/sdk"
import OpenAI, { AuthenticationError, BadRequestError } from "openai"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startMockUpstream, words } from "../testing/index.ts"
import type { TestUpstream } from "../testing/index.ts"
import { createHttpUpstream } from "../upstream/index.ts"
import { fakeUpstream, fault, pool, run, whole } from "./fakes.test.support.ts"
import type { Running } from "./fakes.test.support.ts"

let mock: TestUpstream
let app: Running
let openai: OpenAI
let anthropic: Anthropic
const answer = words(0, 16)

beforeAll(async () => {
  mock = await startMockUpstream()
  const gpu = pool({ addresses: [mock.url] })
  app = await run({
    pools: [gpu],
    upstreams: { gpu: createHttpUpstream({ pool: gpu, secret: async () => null, allowedNetworks: ["127.0.0.1/32"] }) },
  })
  openai = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: "key", maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: app.url, apiKey: "key", maxRetries: 0 })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await mock.close()
})

test("openai's client: chat, stream with usage, Responses, embeddings, models", async () => {
  const messages = [{ role: "user" as const, content: "Hi" }]
  const whole = await openai.chat.completions.create({ model: "chat", messages })
  expect(whole.choices[0]?.message.content).toBe(answer)
  let text = ""
  let output = 0
  for await (const chunk of await openai.chat.completions.create({ model: "chat", messages, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta.content ?? ""
    output = chunk.usage?.completion_tokens ?? output
  }
  expect([text, output]).toEqual([answer, 16])
  const response = await openai.responses.create({ model: "chat", input: "Hi" })
  expect(response.output_text).toBe(answer)
  let streamed = ""
  for await (const event of await openai.responses.create({ model: "chat", input: "Hi", stream: true }))
    if (event.type === "response.output_text.delta") streamed += event.delta
  expect(streamed).toBe(answer)
  const embedding = await openai.embeddings.create({ model: "chat", input: ["a", "b"] })
  expect(embedding.data).toHaveLength(2)
  const models = await openai.models.list()
  expect(models.data.map((model) => model.id)).toContain("chat")
  expect((await openai.models.retrieve("gpu/big")).id).toBe("gpu/big")
})

test("Anthropic's client: messages, stream, token count, models", async () => {
  const body = { model: "chat", max_tokens: 50, messages: [{ role: "user" as const, content: "Hi" }] }
  const whole = await anthropic.messages.create(body)
  expect(whole.content).toMatchObject([{ type: "text", text: answer }])
  const stream = anthropic.messages.stream(body)
  expect(await stream.finalText()).toBe(answer)
  expect((await stream.finalMessage()).usage).toMatchObject({ input_tokens: 12, output_tokens: 16 })
  expect((await anthropic.messages.countTokens({ model: "chat", messages: body.messages })).input_tokens).toBeGreaterThan(0)
  expect((await anthropic.models.list()).data.map((model) => model.id)).toContain("chat")
})

test("errors are of the classes that the clients know", async () => {
  const wrong = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: "wrong", maxRetries: 0 })
  await expect(wrong.models.list()).rejects.toBeInstanceOf(AuthenticationError)
  await expect(openai.chat.completions.create({ model: "absent", messages: [{ role: "user", content: "x" }] })).rejects
    .toMatchObject({ status: 404, code: "model_not_found" })
  await expect(openai.chat.completions.create({ model: "chat", messages: [] })).rejects.toBeInstanceOf(BadRequestError)
  await expect(anthropic.messages.create({ model: "absent", max_tokens: 1, messages: [{ role: "user", content: "x" }] })).rejects
    .toBeInstanceOf(NotFoundError)
})

test("a client that repeats by itself after a failure is answered and charged once", async () => {
  const gpu = fakeUpstream((_request, _signal, attempt) => {
    if (attempt < 3) throw fault({ kind: "status", status: 503, message: "busy" })
    return whole(["ok"])
  })
  await using flaky = await run({ upstreams: { gpu } })
  const client = new OpenAI({ baseURL: `${flaky.url}/v1`, apiKey: "key", maxRetries: 3 })
  const completion = await client.chat.completions.create({ model: "chat", messages: [{ role: "user", content: "x" }] })
  expect(completion.choices[0]?.message.content).toBe("ok")
  expect([...flaky.ledger.closings.values()].filter((closing) => closing.charge > 0n)).toHaveLength(1)
})
