import { createServer as createHttpServer } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { createServer } from "node:net"
import type { AddressInfo, Socket } from "node:net"
import { afterEach, describe, expect, test } from "vitest"
import type { AttemptFailure, Timeouts } from "../routing/index.ts"
import { startMisbehavingUpstream, startMockUpstream, words } from "../testing/index.ts"
import type { Behaviour } from "../testing/index.ts"
import { createHttpUpstream } from "./http.ts"
import type { HttpUpstreamOptions } from "./http.ts"
import { UpstreamFault } from "./index.ts"
import type { Upstream, UpstreamRequest } from "./index.ts"
import { selfSigned } from "./self-signed.test.support.ts"

const secret = "sk-very-secret-key-1"
const timeouts: Timeouts = { connectMs: 2000, firstTokenMs: 3000, stallMs: 3000, totalMs: 10_000 }
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

type PoolOptions = HttpUpstreamOptions["pool"]
function upstreamOf(addresses: readonly string[], more: Partial<Omit<HttpUpstreamOptions, "pool">> & { readonly pool?: Partial<PoolOptions> } = {}): Upstream {
  const { pool, ...rest } = more
  const upstream = createHttpUpstream({
    allowedNetworks: ["127.0.0.0/8"], secret: async () => secret, ...rest,
    pool: { kind: "openai", addresses, dialects: [], acceptsPrefill: true, concurrency: 4, ...pool },
  })
  open.push(upstream)
  return upstream
}

const bodyOf = (more: object = {}) => JSON.stringify({ model: "m", messages: [{ role: "user", content: "Say it." }], ...more })
const chat = (more: object = {}, request: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  dialect: "openai-chat", model: "m", body: bodyOf(more), isStream: (more as { stream?: boolean }).stream === true, headers: {}, requestId: "r1", ...request,
})
const stream = { stream: true, stream_options: { include_usage: true } }

async function read(upstream: Upstream, request: UpstreamRequest, more: Partial<Timeouts> = {}, signal = new AbortController().signal) {
  const { body, headers, status } = await upstream.call(request, { signal, timeouts: { ...timeouts, ...more } })
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return { status, headers, text: Buffer.concat(chunks).toString() }
}

async function failureOf(work: Promise<unknown>): Promise<AttemptFailure> {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown)
  if (error instanceof UpstreamFault) return error.failure
  throw new Error("no upstream fault", { cause: error })
}

async function misbehaving(...script: readonly Behaviour[]) {
  const server = await startMisbehavingUpstream({ script, scale: 0.05 })
  open.push(server)
  return { server, upstream: upstreamOf([server.url]) }
}

/** A server on bare sockets. */
async function rawServer(onSocket: (socket: Socket, number: number) => void): Promise<string> {
  let count = 0
  const server = createServer((socket) => {
    socket.on("error", () => undefined)
    onSocket(socket, ++count)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  open.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

describe("what goes through", () => {
  test("an answer comes as it is, with its status and the headers that matter", async () => {
    await using server = await startMockUpstream({ words: 5, log: true })
    const never = { connectMs: Infinity, firstTokenMs: Infinity, stallMs: Infinity }
    const { status, headers, text } = await read(upstreamOf([server.url]), chat({ max_tokens: 9 }), never)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ "content-type": "application/json", "x-request-id": "mock" })
    expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: words(0, 5) } }] })
    expect(server.attempts).toMatchObject([{ id: "r1", cap: 9, model: "m" }])
  })

  test("a stream comes piece by piece and whole", async () => {
    const { upstream } = await misbehaving({ kind: "answer" })
    const { text } = await read(upstream, chat(stream))
    expect(text.match(/ w\d+/g)).toHaveLength(59)
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true)
  })

  test("the secret goes where each API wants it, and no header of a client replaces it", async () => {
    const seen: object[] = []
    const server = createHttpServer((request, response) => {
      seen.push({ path: request.url, ...request.headers })
      response.end("{}")
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    open.push(server)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
    const headers = { Authorization: "Bearer stolen", "X-Api-Key": "stolen", Host: "evil", "OpenAI-Beta": "b", "anthropic-version": "2099-01-01" }
    await read(upstreamOf([url]), chat({}, { headers }))
    await read(upstreamOf([url], { pool: { kind: "anthropic" } }), chat({}, { headers, dialect: "anthropic-messages" }))
    await read(upstreamOf([url], { secret: async () => null }), chat({}, { dialect: "openai-embeddings" }))
    expect(seen).toMatchObject([
      { path: "/v1/chat/completions", authorization: `Bearer ${secret}`, "openai-beta": "b" },
      { path: "/v1/messages", "x-api-key": secret, "anthropic-version": "2099-01-01" },
      { path: "/v1/embeddings" },
    ])
    expect(JSON.stringify(seen)).not.toMatch(/stolen|evil/)
    expect(seen[2]).not.toHaveProperty("authorization")
  })

  test("connections are kept, and no more are opened than the pool works on at once", async () => {
    let sockets = 0
    const server = createHttpServer((_, response) => void setTimeout(() => response.end("{}"), 5))
    server.on("connection", () => sockets++)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    open.push({ close: () => server.closeAllConnections() }, server)
    const upstream = upstreamOf([`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`], { pool: { concurrency: 3 } })
    await Promise.all(Array.from({ length: 12 }, () => read(upstream, chat())))
    expect(sockets).toBeLessThanOrEqual(3)
  })

  test("calls spread over the addresses, and a dead address costs nobody a call", async () => {
    await using one = await startMockUpstream({ log: true, firstWordMs: 20 })
    await using two = await startMockUpstream({ log: true, firstWordMs: 20 })
    const dead = await startMockUpstream()
    await dead.close()
    const upstream = upstreamOf([dead.url, one.url, two.url])
    const answers = await Promise.all(Array.from({ length: 8 }, () => read(upstream, chat())))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(one.attempts.length + two.attempts.length).toBe(8)
    expect(Math.min(one.attempts.length, two.attempts.length)).toBeGreaterThan(1)
  })
})

describe("what fails, and how it is told", () => {
  test("a server that is not there", async () => {
    const gone = await startMockUpstream()
    await gone.close()
    expect(await failureOf(read(upstreamOf([gone.url]), chat()))).toMatchObject({ kind: "connect", afterFirstToken: false })
  })

  test("429 tells how long to wait: in seconds, in milliseconds, as a date, or not at all", async () => {
    const status = 429
    const { upstream } = await misbehaving({ kind: "status", status, retryAfter: 7 }, { kind: "status", status, retryAfterMs: 1500, retryAfter: 9 },
      { kind: "status", status, retryAfter: new Date(Date.now() + 60_000) }, { kind: "status", status })
    const waits = []
    for (let i = 0; i < 4; i++) waits.push((await failureOf(read(upstream, chat()))).retryAfterMs)
    expect(waits).toEqual([7000, 1500, expect.any(Number), undefined])
    expect(waits[2]).toBeGreaterThan(50_000)
  })

  test("context length, content filter and a refused prefill are told apart", async () => {
    const { upstream } = await misbehaving({ kind: "context-length" }, { kind: "content-filter", how: "status" }, { kind: "refuses-prefill" })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "status", status: 400, code: "context_length_exceeded" })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "status", status: 400, code: "content_filter" })
    const messages = [{ role: "user", content: "Say it." }, { role: "assistant", content: "w0" }]
    expect(await failureOf(read(upstream, chat({ messages })))).toMatchObject({ kind: "refused-prefill" })
  })

  test("a connection that is reset before any header is a reset, and the request is not sent again", async () => {
    const { upstream, server } = await misbehaving({ kind: "answer" }, { kind: "reset" }, { kind: "answer" })
    await read(upstream, chat())
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "reset", afterFirstToken: false })
    expect(server.attempts).toHaveLength(2)
  })

  test("a kept connection that the server closed meanwhile costs nothing: the request goes over a new one", async () => {
    let requests = 0
    const sockets: Socket[] = []
    const url = await rawServer((socket) => {
      sockets.push(socket)
      socket.on("data", () => {
        requests++
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
      })
    })
    const upstream = upstreamOf([url])
    await read(upstream, chat())
    const closed = new Promise((resolve) => sockets[0]?.once("close", resolve))
    sockets[0]?.end()
    await closed
    expect((await read(upstream, chat())).text).toBe("{}")
    expect([requests, sockets.length]).toEqual([2, 2])
  })

  test("silence before the first token, whole or streamed, is a first-token time-out", async () => {
    const { upstream } = await misbehaving({ kind: "silent" })
    expect(await failureOf(read(upstream, chat(), { firstTokenMs: 60 }))).toMatchObject({ kind: "first-token-timeout" })
    expect(await failureOf(read(upstream, chat(stream), { firstTokenMs: 60 }))).toMatchObject({ kind: "first-token-timeout" })
  })

  test("silence in a stream is a stall, after the words that came", async () => {
    const { upstream } = await misbehaving({ kind: "stall", after: 4 })
    const { body } = await upstream.call(chat(stream), { signal: new AbortController().signal, timeouts: { ...timeouts, stallMs: 80 } })
    let text = ""
    const reading = (async () => {
      for await (const chunk of body) text += Buffer.from(chunk).toString()
    })()
    expect(await failureOf(reading)).toMatchObject({ kind: "stall", afterFirstToken: true })
    expect(text.match(/w\d+/g)).toHaveLength(4)
  })

  test("a stream or an answer that is cut is truncated, never a clean end", async () => {
    const { upstream } = await misbehaving({ kind: "cut", after: 40 })
    expect(await failureOf(read(upstream, chat(stream)))).toMatchObject({ kind: "truncated", afterFirstToken: true })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "truncated", afterFirstToken: false })
  })

  test("an answer that is longer than allowed ends with a fault", async () => {
    await using server = await startMockUpstream({ words: 2000 })
    const upstream = upstreamOf([server.url], { mostAnswerBytes: 2000 })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "malformed", code: "answer_too_long" })
  })

  test("what is no HTTP, and what is encoded unasked, is malformed", async () => {
    const answers = ["GARBAGE\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nxx"]
    for (const answer of answers) {
      const url = await rawServer((socket) => socket.on("data", () => void socket.write(answer)))
      expect(await failureOf(read(upstreamOf([url]), chat()))).toMatchObject({ kind: "malformed" })
    }
  })

  test("a time-out of the caller's signal ends the call as a time-out of the whole", async () => {
    const { upstream } = await misbehaving({ kind: "silent" })
    expect(await failureOf(read(upstream, chat(), {}, AbortSignal.timeout(60)))).toMatchObject({ kind: "total-timeout" })
  })
})

describe("a caller that leaves", () => {
  // A few milliseconds in truth; a machine that does much else at the time must not fail the test.
  const mostMs = 1000
  const longSince = (attempt: { readonly endedAt: number | null } | undefined, left: number) => (attempt?.endedAt ?? Infinity) - left

  test("the upstream hears of it at once, before the answer and in the middle of it", async () => {
    const { upstream, server } = await misbehaving({ kind: "silent" }, { kind: "stall", after: 3 })
    const first = new AbortController()
    const waiting = read(upstream, chat(), {}, first.signal)
    await expect.poll(() => server.attempts.length).toBe(1)
    let left = Date.now()
    first.abort(new Error("gone"))
    await expect(waiting).rejects.toThrow("gone")
    await expect.poll(() => server.attempts[0]?.end).toBe("aborted")
    expect(longSince(server.attempts[0], left)).toBeLessThan(mostMs)

    const second = new AbortController()
    const reading = read(upstream, chat(stream), {}, second.signal)
    await expect.poll(() => server.attempts[1]?.wordsSent).toBe(3)
    left = Date.now()
    second.abort(new Error("gone"))
    await expect(reading).rejects.toThrow("gone")
    await expect.poll(() => server.attempts[1]?.end).toBe("aborted")
    expect(longSince(server.attempts[1], left)).toBeLessThan(mostMs)
  })

  test("ending the reading early cancels the upstream, too", async () => {
    const { upstream, server } = await misbehaving({ kind: "stall", after: 3 })
    const { body } = await upstream.call(chat(stream), { signal: new AbortController().signal, timeouts })
    for await (const chunk of body) if (chunk.length > 0) break
    await expect.poll(() => server.attempts[0]?.end).toBe("aborted")
  })

  test("a call that is aborted before it begins reaches nobody", async () => {
    const { upstream, server } = await misbehaving({ kind: "answer" })
    await expect(read(upstream, chat(), {}, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone")
    expect((await read(upstream, chat())).status).toBe(200)
    expect(server.attempts).toHaveLength(1)
  })

  test("a slow reader holds the upstream up, and does not look like a stall", async () => {
    await using server = await startMockUpstream({ words: 20_000 })
    const { body } = await upstreamOf([server.url]).call(chat(stream), { signal: new AbortController().signal, timeouts: { ...timeouts, stallMs: 50 } })
    let bytes = 0
    for await (const chunk of body) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 200))
      bytes += chunk.length
    }
    expect(bytes).toBeGreaterThan(1_000_000)
  })
})

describe("attacks", () => {
  test("DNS that changes between check and use: the address that was checked is the one that is dialled", async () => {
    await using inside = await startMockUpstream({ log: true })
    const { port } = new URL(inside.url)
    let asked = 0
    const rebinding: NonNullable<HttpUpstreamOptions["resolve"]> = (_, done) => {
      asked++
      done(null, [{ address: "127.0.0.1", family: 4 }])
    }
    const upstream = upstreamOf([`http://rebind.example:${port}/v1`], { allowedNetworks: [], resolve: rebinding })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "address-refused" })
    expect(asked).toBe(1)
    expect(inside.attempts).toHaveLength(0)
    const allowed = upstreamOf([`http://name.example:${port}/v1`], { resolve: rebinding })
    expect((await read(allowed, chat())).status).toBe(200)
    expect(asked).toBe(2)
  })

  test("localhost by name is refused where loopback is not allowed", async () => {
    await using inside = await startMockUpstream({ log: true })
    const upstream = upstreamOf([inside.url.replace("127.0.0.1", "localhost")], { allowedNetworks: [] })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "address-refused" })
    expect(inside.attempts).toHaveLength(0)
  })

  test("a redirect into the inside is not followed", async () => {
    await using inside = await startMockUpstream({ log: true })
    const { upstream } = await misbehaving({ kind: "redirect", to: `${inside.url}/chat/completions` })
    expect(await failureOf(read(upstream, chat()))).toMatchObject({ kind: "status", status: 307, code: "redirect_refused" })
    expect(inside.attempts).toHaveLength(0)
  })

  test("keys, addresses and prompts in an upstream's error reach nobody", async () => {
    const prompt = "The patient's name is Ada Lovelace, born 1815."
    const message = `Bad key ${secret} at http://10.9.8.7:8000 for input '${prompt}' [2001:db8::1]:80 ${"x".repeat(500)}`
    const { upstream, server } = await misbehaving({ kind: "status", status: 401, message })
    const failure = await failureOf(read(upstream, chat({ messages: [{ role: "user", content: prompt }] })))
    expect(failure.message).not.toMatch(/Lovelace|1815|secret|10\.9|2001/)
    expect(failure.message).not.toContain(new URL(server.url).host)
    expect(failure.message.length).toBeLessThanOrEqual(300)
    expect(failure.message).toContain("Bad key")
  })

  test("a certificate that nobody vouches for is refused, also where the environment says not to look", async () => {
    const server = createHttpsServer(selfSigned, (_, response) => void response.end("{}"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    open.push(server)
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"
    try {
      expect(await failureOf(read(upstreamOf([url]), chat()))).toMatchObject({ kind: "connect", message: expect.stringContaining("certificate") as string })
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"]
    }
    const trusting = upstreamOf([url.replace("127.0.0.1", "localhost")], { certificateAuthority: selfSigned.cert })
    expect((await read(trusting, chat())).status).toBe(200)
  })

  test("a body of an error without end is read no further than 64 KB", async () => {
    const url = await rawServer((socket) => socket.once("data", () => {
      socket.write("HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n")
      const piece = `4000\r\n${"x".repeat(0x4000)}\r\n`
      const more = () => {
        if (!socket.destroyed) socket.write(piece, more)
      }
      more()
    }))
    expect(await failureOf(read(upstreamOf([url]), chat()))).toMatchObject({ kind: "status", status: 500 })
  })
})
