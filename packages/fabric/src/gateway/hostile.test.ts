import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { chat, ending, fakeUpstream, json, opening, run, stream, whole, word } from "./fakes.test.support.ts"
import type { Running } from "./fakes.test.support.ts"

let app: Running
let problems: string[] = []

beforeAll(async () => {
  const embeddings = { object: "list", model: "big", data: [{ object: "embedding", index: 0, embedding: [1] }], usage: { prompt_tokens: 1, total_tokens: 1 } }
  const gpu = fakeUpstream((request, signal) => request.dialect === "openai-embeddings" ? json(embeddings) : request.isStream ? stream([opening, word("x"), ending(1)], signal) : whole(["x"]))
  const log = { info: () => undefined, warn: () => undefined, error: (facts: object, message: string) => { problems.push(`${message} ${JSON.stringify(facts)}`) } }
  app = await run({ upstreams: { gpu }, parts: { log } })
})
afterAll(() => app[Symbol.asyncDispose]())

const junk = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1e308, -0, 2 ** 53, 0.5, "", "chat", "\u0000", "\ud800", "💥", [], {}, [[]], [null], [{}], [{ type: "text" }], { role: "user" }),
  fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: "binary", maxLength: 50 }), fc.double(), fc.integer(),
)

const valid: Readonly<Record<string, object>> = {
  "/v1/chat/completions": chat({
    max_tokens: 5, n: 1, stream: false, temperature: 1, stop: ["x"], logprobs: true, top_logprobs: 2, response_format: { type: "text" },
    stream_options: { include_usage: true }, service_tier: "auto", user: "u", metadata: { a: "b" },
    tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }], tool_choice: "auto",
    messages: [
      { role: "system", content: "s" }, { role: "user", content: [{ type: "text", text: "t" }, { type: "image_url", image_url: { url: "data:," } }] },
      { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }] },
      { role: "tool", tool_call_id: "1", content: "r" },
    ],
  }),
  "/v1/responses": {
    model: "chat", input: [{ role: "user", content: [{ type: "input_text", text: "t" }] }], instructions: "i", max_output_tokens: 5,
    tools: [{ type: "function", name: "f", parameters: {} }], text: { format: { type: "text" } }, reasoning: { effort: "low" }, stream: false,
  },
  "/v1/messages": {
    model: "chat", max_tokens: 5, system: [{ type: "text", text: "s" }], stream: false, tools: [{ name: "f", input_schema: { type: "object" } }],
    messages: [
      { role: "user", content: "u" }, { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: "t" }] }] },
    ],
  },
  "/v1/messages/count_tokens": { model: "chat", messages: [{ role: "user", content: "u" }] },
  "/v1/embeddings": { model: "chat", input: ["a", "b"], dimensions: 3, encoding_format: "float" },
  "/v1/functions/f": { input: { text: "x" } },
}

/** Replaces what lies at a random path. */
function mutate(value: unknown, path: readonly number[], into: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined || typeof value !== "object" || value === null) return into
  const names = Object.keys(value)
  if (names.length === 0) return into
  const name = names[first % names.length] as string
  const changed = mutate((value as Record<string, unknown>)[name], rest, into)
  return Array.isArray(value) ? value.map((item: unknown, i) => (String(i) === name ? changed : item)) : { ...value, [name]: changed }
}

test("whatever a client sends is answered, in JSON, and never as a mistake of ours", async () => {
  problems = []
  const cases = fc.record({
    path: fc.constantFrom(...Object.keys(valid)), at: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), into: junk,
    asStream: fc.boolean(),
  })
  await fc.assert(fc.asyncProperty(cases, async ({ path, at, into, asStream }) => {
    const body = mutate({ ...valid[path], ...(asStream ? { stream: true } : {}) }, at, into)
    const response = await app.post(path, body)
    const text = await response.text()
    expect([response.status === 200 || (response.status >= 400 && response.status < 500) || response.status === 502, response.status]).toEqual([true, response.status])
    const isStream = text.startsWith("data:") || text.startsWith("event:")
    expect(() => isStream || JSON.parse(text) as unknown).not.toThrow()
  }), { numRuns: 800 })
  expect(problems).toEqual([])
  await expect.poll(() => app.ledger.closings.size).toBe(app.ledger.openings.length)
  expect([...app.ledger.closings.values()].every((closing) => closing.charge >= 0n)).toBe(true)
  expect(app.ledger.openings.every((opening) => opening.mostCharge >= (app.ledger.closings.get(opening.requestId)?.charge ?? 0n))).toBe(true)
})

test("header values of any kind change nothing but the answer's status", async () => {
  problems = []
  const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)), maxLength: 200 })
  const name = fc.constantFrom("idempotency-key", "x-api-key", "authorization", "anthropic-version", "anthropic-beta", "traceparent", "x-request-id", "accept", "forwarded", "content-type")
  await fc.assert(fc.asyncProperty(name, value, async (header, text) => {
    const response = await app.post("/v1/chat/completions", chat(), { [header]: text })
    await response.text()
    expect(response.status === 200 || (response.status >= 400 && response.status < 500)).toBe(true)
  }), { numRuns: 300 })
  expect(problems).toEqual([])
})
