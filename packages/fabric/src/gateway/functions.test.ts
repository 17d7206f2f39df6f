import { expect, test } from "vitest"
import { noTokens } from "../call/index.ts"
import type { JsonObject } from "../call/index.ts"
import { wireErrors } from "../wire/index.ts"
import { chat, fakeUpstream, principal, run, whole } from "./fakes.test.support.ts"
import type { FunctionHost, ServedFunction } from "./index.ts"

const topics: ServedFunction = {
  name: "topics", textInput: "text", mostCost: (rows) => BigInt(rows.length) * 100n,
  async run(rows) {
    for (const row of rows) if (typeof row["text"] !== "string")
      throw wireErrors.bad_request({ param: "text", problem: { en: "is missing.", zh: "缺少。" } })
    return {
      tokens: { ...noTokens, input: rows.length * 3 }, cost: BigInt(rows.length) * 60n,
      answers: rows.map((row) => ({
        status: "answered" as const, output: JSON.stringify(row["text"]).includes("goal") ? "sports" : "other", confidence: 0.93, by: "tfidf-softmax",
      })),
    }
  },
}
const functions: FunctionHost = { find: (name) => (name === "topics" ? topics : undefined), names: () => ["topics"] }
const upstreams = { gpu: fakeUpstream(() => whole(["x"])) }
const serve = () => run({ upstreams, parts: { functions } })

test("one row gets its label with the confidence, metered", async () => {
  await using app = await serve()
  const response = await app.post("/v1/functions/topics", { input: { text: "a late goal" } })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ function: "topics", output: "sports", confidence: 0.93, by: "tfidf-softmax", status: "answered" })
  expect(app.ledger.openings[0]).toMatchObject({ api: "function", model: "function/topics", mostCharge: 100n })
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed", charge: 60n, attempt: { cost: 60n } })
})

test("many rows get their answers in order; a text may stand for a row", async () => {
  await using app = await serve()
  const response = await app.post("/v1/functions/topics", { inputs: ["goal!", { text: "rain" }] })
  const { results } = await response.json() as { results: { output: string }[] }
  expect(results.map((result) => result.output)).toEqual(["sports", "other"])
})

test("rows that do not fit are the client's fault, and free", async () => {
  await using app = await serve()
  for (const body of [{}, { input: 1 }, { inputs: [] }, { input: {}, inputs: [] }, { input: { text: { deep: 1 } } }, { input: { other: "x" } }, []])
    expect([body, (await app.post("/v1/functions/topics", body)).status]).toEqual([body, 400])
  expect([...app.ledger.closings.values()].every((closing) => closing.charge === 0n)).toBe(true)
  expect(app.ledger.closings.size).toBe(app.ledger.openings.length)
  expect((await app.post("/v1/functions/absent", { input: "x" })).status).toBe(404)
})

test("a price for the function is charged for each row instead of its cost", async () => {
  await using app = await run({ upstreams, parts: { functions }, prices: [
    { side: "charge", subject: "function/*", validFrom: new Date(0), perMillion: {}, perRequest: 500n },
  ] })
  await app.post("/v1/functions/topics", { inputs: ["a", "b", "c"] })
  expect(app.ledger.openings[0]?.mostCharge).toBe(1_500n)
  expect(await app.ledger.only()).toMatchObject({ charge: 1_500n, attempt: { cost: 180n } })
})

test("no more is charged than was reserved, whatever the rows cost and however many tokens their prompts add", async () => {
  const dear: ServedFunction = {
    ...topics, mostTokens: (rows) => ({ input: rows.length * 10, output: rows.length * 2 }),
    run: async (rows, options) => ({
      ...await topics.run(rows, options), cost: BigInt(rows.length) * 1_000n, tokens: { ...noTokens, input: rows.length * 5_000, output: 50 },
    }),
  }
  const prices = [{ side: "charge" as const, subject: "function/*", validFrom: new Date(0), perMillion: { input: 1_000_000n, output: 1_000_000n } }]
  for (const priced of [[], prices]) {
    await using app = await run({ upstreams, prices: priced, parts: { functions: { find: () => dear, names: () => ["topics"] } } })
    await app.post("/v1/functions/topics", { inputs: ["a", "b"] })
    await app.post("/v1/chat/completions", chat({ model: "function/topics" }))
    while (app.ledger.closings.size < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    const reserved = new Map(app.ledger.openings.map((opening) => [opening.requestId, opening.mostCharge]))
    expect([...reserved.values()]).toEqual(priced.length === 0 ? [200n, 100n] : [24n, 12n])
    for (const [id, closing] of app.ledger.closings) expect(closing.charge).toBe(reserved.get(id))
    // What it really cost stands in the ledger.
    expect([...app.ledger.attemptClosings.values()].map((attempt) => attempt.cost)).toEqual([2_000n, 1_000n])
  }
})

test("a function answers as a chat model: whole, as a stream, and through the messages interface", async () => {
  await using app = await serve()
  const body = chat({ model: "function/topics", messages: [{ role: "system", content: "s" }, { role: "user", content: "a goal" }] })
  const answer = await (await app.post("/v1/chat/completions", body)).json() as JsonObject
  expect(answer).toMatchObject({ choices: [{ message: { content: "sports" }, finish_reason: "stop" }], daydream: { confidence: 0.93 }, usage: { prompt_tokens: 3 } })
  const text = await (await app.post("/v1/chat/completions", { ...body, stream: true })).text()
  expect(text).toContain("sports")
  expect(text).toContain("0.93")
  expect(text.trim().endsWith("[DONE]")).toBe(true)
  const messages = { model: "function/topics", max_tokens: 10, messages: [{ role: "user", content: "{\"text\":\"a goal\"}" }] }
  expect(await (await app.post("/v1/messages", messages)).json()).toMatchObject({ type: "message", content: [{ type: "text", text: "sports" }] })
  expect([...app.ledger.closings.values()].map((closing) => closing.charge)).toEqual([60n, 60n, 60n])
})

test("a function that the key may not use is hidden", async () => {
  const narrow = principal({ mayUse: (model) => model === "chat" })
  await using app = await run({ upstreams, parts: { functions }, principals: { key: narrow } })
  expect((await app.post("/v1/functions/topics", { input: "x" })).status).toBe(404)
  expect((await app.post("/v1/chat/completions", chat({ model: "function/topics" }))).status).toBe(404)
  const list = await (await fetch(`${app.url}/v1/models`, { headers: { authorization: "Bearer key" } })).json()
  expect(JSON.stringify(list)).not.toContain("topics")
})

test("a function that breaks is a failure of the server, closed and free", async () => {
  const broken: ServedFunction = { ...topics, run: () => Promise.reject(new Error("weights missing at /secret/path")) }
  await using app = await run({ upstreams, parts: { functions: { find: () => broken, names: () => ["topics"] } } })
  const response = await app.post("/v1/chat/completions", chat({ model: "function/topics" }))
  expect(response.status).toBe(502)
  expect(await response.text()).not.toContain("/secret/path")
  expect((await app.post("/v1/functions/topics", { input: "x" })).status).toBe(502)
  expect([...app.ledger.closings.values()].map((closing) => closing.outcome)).toEqual(["failed", "failed"])
})
