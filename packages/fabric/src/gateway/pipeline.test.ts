import { Writable } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { ledgerErrors } from "../ledger/index.ts"
import { createLog } from "../observability/index.ts"
import {
  chat, ending, fakeUpstream, fault, forEver, json, opening, pool, principal, route, run, stream, whole, word,
} from "./fakes.test.support.ts"

const twoTargets = route({
  targets: [{ pool: "gpu", model: "big", weight: 1 }, { pool: "spare", model: "big", weight: 1 }],
})

test("a whole answer goes through, names who answered, and is charged as reported", async () => {
  const gpu = fakeUpstream(() => whole(["one", " two"]))
  await using app = await run({ upstreams: { gpu } })
  const response = await app.post("/v1/chat/completions", chat())
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ model: "big-2025", choices: [{ message: { content: "one two" } }] })
  expect(response.headers.get("x-daydream-model")).toBe("gpu/big")
  expect(response.headers.get("x-daydream-attempts")).toBe("1")
  const closing = await app.ledger.only()
  expect(closing).toMatchObject({ outcome: "completed", charge: 11_000n, tokens: { input: 7, output: 2, isEstimated: false } })
  expect(closing.attempt).toMatchObject({ outcome: "completed", cost: 5_500n, answeredModel: "big-2025" })
  expect(closing.requestId).toBe(response.headers.get("x-daydream-request-id"))
  expect(JSON.parse(gpu.requests[0]?.body ?? "")).toMatchObject({ model: "big", max_tokens: 100 })
})

test("the worst case is reserved: the client's cap, several choices, the dearest class", async () => {
  await using app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) } })
  await app.post("/v1/chat/completions", chat({ max_tokens: 10, n: 3 }))
  const [opened] = app.ledger.openings
  expect(opened?.mostCharge).toBeGreaterThanOrEqual(10n * 3n * 2_000n)
  expect(opened?.mostCharge).toBeLessThan(10n * 3n * 2_000n + 1_000n * 1_000n)
  expect(opened?.tenantPath).toEqual(["acme", "root"])
})

test("a stream goes through unchanged and is charged as reported", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), word(" two"), ending(2)], signal))
  await using app = await run({ upstreams: { gpu } })
  const response = await app.post("/v1/chat/completions", chat({ stream: true }))
  expect(response.headers.get("content-type")).toContain("text/event-stream")
  const text = await response.text()
  expect(text).toContain("one")
  expect(text.trim().endsWith("data: [DONE]")).toBe(true)
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed", charge: 11_000n })
})

test("a stream without reported usage is estimated, marked, and never free", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), word(" two"), ending(2, false)], signal))
  await using app = await run({ upstreams: { gpu } })
  await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  const { tokens, charge } = await app.ledger.only()
  expect(tokens).toMatchObject({ isEstimated: true, output: 2 })
  expect(charge).toBeGreaterThan(0n)
})

test("a failure before the first token is rescued by the next target, and only the answer is charged", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, () => { throw fault({ kind: "reset" }) }], signal))
  const spare = fakeUpstream((_, signal) => stream([opening, word("saved"), ending(1)], signal))
  await using app = await run({ upstreams: { gpu, spare }, routes: [twoTargets] })
  const response = await app.post("/v1/chat/completions", chat({ stream: true }))
  expect(await response.text()).toContain("saved")
  expect(response.headers.get("x-daydream-model")).toBe("spare/big")
  expect(response.headers.get("x-daydream-attempts")).toBe("2")
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed", charge: 9_000n })
  expect([...app.ledger.attemptClosings.values()].map((one) => one.outcome)).toEqual(["failed", "completed"])
})

test("a cut stream is never reported as a success", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("half")], signal))
  await using app = await run({ upstreams: { gpu } })
  const text = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  expect(text).toContain("half")
  expect(text).not.toContain("[DONE]")
  expect(text).toContain("\"error\"")
  const closing = await app.ledger.only()
  expect(closing).toMatchObject({ outcome: "cut", tokens: { isEstimated: true, output: 1 }, attempt: { outcome: "cut" } })
  expect(closing.charge).toBeGreaterThan(0n)
})

test("after a cut another target continues; the prompt is charged once and all output", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), word(" two"), () => { throw fault({ afterFirstToken: true }) }], signal))
  const spare = fakeUpstream((_, signal) => stream([opening, word(" three"), ending(1)], signal))
  await using app = await run({ upstreams: { gpu, spare }, routes: [{ ...twoTargets, continues: true }] })
  const text = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  const said = text.split("\n").filter((line) => line.startsWith("data: {"))
    .map((line) => (JSON.parse(line.slice(6)) as { choices: { delta?: { content?: string } }[] }).choices[0]?.delta?.content ?? "").join("")
  expect(said).toBe("one two three")
  expect(text.match(/\[DONE\]/g)).toHaveLength(1)
  expect(JSON.parse(spare.requests[0]?.body ?? "")).toMatchObject({ messages: [{}, { role: "assistant", content: "one two" }] })
  const closing = await app.ledger.only()
  expect(closing).toMatchObject({ outcome: "completed", tokens: { output: 3, isEstimated: true } })
  expect(closing.charge).toBe(BigInt(closing.tokens.input) * 1_000n + 6_000n)
})

test("in buffer mode a cut is retried unseen, also for a streaming client", async () => {
  const gpu = fakeUpstream((_, signal, attempt) => attempt === 1
    ? stream([opening, word("half")], signal) : stream([opening, word("the whole"), ending(1)], signal))
  await using app = await run({ upstreams: { gpu }, routes: [route({ mode: "buffer" })] })
  const text = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  expect(text).toContain("the whole")
  expect(text).not.toContain("half")
  expect(text.trim().endsWith("data: [DONE]")).toBe(true)
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed", charge: 9_000n })
})

test("an error that would repeat is told once, as the client's own, and costs nothing", async () => {
  const gpu = fakeUpstream(() => { throw fault({ kind: "status", status: 400, code: "context_length_exceeded", message: "Too long." }) })
  await using app = await run({ upstreams: { gpu } })
  const response = await app.post("/v1/chat/completions", chat())
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: "context_length_exceeded" } })
  expect(gpu.requests).toHaveLength(1)
  expect(await app.ledger.only()).toMatchObject({ outcome: "failed", charge: 0n, attempt: { outcome: "refused", cost: 0n } })
})

test("an upstream that throws what it must not is a failure like others, and another target rescues the call", async () => {
  const gpu = fakeUpstream((_, signal, attempt) => {
    if (attempt === 1) throw new TypeError("undefined is not a function")
    return stream([opening, () => { throw new TypeError("undefined is not a function") }], signal)
  })
  const spare = fakeUpstream((request, signal) => request.isStream ? stream([opening, word("saved"), ending(1)], signal) : whole(["saved"]))
  await using app = await run({ upstreams: { gpu, spare }, routes: [twoTargets] })
  expect(await (await app.post("/v1/chat/completions", chat())).text()).toContain("saved")
  expect(await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()).toContain("saved")
  expect([...app.ledger.closings.values()].map((closing) => closing.outcome)).toEqual(["completed", "completed"])
})

test("where every target fails the client gets a gateway error in its API's shape", async () => {
  const gpu = fakeUpstream(() => { throw fault({ kind: "status", status: 500, message: "boom" }) })
  await using app = await run({ upstreams: { gpu }, routes: [route({ attempts: 2 })] })
  const response = await app.post("/v1/messages", { ...chat(), max_tokens: 5 })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ type: "error", error: { type: "api_error" } })
  expect(gpu.requests).toHaveLength(2)
  expect(await app.ledger.only()).toMatchObject({ outcome: "failed", charge: 0n })
})

test("a client that leaves ends the upstream's work within 100 ms, and pays for what was produced", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), forEver], signal))
  await using app = await run({ upstreams: { gpu } })
  const leaving = new AbortController()
  const response = await app.post("/v1/chat/completions", chat({ stream: true }), {}, leaving.signal)
  await response.body?.getReader().read()
  const left = performance.now()
  leaving.abort()
  const closing = await app.ledger.only()
  expect(gpu.aborted[0]).toBeLessThan(left + 100)
  expect(closing).toMatchObject({ outcome: "client-gone", tokens: { output: 1, isEstimated: true }, attempt: { outcome: "client-gone" } })
  expect(closing.charge).toBeGreaterThan(2_000n)
})

test("a client that leaves before a whole answer ends the upstream's work as fast, and pays for its prompt", async () => {
  const gpu = fakeUpstream((_, signal) => forEver(signal))
  await using app = await run({ upstreams: { gpu } })
  const leaving = new AbortController()
  const call = app.post("/v1/chat/completions", chat(), {}, leaving.signal).catch(() => null)
  while (gpu.requests.length === 0) await sleep(5)
  const left = performance.now()
  leaving.abort()
  await call
  const closing = await app.ledger.only()
  expect(gpu.aborted[0]).toBeLessThan(left + 100)
  expect(closing).toMatchObject({ outcome: "client-gone", tokens: { output: 0, isEstimated: true } })
  expect(closing.charge).toBe(BigInt(closing.tokens.input) * 1_000n)
})

test("no prompt, answer, key or address stands in the log, whatever happens", async () => {
  const lines: string[] = []
  const destination = new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done() } })
  const gpu = fakeUpstream((_request, _signal, attempt) => {
    if (attempt === 2) throw fault({ kind: "status", status: 400, code: "invalid_value", message: "you said PROMPT at 10.0.0.5" })
    if (attempt === 3) throw new Error("PROMPT at http://10.0.0.5")
    return whole(["ANSWER"])
  })
  await using app = await run({ upstreams: { gpu }, principals: { SECRET: principal() }, parts: { log: createLog({ destination }) } })
  const body = chat({ messages: [{ role: "user", content: "PROMPT" }] })
  const statuses: number[] = []
  for (let i = 0; i < 3; i++) statuses.push((await app.post("/v1/chat/completions", body, { authorization: "Bearer SECRET" })).status)
  statuses.push((await app.post("/v1/chat/completions", body, { authorization: "Bearer OTHER-SECRET" })).status)
  expect(statuses).toEqual([200, 400, 200, 401])
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(4)
  expect(lines.join("")).not.toMatch(/PROMPT|ANSWER|SECRET|10\.0\.0\.5|127\.0\.0\.1/)
  expect(app.ledger.closings.size).toBe(app.ledger.openings.length)
})

test("batch calls wait for interactive ones", async () => {
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const gpu = fakeUpstream(async (request, _signal, attempt) => {
    order.push((JSON.parse(request.body) as { user: string }).user)
    if (attempt === 1) await first.promise
    return whole(["x"])
  })
  await using app = await run({
    upstreams: { gpu }, pools: [pool({ concurrency: 1, mostWaiting: 10 })],
    principals: { batch: principal({ requestClass: "batch" }) },
  })
  const send = async (user: string, change: object = {}, key = "key") => {
    const opened = app.ledger.openings.length
    const call = app.post("/v1/chat/completions", chat({ user, ...change }), { authorization: `Bearer ${key}` })
    while (app.ledger.openings.length === opened) await sleep(2)
    await sleep(10)
    return call
  }
  const calls = [send("running")]
  for (const [user, change, key] of [["by tier", { service_tier: "flex" }, "key"], ["by key", {}, "batch"], ["interactive", {}, "key"]] as const) {
    while (app.ledger.openings.length < calls.length) await sleep(2)
    await sleep(15)
    calls.push(send(user, change, key))
  }
  while (app.ledger.openings.length < 4) await sleep(2)
  await sleep(20)
  first.resolve()
  await Promise.all(calls)
  expect(order).toEqual(["running", "interactive", "by tier", "by key"])
})

test("a client that leaves while it waits in the queue pays nothing", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, forEver], signal))
  await using app = await run({ upstreams: { gpu }, pools: [pool({ concurrency: 1 })] })
  const [first, second] = [new AbortController(), new AbortController()]
  const running = app.post("/v1/chat/completions", chat({ stream: true }), {}, first.signal).catch(() => null)
  while (gpu.requests.length === 0) await sleep(5)
  const waiting = app.post("/v1/chat/completions", chat({ stream: true }), {}, second.signal).catch(() => null)
  while (app.ledger.openings.length < 2) await sleep(5)
  await sleep(20)
  second.abort()
  expect(await app.ledger.only()).toMatchObject({ outcome: "client-gone", charge: 0n, attempt: { outcome: "not-sent" } })
  first.abort()
  await Promise.all([running, waiting])
  expect(gpu.requests).toHaveLength(1)
})

test("beyond the waiting room calls are shed with 429 and Retry-After, and every one is closed", async () => {
  const release = Promise.withResolvers<void>()
  const gpu = fakeUpstream(async () => { await release.promise; return whole(["x"]) })
  await using app = await run({ upstreams: { gpu }, pools: [pool({ concurrency: 2, mostWaiting: 2 })] })
  const calls = Array.from({ length: 12 }, () => app.post("/v1/chat/completions", chat()))
  const shed: Response[] = []
  const watch = async (call: Promise<Response>) => {
    const response = await call
    if (response.status === 429) shed.push(response)
  }
  for (const call of calls) void watch(call)
  while (shed.length < 8) await sleep(5)
  release.resolve()
  const statuses = (await Promise.all(calls)).map((response) => response.status)
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2)
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true)
  expect(Number(shed[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1)
  expect(Number(shed[0]?.headers.get("retry-after-ms"))).toBeGreaterThanOrEqual(1)
  while (app.ledger.closings.size < app.ledger.openings.length) await sleep(5)
  expect([...app.ledger.closings.values()].every((one) => one.outcome === "completed" || one.charge === 0n)).toBe(true)
})

test("a refusal of the ledger reaches no upstream", async () => {
  const gpu = fakeUpstream(() => whole(["x"]))
  await using app = await run({ upstreams: { gpu } })
  app.ledger.limit = 10n
  const response = await app.post("/v1/chat/completions", chat())
  expect(response.status).toBe(402)
  app.ledger.trouble = new Error("connection to 10.0.0.7 lost")
  const down = await app.post("/v1/chat/completions", chat())
  expect(down.status).toBe(503)
  expect(await down.text()).not.toContain("10.0.0.7")
  expect(gpu.requests).toHaveLength(0)
})

test("energy is the server's own figure where it gives one, else its share of the pool's configured power", async () => {
  const accelerator = { name: "any", count: 2, watts: 300 }
  const gpu = fakeUpstream(async (_request, _signal, attempt) => {
    await sleep(20)
    const response = whole(["x"])
    return attempt === 1 ? response : { ...response, headers: { ...response.headers, "x-energy-joules": "4.5" } }
  })
  await using app = await run({ upstreams: { gpu }, pools: [pool({ accelerator, concurrency: 4 })] })
  await app.post("/v1/chat/completions", chat())
  await app.post("/v1/chat/completions", chat())
  const [configured, measured] = [...app.ledger.attemptClosings.values()]
  expect(configured?.joules?.source).toBe("configured")
  expect(configured?.joules?.amount).toBeCloseTo(150 * (configured?.totalMs ?? 0) / 1000, 6)
  expect(measured?.joules).toEqual({ amount: 4.5, source: "measured" })
})

test("unknown and hidden models look the same, and so do unknown and missing rights", async () => {
  await using app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) }, routes: [route(), route({ name: "hidden" })] })
  const texts = await Promise.all(["hidden", "absent"].map(async (model) => {
    const response = await app.post("/v1/chat/completions", chat({ model }))
    return `${response.status} ${(await response.text()).replaceAll(model, "M")}`
  }))
  expect(texts[0]).toBe(texts[1])
  expect(texts[0]).toContain("404")
  expect((await app.post("/v1/chat/completions", chat(), { authorization: "Bearer wrong" })).status).toBe(401)
  expect((await app.post("/v1/chat/completions", chat(), { authorization: "" })).status).toBe(401)
  expect((await app.post("/v1/chat/completions", chat(), { authorization: "", "x-api-key": "key" })).status).toBe(200)
})

test("quotas are taken at the worst case and reported in headers", async () => {
  const limited = principal({ quotas: [
    { bucket: "key:k1:requests", kind: "requests", limit: 10, windowSeconds: 60 },
    { bucket: "key:k1:tokens", kind: "tokens", limit: 1000, windowSeconds: 60 },
    { bucket: "key:k1:other", kind: "tokens", limit: 1000, windowSeconds: 60, model: "other" },
  ] })
  await using app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) }, principals: { key: limited } })
  const response = await app.post("/v1/chat/completions", chat())
  expect(response.headers.get("x-ratelimit-limit-requests")).toBe("10")
  expect(app.ledger.openings[0]?.quotas.map((take) => take.bucket)).toEqual(["key:k1:requests", "key:k1:tokens"])
  expect((await app.ledger.only()).quotaUsed).toEqual({ "key:k1:tokens": 8 })
})

test("the whole call's time is a ceiling, told as a gateway time-out", async () => {
  const gpu = fakeUpstream((_, signal) => forEver(signal))
  const timeouts = { connectMs: 1_000, firstTokenMs: 1_000, stallMs: 1_000, totalMs: 50 }
  await using app = await run({ upstreams: { gpu }, routes: [route({ timeouts })] })
  const response = await app.post("/v1/chat/completions", chat())
  expect(response.status).toBe(504)
  expect(await app.ledger.only()).toMatchObject({ outcome: "failed", charge: 0n, attempt: { outcome: "timed-out" } })
})

test("a slow client slows the upstream down instead of filling memory", async () => {
  let produced = 0
  const text = "x".repeat(64 << 10)
  const gpu = fakeUpstream((_, signal) => stream([opening, ...Array.from({ length: 400 }, () => [word(text), () => { produced++ }]).flat(), ending(1)], signal))
  await using app = await run({ upstreams: { gpu } })
  const response = await app.post("/v1/chat/completions", chat({ stream: true }))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  let before = -1
  while (before !== produced) {
    before = produced
    await sleep(100)
  }
  expect(produced).toBeLessThan(300)
  let size = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) size += next.value.byteLength
  expect(size).toBeGreaterThan(390 * text.length)
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed" })
})

test("equal calls of a tenant that caches are answered once, at no charge, and never across tenants", async () => {
  const caching = (id: string) => principal({ tenant: { ...principal().tenant, id, responseCacheSeconds: 60 } })
  const gpu = fakeUpstream(() => whole(["x"]))
  await using app = await run({ upstreams: { gpu }, principals: { a: caching("a"), b: caching("b") } })
  const ask = (key: string) => app.post("/v1/chat/completions", chat(), { authorization: `Bearer ${key}` })
  const first = await ask("a")
  expect(first.headers.get("x-daydream-cache")).toBeNull()
  const body = await first.text()
  while (app.ledger.closings.size < 1) await sleep(5)
  const again = await ask("a")
  expect(again.headers.get("x-daydream-cache")).toBe("hit")
  expect(await again.text()).toBe(body)
  expect((await ask("b")).headers.get("x-daydream-cache")).toBeNull()
  expect(gpu.requests).toHaveLength(2)
  expect(app.ledger.openings).toHaveLength(2)
})

test("an answer from the cache takes the quota of requests, and none of tokens or places", async () => {
  const rule = (kind: "requests" | "tokens" | "concurrency") => ({ kind, limit: 50, windowSeconds: 60, bucket: `tenant:acme:${kind}` })
  const caching = principal({
    tenant: { ...principal().tenant, responseCacheSeconds: 60 }, quotas: [rule("requests"), rule("tokens"), rule("concurrency")],
  })
  await using app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) }, principals: { key: caching } })
  const ask = () => app.post("/v1/chat/completions", chat())
  await (await ask()).text()
  while (app.ledger.closings.size < 1) await sleep(5)
  const hit = await ask()
  expect([hit.status, hit.headers.get("x-daydream-cache"), hit.headers.get("x-ratelimit-remaining-requests")]).toEqual([200, "hit", "49"])
  expect(app.ledger.taken).toMatchObject([{ bucket: "tenant:acme:requests", amount: 1 }])
  app.ledger.trouble = ledgerErrors.quota_exceeded({ bucket: "tenant:acme:requests", kind: "requests", limit: 50, amount: 1, retryAfterMs: 2_000 })
  const refused = await ask()
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"])
  app.ledger.trouble = new Error("the database is away")
  expect((await ask()).status).toBe(503)
})

test("a report of tokens that cannot be true is told in the log, once for its target", async () => {
  const lines: string[] = []
  const log = createLog({ level: "warn", destination: new Writable({ write: (line: Buffer, _, done) => { lines.push(String(line)); done() } }) })
  const gpu = fakeUpstream(() => json({
    id: "chatcmpl-1", object: "chat.completion", created: 1, model: "big-2025",
    choices: [{ index: 0, message: { role: "assistant", content: "x", refusal: null }, finish_reason: "stop", logprobs: null }],
    usage: { prompt_tokens: -7, completion_tokens: 1, total_tokens: 8 },
  }))
  await using app = await run({ upstreams: { gpu }, parts: { log } })
  for (let i = 0; i < 3; i++) await (await app.post("/v1/chat/completions", chat())).text()
  while (app.ledger.closings.size < 3) await sleep(5)
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ target: "gpu/big", doubt: "prompt_tokens is -7" }])
})

test("shutting down lets streams finish within the grace, then ends them with an error event", async () => {
  const gate = Promise.withResolvers<void>()
  const gpu = fakeUpstream((_, signal, attempt) => attempt === 1
    ? stream([opening, word("one"), () => gate.promise, ending(1)], signal) : stream([opening, word("one"), forEver], signal))
  const app = await run({ upstreams: { gpu } })
  const [finishing, endless] = await Promise.all([1, 2].map(() => app.post("/v1/chat/completions", chat({ stream: true }))))
  const closing = app.gateway.shutdown({ graceMs: 300 })
  expect((await app.post("/v1/chat/completions", chat()).catch(() => null))?.status ?? 503).toBe(503)
  gate.resolve()
  const texts = await Promise.all([finishing?.text(), endless?.text()])
  expect(texts.filter((text) => text?.includes("[DONE]"))).toHaveLength(1)
  expect(texts.filter((text) => text?.includes("\"error\""))).toHaveLength(1)
  await closing
  expect(app.ledger.isShut).toBe(true)
  expect([...app.ledger.closings.values()].map((one) => one.outcome).toSorted()).toEqual(["completed", "cut"])
})

test("health, readiness and metrics", async () => {
  const app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) } })
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200)
  await (await app.post("/v1/chat/completions", chat())).text()
  const metrics = await fetch(`${app.url}/metrics`)
  expect(await metrics.text()).toContain("daydream_requests_total")
  expect((await fetch(`${app.url}/metrics`, { headers: { "x-forwarded-for": "9.9.9.9" } })).status).toBe(401)
  expect((await fetch(`${app.url}/metrics`, { headers: { "x-forwarded-for": "9.9.9.9", authorization: "Bearer key" } })).status).toBe(403)
  await app.gateway.shutdown({ graceMs: 0 })
})

test("models are those that the key may use, in each API's shape", async () => {
  await using app = await run({ upstreams: { gpu: fakeUpstream(() => whole(["x"])) }, routes: [route(), route({ name: "hidden" })] })
  const headers = { authorization: "Bearer key" }
  const list = await (await fetch(`${app.url}/v1/models`, { headers })).json() as { data: { id: string }[] }
  expect(list.data.map((model) => model.id)).toEqual(["chat", "gpu/big"])
  expect(await (await fetch(`${app.url}/v1/models/gpu%2Fbig`, { headers })).json()).toMatchObject({ id: "gpu/big", object: "model" })
  expect((await fetch(`${app.url}/v1/models/hidden`, { headers })).status).toBe(404)
  const anthropic = await (await fetch(`${app.url}/v1/models`, { headers: { ...headers, "anthropic-version": "2023-06-01" } })).json()
  expect(anthropic).toMatchObject({ data: [{ type: "model", id: "chat" }, {}], has_more: false })
})
