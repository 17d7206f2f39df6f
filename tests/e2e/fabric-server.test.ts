/** The whole server in this process: functions, replicas on one database, spans, shutdown. */
import { once } from "node:events"
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import { startMisbehavingUpstream, startMockUpstream, words } from "@daydream/fabric/testing"
import { silentLog } from "@daydream/fabric/observability"
import { startServer } from "@daydream/server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { newFolder, startSetting, type Setting } from "./fabric-setting.ts"
import { makePlan } from "./run-plan.ts"

let upstream: Awaited<ReturnType<typeof startMockUpstream>>
let setting: Setting
let key: string

beforeAll(async () => {
  upstream = await startMockUpstream()
  setting = await startSetting(upstream.url)
  key = await setting.keyFor("acme")
})

afterAll(async () => {
  await setting[Symbol.asyncDispose]()
  await upstream.close()
})

async function post(address: string, path: string, secret: string, body: unknown) {
  const response = await fetch(`${address}${path}`, {
    method: "POST", headers: { "authorization": `Bearer ${secret}`, "content-type": "application/json" }, body: JSON.stringify(body),
  })
  // Answers of any shape: each test knows its own.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status: response.status, headers: response.headers, json: await response.json() as any }
}

interface AdminAnswer {
  readonly secret: string
  readonly targets: readonly { readonly target: string; readonly breaker: string }[]
  readonly budgets: readonly { readonly limit: string; readonly spent: string; readonly reserved: string }[]
}

const chat = (address: string, secret: string, model = "chat", more: object = {}) =>
  post(address, "/v1/chat/completions", secret, { model, messages: [{ role: "user", content: "I want my money back" }], ...more })

test("a function that was compiled is served by rows and as a model, metered, and replaced while it runs", async () => {
  const { server, folder } = setting
  expect((await post(server.address, "/v1/functions/topics", key, { input: "where is my parcel" })).status).toBe(404)
  mkdirSync(join(folder, "functions"), { recursive: true })
  await makePlan(join(folder, "made"))
  cpSync(join(folder, "made"), join(folder, "functions/topics.plan"), { recursive: true })
  writeFileSync(join(folder, "functions/not-a-plan.txt"), "")
  mkdirSync(join(folder, "functions/broken.plan"))
  writeFileSync(join(folder, "functions/broken.plan/plan.json"), "{")
  await expect.poll(() => server.functionNames(), { timeout: 10_000 }).toEqual(["topics"])

  const one = await post(server.address, "/v1/functions/topics", key, { input: "where is my parcel" })
  expect(one.json).toMatchObject({ object: "function.result", output: "delivery", status: "answered", by: "tfidf-softmax" })
  const many = await post(server.address, "/v1/functions/topics", key, { inputs: [{ text: "I cannot log in" }, { text: null }] })
  expect(many.json.results[0]).toMatchObject({ output: "account" })
  expect(many.json.results).toHaveLength(2)
  expect((await post(server.address, "/v1/functions/topics", key, { input: { colour: "red" } })).json.error.message).toContain("\"colour\"")
  expect((await chat(server.address, key, "function/topics")).json.choices[0].message.content).toBe("refund")
  const usage = () => setting.admin<{ rows: { group: { model: string }; requests: number; failed: number; charge: string }[] }>("GET", "/tenants/acme/usage?groupBy=model")
  const row = async () => (await usage()).rows.find(({ group }) => group.model === "function/topics")
  // The row that does not fit was refused, and cost nothing.
  await expect.poll(row, { timeout: 20_000 }).toMatchObject({ requests: 4, failed: 1 })
  expect(Number((await row())?.charge)).toBeGreaterThan(0)

  rmSync(join(folder, "functions/topics.plan"), { recursive: true })
  await expect.poll(() => server.functionNames(), { timeout: 10_000 }).toEqual([])
})

test("a pool whose address is refused, or whose provider is missing, says so without its address", async () => {
  await setting.admin("PUT", "/networks", { networks: ["10.0.0.0/8", "127.0.0.0/8"] })
  await setting.admin("PUT", "/pools/inner", { kind: "openai", addresses: ["http://10.1.2.3:8000/v1"], models: ["x"] })
  await setting.admin("PUT", "/networks", { networks: ["127.0.0.0/8"] })
  await setting.admin("PUT", "/pools/given", { kind: "sdk", models: ["x"] })
  await expect.poll(async () => (await chat(setting.server.address, key, "given/x")).status, { timeout: 20_000 }).toBe(502)
  const refused = await chat(setting.server.address, key, "inner/x")
  expect(refused.status).toBe(502)
  expect(JSON.stringify(refused.json)).not.toContain("10.1.2.3")
})

test("a second server on the same state folder, or on a port that is taken, does not start and leaves nothing behind", async () => {
  const environment = { ...process.env, DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined }
  await expect(startServer({ state: setting.folder, port: 0, environment, log: silentLog })).rejects.toMatchObject({ code: "store_in_use" })
  const other = newFolder()
  for (let i = 0; i < 2; i++)
    await expect(startServer({ state: other, port: setting.server.port, environment, log: silentLog })).rejects.toMatchObject({ code: "port_in_use" })
  rmSync(other, { recursive: true, force: true })
})

test("two servers on one database share tenants, budgets, configuration and breakers", async () => {
  await using broken = await startMisbehavingUpstream({ script: [{ kind: "status", status: 503 }] })
  const [home, one, two] = [newFolder(), newFolder(), newFolder()]
  const store = await openStore({ folder: home })
  const environment = { ...process.env, DATABASE_URL: store.url, DAYDREAM_MASTER_KEY: `1:${Buffer.alloc(32, 5).toString("base64")}` }
  const first = await startServer({ state: one, port: 0, environment, log: silentLog })
  const second = await startServer({ state: two, port: 0, environment, log: silentLog })
  try {
    expect([first.adminSecret === null, second.adminSecret, first.storeKind]).toEqual([false, null, "external"])
    const root = first.adminSecret ?? ""
    const admin = async (server: typeof first, method: string, path: string, body?: unknown) => {
      const response = await fetch(`${server.address}/admin/v1${path}`, {
        method, headers: { "authorization": `Bearer ${root}`, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: await response.json().catch(() => undefined) as AdminAnswer }
    }
    await admin(first, "PUT", "/networks", { networks: ["127.0.0.0/8"] })
    await admin(first, "PUT", "/pools/down", { kind: "openai", addresses: [broken.url], models: ["m"] })
    await admin(first, "PUT", "/pools/up", { kind: "openai", addresses: [upstream.url], models: ["m"] })
    await admin(first, "PUT", "/routes/both", { targets: [{ pool: "down", model: "m" }, { pool: "up", model: "m" }] })
    await admin(first, "PUT", "/prices", { side: "charge", subject: "both", validFrom: "2020-01-01T00:00:00Z", perMillion: { input: "1000000000", output: "1000000000" } })
    await admin(second, "POST", "/tenants", { id: "shared" })
    const { json: { secret } } = await admin(second, "POST", "/tenants/shared/keys", {})

    await expect.poll(async () => (await chat(second.address, secret, "both")).status, { timeout: 20_000 }).toBe(200)
    for (let i = 0; i < 4; i++) expect((await chat(first.address, secret, "both")).status).toBe(200)
    const breakerIn = async (server: typeof first) => (await admin(server, "GET", "/health")).json.targets.find(({ target }) => target === "down/m")?.breaker
    expect(await breakerIn(first)).toBe("open")
    await expect.poll(() => breakerIn(second), { timeout: 20_000 }).toBe("open")
    const seen = broken.attempts.length
    expect((await chat(second.address, secret, "both")).status).toBe(200)
    expect(broken.attempts).toHaveLength(seen)

    // Enough for one call at its worst case, asked of both at once.
    await admin(first, "PUT", "/tenants/shared/budgets/total", { limit: "400000" })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => chat(at % 2 === 0 ? first.address : second.address, secret, "both", { max_tokens: 20 })))
    const refused = answers.filter(({ status }) => status === 402)
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(10)
    expect(refused.length).toBeGreaterThan(0)
    const budgets = async () => (await admin(second, "GET", "/tenants/shared/budgets")).json.budgets
    await expect.poll(async () => (await budgets()).map(({ reserved }) => reserved), { timeout: 20_000 }).toEqual(["0"])
    for (const { limit, spent } of await budgets()) expect(BigInt(spent)).toBeLessThanOrEqual(BigInt(limit))
  } finally {
    await Promise.all([first.close({ graceMs: 500 }), second.close({ graceMs: 500 })])
    await store.close()
    for (const folder of [home, one, two]) rmSync(folder, { recursive: true, force: true })
  }
})

test("a credential and the master key rotate, and a pool moves, while calls go on", async () => {
  const seen: (string | undefined)[] = []
  const vendor = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({
      id: "1", object: "chat.completion", created: 1, model: "m", usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      choices: [{ index: 0, message: { role: "assistant", content: "ok", refusal: null }, logprobs: null, finish_reason: "stop" }],
    }))
  }).listen(0, "127.0.0.1")
  await once(vendor, "listening")
  await using slow = await startMockUpstream({ words: 80, wordMs: 40 })
  const { server, admin } = setting
  const address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/v1`
  await admin("PUT", "/credentials/vendor", { secret: "sk-first" })
  await admin("PUT", "/pools/vendor", { kind: "openai", addresses: [address], models: ["m"], credential: "vendor" })
  await admin("PUT", "/pools/moving", { kind: "openai", addresses: [slow.url], models: ["m"] })
  const ask = async () => ({ status: (await chat(server.address, key, "vendor/m")).status, sent: seen.at(-1) })
  await expect.poll(ask, { timeout: 20_000 }).toEqual({ status: 200, sent: "Bearer sk-first" })
  await admin("PUT", "/credentials/vendor", { secret: "sk-second" })
  await expect.poll(ask, { timeout: 20_000 }).toEqual({ status: 200, sent: "Bearer sk-second" })
  await admin("POST", "/master-key/rotate", {})
  await admin("PUT", "/credentials/vendor", { secret: "sk-third" })
  await expect.poll(ask, { timeout: 20_000 }).toEqual({ status: 200, sent: "Bearer sk-third" })

  const stream = fetch(`${server.address}/v1/chat/completions`, {
    method: "POST", headers: { "authorization": `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "moving/m", stream: true, messages: [{ role: "user", content: "Hi" }] }),
  }).then((response) => response.text())
  await expect.poll(async () => (await (await fetch(`${server.address}/metrics`)).text()).includes("daydream_queue_running{pool=\"moving\"} 1"), { timeout: 20_000 }).toBe(true)
  await admin("PUT", "/pools/moving", { kind: "openai", addresses: [address], models: ["m"] })
  await expect.poll(async () => (await chat(server.address, key, "moving/m")).json.choices[0].message.content, { timeout: 20_000 }).toBe("ok")
  expect(await stream).toContain("data: [DONE]")
  vendor.closeAllConnections()
  vendor.close()
})

test("closing lets a stream come to its end, and refuses what comes after", async () => {
  await using slow = await startMockUpstream({ words: 30, wordMs: 20 })
  const own = await startSetting(slow.url)
  const response = await fetch(`${own.server.address}/v1/chat/completions`, {
    method: "POST", headers: { "authorization": `Bearer ${own.rootKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "chat", stream: true, messages: [{ role: "user", content: "Hi" }] }),
  })
  const reader = response.body?.getReader()
  let text = new TextDecoder().decode((await reader?.read())?.value)
  const closed = own.server.close({ graceMs: 10_000 })
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += new TextDecoder().decode(part.value)
  expect(text).toContain("data: [DONE]")
  expect(text.match(/"delta":\{"content":"[^"]+"\}/gu)).toHaveLength(words(0, 30).trim().split(/\s+/u).length)
  await closed
  await expect(fetch(`${own.server.address}/healthz`)).rejects.toThrow("fetch failed")
  rmSync(own.folder, { recursive: true, force: true })
})

test("spans go to the collector that the environment names, as children of the caller's trace, without a word of content", async () => {
  const received: string[] = []
  const collector = createServer((request, response) => {
    let body = ""
    request.setEncoding("latin1").on("data", (data: string) => void (body += data)).on("end", () => {
      received.push(`${request.url} ${body}`)
      response.end()
    })
  }).listen(0, "127.0.0.1")
  await once(collector, "listening")
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
  const own = await startSetting(upstream.url, { environment: { ...process.env, DATABASE_URL: undefined, DAYDREAM_MASTER_KEY: undefined } })
  try {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    const response = await fetch(`${own.server.address}/v1/chat/completions`, {
      method: "POST",
      headers: { "authorization": `Bearer ${own.rootKey}`, "content-type": "application/json", "traceparent": `00-${trace}-00f067aa0ba902b7-01` },
      body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "a word that stays here" }] }),
    })
    expect(response.status).toBe(200)
    await own.server.close()
    const all = received.join("\n")
    expect(all).toContain("/v1/traces")
    expect(all).toContain("gen_ai.usage.output_tokens")
    expect(all.includes(trace) || all.includes(Buffer.from(trace, "hex").toString("latin1"))).toBe(true)
    expect(all).not.toContain("stays here")
  } finally {
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"]
    await own[Symbol.asyncDispose]()
    collector.closeAllConnections()
    collector.close()
  }
})
