import { Writable } from "node:stream"
import { SpanStatusCode } from "@opentelemetry/api"
import type { Attributes, Span, Tracer } from "@opentelemetry/api"
import { expect, test } from "vitest"
import { noTokens } from "../call/index.ts"
import type { CallFacts } from "../call/index.ts"
import { createLog, createMetrics, openSpan } from "./index.ts"
import type { RequestFacts } from "./index.ts"

const facts = (change: Partial<RequestFacts>): RequestFacts => ({
  api: "chat", model: "chat", tenant: "acme", outcome: "completed", status: 200, seconds: 0.2,
  tokens: { ...noTokens, input: 10, output: 5 }, charge: 0.25, attempts: 2, ...change,
})

test("requests, tokens and charges are counted by model, without tenants unless asked", async () => {
  const metrics = createMetrics()
  metrics.request(facts({}))
  metrics.request(facts({ tenant: "globex" }))
  const text = await metrics.text()
  expect(text).toContain('daydream_requests_total{api="chat",model="chat",outcome="completed",status="200"} 2')
  expect(text).toContain('daydream_tokens_total{model="chat",class="input",estimated="false"} 20')
  expect(text).toContain('daydream_charge_total{model="chat"} 0.5')
  expect(text).toContain('daydream_failed_over_attempts_total{model="chat"} 2')
  expect(text).not.toContain("acme")
  const byTenant = createMetrics({ byTenant: true })
  byTenant.request(facts({}))
  expect(await byTenant.text()).toContain('tenant="acme"')
})

test("a flood of names cannot grow the number of series", async () => {
  const metrics = createMetrics({ mostLabelValues: 3 })
  for (let i = 0; i < 100; i++) metrics.request(facts({ model: `m${i}` }))
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith("daydream_requests_total{"))
  expect(lines).toHaveLength(4)
  expect(lines.at(-1)).toContain('model="other"')
  expect(lines.at(-1)).toMatch(/ 97$/)
})

test("queues and breakers are read when metrics are", async () => {
  const metrics = createMetrics()
  let waiting = 3
  metrics.connect({
    openRequests: () => 7, bytesInFlight: () => 1000,
    queues: () => [{ pool: "gpu", waiting, running: 4 }],
    breakers: () => [{ target: "gpu/big", state: "open" }],
  })
  expect(await metrics.text()).toContain('daydream_queue_waiting{pool="gpu"} 3')
  waiting = 0
  const text = await metrics.text()
  expect(text).toContain('daydream_queue_waiting{pool="gpu"} 0')
  expect(text).toContain('daydream_breaker_state{target="gpu/big"} 2')
  expect(text).toContain("daydream_open_requests 7")
})

test("a log line holds no secret, prompt or address, even where a careless caller hands them in", () => {
  const lines: string[] = []
  const destination = new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done() } })
  const log = createLog({ destination })
  log.info({ requestId: "r1", headers: { authorization: "Bearer s3cret", "x-api-key": "s3cret" }, messages: ["s3cret"] }, "done")
  log.error({ err: new Error("connect to http://10.0.0.5 failed for s3cret"), url: "http://10.0.0.5", apiKey: "s3cret" }, "failed")
  expect(lines).toHaveLength(2)
  expect(lines.join("")).not.toMatch(/s3cret|10\.0\.0\.5/)
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", requestId: "r1", msg: "done" })
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ err: { type: "Error" } })
})

interface Recorded { name: string; attributes: Attributes; events: string[]; status: number; isEnded: boolean }

const recorder = () => {
  const spans: Recorded[] = []
  const tracer = {
    startSpan: (name: string, options: { attributes?: Attributes } = {}) => {
      const record: Recorded = { name, attributes: { ...options.attributes }, events: [], status: 0, isEnded: false }
      spans.push(record)
      return {
        setAttribute: (key: string, value: string) => { record.attributes[key] = value },
        setAttributes: (more: Attributes) => { Object.assign(record.attributes, more) },
        addEvent: (event: string) => { record.events.push(event) },
        setStatus: ({ code }: { code: number }) => { record.status = code },
        end: () => { record.isEnded = true },
      } as unknown as Span
    },
  } as unknown as Tracer
  return { tracer, spans }
}

const call: CallFacts = {
  api: "chat", model: "chat", body: { model: "chat", messages: [{ role: "user", content: "my secret" }] }, isStream: false,
  mostInputTokens: 20, outputCap: 10, choices: 1, prefixKey: "", requestClass: "interactive",
  needs: { tools: false, structured: false, images: false, audio: false },
}
const ending = {
  outcome: "completed", status: 200, answeredModel: "big-2", answerId: "id", finishReason: "stop",
  tokens: { ...noTokens, input: 3, cachedInput: 4, output: 5 }, errorCode: null, text: "the answer",
}

test("a span carries models and usage, and content only where the tenant asks", () => {
  for (const recordsContent of [false, true]) {
    const { tracer, spans } = recorder()
    const span = openSpan(tracer, { call, tenant: "acme", requestId: "r1", recordsContent, carrier: {} })
    span.attempt({ pool: "gpu", model: "big", outcome: "completed" })
    span.end(ending)
    expect(spans).toMatchObject([{ name: "chat chat", events: ["attempt"], isEnded: true, attributes: {
      "gen_ai.operation.name": "chat", "gen_ai.request.model": "chat", "gen_ai.response.model": "big-2",
      "gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 5 } }])
    expect(JSON.stringify(spans).includes("my secret")).toBe(recordsContent)
    expect(JSON.stringify(spans).includes("the answer")).toBe(recordsContent)
  }
})

test("a failed request's span says so by its code", () => {
  const { tracer, spans } = recorder()
  openSpan(tracer, { call, tenant: "acme", requestId: "r1", recordsContent: false, carrier: {} })
    .end({ ...ending, outcome: "failed", errorCode: "upstream_failed" })
  expect(spans[0]).toMatchObject({ status: SpanStatusCode.ERROR, attributes: { "error.type": "upstream_failed" } })
})
