import { connect } from "node:net"
import * as fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { matchEndpoint, pathOf } from "./endpoints.ts"
import { chat, fakeUpstream, run, whole } from "./fakes.test.support.ts"
import type { Running } from "./fakes.test.support.ts"

let app: Running
const gpu = fakeUpstream(() => whole(["x"]))
beforeAll(async () => {
  app = await run({ upstreams: { gpu }, parts: { limits: {
    bodyBytes: 10_000, bodyBytesInFlight: 1 << 20, headersMs: 500, requestMs: 500,
  } } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** Sends raw bytes; gives all that comes until the connection closes, or falls silent for a while. */
const raw = (text: string | readonly string[], silentMs = 150) => new Promise<string>((resolve) => {
  const socket = connect(app.port, "127.0.0.1")
  let answer = ""
  const done = () => { socket.destroy(); resolve(answer) }
  let timer = setTimeout(done, 4_000)
  socket.on("data", (data) => {
    answer += String(data)
    clearTimeout(timer)
    timer = setTimeout(done, silentMs)
  })
  socket.on("close", () => { clearTimeout(timer); resolve(answer) })
  socket.on("error", () => undefined)
  for (const part of typeof text === "string" ? [text] : text) socket.write(part)
})

const head = (lines: readonly string[]) => ["POST /v1/chat/completions HTTP/1.1", ...lines, "", ""].join("\r\n")
const key = "authorization: Bearer key"
const type = "content-type: application/json"
const body = JSON.stringify(chat())
const statuses = (answer: string) => [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1]))

test("both a length and chunks are refused, so that no second request is smuggled", async () => {
  const hidden = "GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\n\r\n"
  for (const lines of [
    [`content-length: ${body.length}`, "transfer-encoding: chunked"],
    ["transfer-encoding: chunked", "content-length: 4"],
    ["transfer-encoding: chunked, identity"], ["transfer-encoding: xchunked"], ["transfer-encoding : chunked"],
    ["content-length: 5", "content-length: 6"], ["content-length: +5"], ["content-length: 5, 5"], ["content-length: 0x5"], ["content-length: -1"],
  ]) {
    const answer = await raw(head(["host: x", key, type, ...lines]) + `0\r\n\r\n${hidden}`)
    expect([lines, statuses(answer)]).toEqual([lines, [400]])
  }
})

test("broken heads are refused without a crash", async () => {
  for (const text of [
    "POST /v1/chat/completions\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n", "GET /v1/models HTTP/9.9\r\nhost: x\r\n\r\n",
    head(["host: x", key, type, "x: a\u0000b"]), head(["host: x", "host: y", key, type, "content-length: 0"]),
    `GET /${"a".repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, head(["host: x", `x: ${"y".repeat(40_000)}`]),
    head(["host: x", key, type, "transfer-encoding: chunked"]) + "zz\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]) {
    const found = statuses(await raw(text))
    const isRefused = found.every((status) => status >= 400 && status < 500) || found[0] === 505
    expect([text.slice(0, 60), isRefused]).toEqual([text.slice(0, 60), true])
  }
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
})

test("the Host header does not change what is served", async () => {
  for (const host of ["evil.example", "127.0.0.1/healthz", "x@y", "a b"])
    expect([host, statuses(await raw(`GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`))]).toEqual([host, [401]])
})

test("the path counts as it was sent", async () => {
  for (const path of [
    "//v1/models", "/v1//models", "/v1/./models", "/v1/x/../models", "/v1/%6dodels", "/V1/models", "/v1/models/", "/v1/models;x",
    "http://x/v1/models", "/v1/functions/a/b", "/v1/functions/..%2fx", "/healthz/..", "*", "/v1/models%00", "/v1\\models",
  ]) expect([path, statuses(await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`))]).toEqual([path, [404]])
})

test("no path of any shape is taken for a known endpoint but the known ones", () => {
  const known = new Set(["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages", "/v1/messages/count_tokens",
    "/v1/models", "/healthz", "/readyz", "/metrics"])
  const piece = fc.constantFrom("/", "v1", "models", "chat", "completions", "..", ".", "%2f", "%2e", "healthz", "?", "#", ";", "\\", "functions")
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map((parts) => parts.join("")), (url) => {
    const path = pathOf(url)
    const { kind } = matchEndpoint("GET", path)
    if (kind === "none") return
    expect(known.has(path) || /^\/v1\/models\/.+/.test(path) || /^\/v1\/functions\/[A-Za-z0-9_-]+$/.test(path)).toBe(true)
  }))
})

test("wrong methods are told which is right", async () => {
  const response = await fetch(`${app.url}/v1/chat/completions`)
  expect(response.status).toBe(405)
  expect(response.headers.get("allow")).toBe("POST")
  expect((await fetch(`${app.url}/v1/models`, { method: "DELETE" })).status).toBe(405)
  expect((await fetch(`${app.url}/v1/models`, { method: "HEAD", headers: { authorization: "Bearer key" } })).status).toBe(200)
})

test("bodies that are too large are refused by their length, and by what really comes", async () => {
  const large = await app.post("/v1/chat/completions", chat({ user: "x".repeat(20_000) }))
  expect(large.status).toBe(413)
  const chunk = `1000\r\n${"x".repeat(4096)}\r\n`
  expect(statuses(await raw([head(["host: x", key, type, "transfer-encoding: chunked"]), chunk, chunk, chunk]))).toEqual([413])
  expect(statuses(await raw(head(["host: x", key, type, "content-length: 99999999999999999999"])))).toEqual([400])
})

test("bodies that are no JSON, no UTF-8, no object, or not said to be JSON are the client's fault", async () => {
  const post = (text: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = { "content-type": "application/json" }) =>
    fetch(`${app.url}/v1/chat/completions`, { method: "POST", body: text, headers: { authorization: "Bearer key", ...headers } })
  for (const text of ["", "{", "nul", "[]", "1", "\"x\"", "null", "{\"model\":1}", "{\"__proto__\":{\"model\":\"chat\"}}"])
    expect([text, (await post(text)).status]).toEqual([text, 400])
  expect((await post(Uint8Array.of(0x22, 0xff, 0x22))).status).toBe(400)
  expect((await post(body, { "content-type": "text/plain" })).status).toBe(415)
  expect((await post(body, { "content-type": "application/json", "content-encoding": "gzip" })).status).toBe(415)
  expect((await post(body, { "content-type": "application/json; charset=utf-8" })).status).toBe(200)
})

test("deeply nested bodies are refused, not crashed on", async () => {
  for (const deep of [`${"[".repeat(4_000)}${"]".repeat(4_000)}`, `${"{\"a\":".repeat(1_500)}1${"}".repeat(1_500)}`]) {
    const text = `{"model":"chat","messages":[{"role":"user","content":"x"}],"metadata":${deep}}`
    const response = await fetch(`${app.url}/v1/chat/completions`, { method: "POST", body: text, headers: { authorization: "Bearer key", "content-type": "application/json" } })
    expect(response.status).toBe(400)
  }
})

test("a body that comes too slowly, or never, does not hold its place", async () => {
  const began = performance.now()
  const answer = await raw(`${head(["host: x", key, type, `content-length: ${body.length}`])}{`, 3_000)
  expect(statuses(answer)).toEqual([408])
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(statuses(await raw("POST /v1/chat/completions HTTP/1.1\r\nhost:", 3_000))).toEqual([408])
})

test("a client that breaks off its body leaves nothing behind", async () => {
  const opened = app.ledger.openings.length
  await new Promise<void>((resolve) => {
    const socket = connect(app.port, "127.0.0.1", () => socket.write(`${head(["host: x", key, type, "content-length: 5000"])}{"mod`, () => {
      setTimeout(() => { socket.destroy(); resolve() }, 30)
    }))
  })
  const metrics = async () => (await fetch(`${app.url}/metrics`)).text()
  await expect.poll(metrics).toMatch(/daydream_open_requests 0\n[^]*daydream_body_bytes_in_flight 0\n/)
  expect(app.ledger.openings).toHaveLength(opened)
})

test("an Idempotency-Key of any bytes is no mistake of ours", async () => {
  const response = await app.post("/v1/chat/completions", chat(), { "idempotency-key": "' or 1=1 --" })
  expect(response.status).toBeLessThan(500)
})
