/** The clients that people use, unmodified: only their base address differs. */
import { registerHooks } from "node:module"
import Anthropic from "@anthropic-ai/sdk"
import { HumanMessage } from "@langchain/core/messages"
import { tool as langchainTool } from "@langchain/core/tools"
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai"
import OpenAI, { AuthenticationError, NotFoundError } from "openai"
import { afterAll, beforeAll, expect, test } from "vitest"
import { z } from "zod"
import { startSetting, type Setting } from "./fabric-setting.ts"
import { startEchoUpstream, type EchoUpstream } from "./fabric-upstream.ts"

let upstream: EchoUpstream
let setting: Setting
let key: string
let base: string
let openai: OpenAI
let anthropic: Anthropic

const hello = [{ role: "user" as const, content: "hello there" }]
const parameters = { type: "object" as const, properties: { city: { type: "string" as const } }, required: ["city"], additionalProperties: false }
const weather = { type: "function" as const, function: { name: "weather", description: "of a city", parameters } }
const answerSchema = { type: "object", properties: { answer: { type: "number" } }, required: ["answer"], additionalProperties: false }

/** From a checkout Node runs with the condition "source", by which a dependency of the SDK means TypeScript of its own. */
async function loadAiSdk() {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier, !specifier.startsWith("eventsource-parser") ? context
      : { ...context, conditions: context.conditions.filter((condition) => condition !== "source") }),
  })
  try {
    return await import("@ai-sdk/openai-compatible")
  } finally {
    hooks.deregister()
  }
}

beforeAll(async () => {
  upstream = await startEchoUpstream()
  setting = await startSetting(upstream.url, { limits: { heartbeatMs: 20 } })
  key = await setting.keyFor("acme")
  base = `${setting.server.address}/v1`
  openai = new OpenAI({ baseURL: base, apiKey: key, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: setting.server.address, apiKey: key, maxRetries: 0 })
})

afterAll(async () => {
  await setting[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

test("openai: chat, stream, tools in both, structured output, log probabilities, embeddings, models, errors", async () => {
  const whole = await openai.chat.completions.create({ model: "chat", messages: hello, logprobs: true })
  expect([whole.choices[0]?.message.content, whole.usage?.total_tokens, whole.choices[0]?.logprobs?.content?.[0]?.token]).toEqual(["You said: hello there", 25, "You"])

  const stream = openai.chat.completions.stream({ model: "chat", messages: hello, stream_options: { include_usage: true } })
  expect(await stream.finalContent()).toBe("You said: hello there")
  expect((await stream.totalUsage()).completion_tokens).toBe(5)

  const called = await openai.chat.completions.create({ model: "chat", messages: hello, tools: [weather] })
  expect(called.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { tool_calls: [{ function: { name: "weather", arguments: "{\"city\":\"Paris\"}" } }] } })
  const runner = openai.chat.completions.runTools({
    model: "chat", stream: true, messages: hello,
    tools: [{ type: "function", function: { name: "weather", description: "of a city", parameters, parse: (text) => JSON.parse(text) as { city: string }, function: ({ city }: { city: string }) => `sun in ${city}` } }],
  })
  expect(await runner.finalContent()).toBe("The tool says: sun in Paris")

  const parsed = await openai.chat.completions.parse({
    model: "chat", messages: hello, response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: answerSchema } },
  })
  expect(parsed.choices[0]?.message.parsed).toEqual({ answer: 42 })

  expect((await openai.embeddings.create({ model: "embed", input: ["one", "three"] })).data.map((one) => one.embedding)).toEqual([[3, 0.5], [5, 0.5]])
  expect((await openai.models.list()).data.map((one) => one.id)).toEqual(expect.arrayContaining(["chat", "embed", "gpu/m"]))
  await expect(openai.chat.completions.create({ model: "none", messages: hello })).rejects.toBeInstanceOf(NotFoundError)
  await expect(new OpenAI({ baseURL: base, apiKey: "wrong", maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(AuthenticationError)
})

test("openai's Responses: whole, stream, tools, structured output", async () => {
  expect((await openai.responses.create({ model: "chat", input: "hello there", store: false })).output_text).toBe("You said: hello there")
  const stream = openai.responses.stream({ model: "chat", input: "hello there", store: false })
  let text = ""
  for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta
  expect([text, (await stream.finalResponse()).status]).toEqual(["You said: hello there", "completed"])
  const called = await openai.responses.create({ model: "chat", input: "hello", store: false, tools: [{ type: "function", name: "weather", parameters, strict: true }] })
  expect(called.output.find((item) => item.type === "function_call")).toMatchObject({ name: "weather", arguments: "{\"city\":\"Paris\"}" })
  const parsed = await openai.responses.parse({ model: "chat", input: "hello", store: false, text: { format: { type: "json_schema", name: "answer", strict: true, schema: answerSchema } } })
  expect(parsed.output_parsed).toEqual({ answer: 42 })
})

test("Anthropic: messages, stream, tools with their results, token count", async () => {
  const body = { model: "chat", max_tokens: 100, messages: hello }
  const whole = await anthropic.messages.create({ ...body, system: "Be kind." })
  expect([whole.content, whole.stop_reason, whole.usage.output_tokens]).toMatchObject([[{ type: "text", text: "You said: hello there" }], "end_turn", 5])
  expect(await anthropic.messages.stream(body).finalText()).toBe("You said: hello there")

  const tools = [{ name: "weather", input_schema: parameters }]
  const called = await anthropic.messages.stream({ ...body, tools }).finalMessage()
  const use = called.content.find((part) => part.type === "tool_use")
  expect([called.stop_reason, use]).toMatchObject(["tool_use", { name: "weather", input: { city: "Paris" } }])
  const told = await anthropic.messages.create({
    ...body, tools,
    messages: [...hello, { role: "assistant", content: called.content }, { role: "user", content: [{ type: "tool_result", tool_use_id: use?.id ?? "", content: "rain" }] }],
  })
  expect(told.content).toMatchObject([{ type: "text", text: "The tool says: rain" }])
  expect((await anthropic.messages.countTokens({ model: "chat", messages: hello })).input_tokens).toBeGreaterThan(1)
})

test("the AI SDK's OpenAI-compatible provider: text, stream, tools, objects, embeddings", async () => {
  const { createOpenAICompatible } = await loadAiSdk()
  const provider = createOpenAICompatible({ name: "daydream", baseURL: base, apiKey: key, includeUsage: true, supportsStructuredOutputs: true })
  const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "hello there" }] }]
  const model = provider("chat")
  expect((await model.doGenerate({ prompt })).content).toMatchObject([{ type: "text", text: "You said: hello there" }])
  const { stream } = await model.doStream({ prompt })
  let text = ""
  let output: number | undefined
  for await (const part of stream) {
    if (part.type === "text-delta") text += part.delta
    if (part.type === "finish") output = part.usage.outputTokens.total
  }
  expect([text, output]).toEqual(["You said: hello there", 5])
  const called = await model.doGenerate({ prompt, tools: [{ type: "function", name: "weather", inputSchema: parameters }] })
  expect(called.content).toMatchObject([{ type: "tool-call", toolName: "weather", input: "{\"city\":\"Paris\"}" }])
  const object = await model.doGenerate({ prompt, responseFormat: { type: "json", name: "answer", schema: answerSchema as never } })
  expect(object.content).toMatchObject([{ type: "text", text: "{\"answer\":42}" }])
  expect((await provider.embeddingModel("embed").doEmbed({ values: ["one"] })).embeddings).toEqual([[3, 0.5]])
})

test("LangChain: invoke, stream, tools, structured output, embeddings", async () => {
  const fields = { apiKey: key, configuration: { baseURL: base }, maxRetries: 0 }
  const chat = new ChatOpenAI({ model: "chat", ...fields })
  const asked = [new HumanMessage("hello there")]
  expect((await chat.invoke(asked)).text).toBe("You said: hello there")
  let text = ""
  for await (const chunk of await chat.stream(asked)) text += chunk.text
  expect(text).toBe("You said: hello there")
  const tool = langchainTool(({ city }: { city: string }) => city, { name: "weather", description: "of a city", schema: z.object({ city: z.string() }) })
  expect((await chat.bindTools([tool]).invoke(asked)).tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }])
  const structured = chat.withStructuredOutput(z.object({ answer: z.number() }), { method: "jsonSchema", name: "answer" })
  expect(await structured.invoke(asked)).toEqual({ answer: 42 })
  const embeddings = new OpenAIEmbeddings({ model: "embed", encodingFormat: "float", ...fields })
  expect(await embeddings.embedQuery("one")).toEqual([3, 0.5])
})

test("comments on a silent stream disturb none of them", async () => {
  upstream.silenceMs = 100
  try {
    const raw = await fetch(`${base}/chat/completions`, {
      method: "POST", headers: { "authorization": `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "chat", messages: hello, stream: true }),
    })
    expect((await raw.text()).split(": keep-alive\n\n").length).toBeGreaterThan(2)
    expect(await openai.chat.completions.stream({ model: "chat", messages: hello }).finalContent()).toBe("You said: hello there")
    const events: string[] = []
    for await (const event of await openai.responses.create({ model: "chat", input: "hello there", store: false, stream: true })) events.push(event.type)
    expect([events[0], events.at(-1)]).toEqual(["response.created", "response.completed"])
    expect(await anthropic.messages.stream({ model: "chat", max_tokens: 50, messages: hello }).finalText()).toBe("You said: hello there")
    const { createOpenAICompatible } = await loadAiSdk()
    const { stream } = await createOpenAICompatible({ name: "daydream", baseURL: base, apiKey: key })("chat")
      .doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "hello there" }] }] })
    let text = ""
    for await (const part of stream) if (part.type === "text-delta") text += part.delta
    expect(text).toBe("You said: hello there")
    text = ""
    for await (const chunk of await new ChatOpenAI({ model: "chat", apiKey: key, configuration: { baseURL: base }, maxRetries: 0 }).stream([new HumanMessage("hello there")])) text += chunk.text
    expect(text).toBe("You said: hello there")
  } finally {
    upstream.silenceMs = 0
  }
})

test("every one of these calls stands in the ledger once", async () => {
  const count = async () => (await setting.admin<{ rows: { requests: number; failed: number }[] }>("GET", "/tenants/acme/usage?since=1d")).rows
  // A call is closed when its answer is out: the last one may still be on its way into the ledger.
  await expect.poll(count, { timeout: 20_000 }).toMatchObject([{ requests: upstream.bodies.length, failed: 0 }])
})
