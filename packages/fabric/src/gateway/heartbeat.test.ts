import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import type { Upstream } from "../upstream/index.ts"
import { chat, ending, fakeUpstream, fault, opening, pool, principal, route, run, stream, whole, word } from "./fakes.test.support.ts"
import type { Setting } from "./fakes.test.support.ts"

const silence = () => sleep(120)
const beating = (upstreams: Readonly<Record<string, Upstream>>, more: Partial<Setting> = {}) =>
  run({ upstreams, ...more, parts: { limits: { heartbeatMs: 20 } } })
const twoTargets = route({ targets: [{ pool: "gpu", model: "big", weight: 1 }, { pool: "spare", model: "big", weight: 1 }] })

/** What reads event streams sees: comments are left out. */
const eventsOf = (text: string) => text.split("\n\n").filter((event) => event !== "" && !event.startsWith(":"))
const commentsOf = (text: string) => text.split("\n\n").filter((event) => event === ": keep-alive").length

test("a silent stream gets comments between its events, before the first and after it, and is the same otherwise", async () => {
  const gpu = fakeUpstream((_, signal) => stream([silence, opening, word("one"), silence, word(" two"), ending(2)], signal))
  await using app = await beating({ gpu })
  const response = await app.post("/v1/chat/completions", chat({ stream: true }))
  expect(response.headers.get("content-type")).toContain("text/event-stream")
  // The head came before it was known who answers.
  expect([response.headers.get("x-request-id") === null, response.headers.get("x-daydream-model")]).toEqual([false, null])
  const text = await response.text()
  expect(text.startsWith(": keep-alive\n\n")).toBe(true)
  expect(commentsOf(text)).toBeGreaterThan(3)
  expect(eventsOf(text)).toEqual(eventsOf(opening + word("one") + word(" two") + ending(2, false)))
  expect(await app.ledger.only()).toMatchObject({ outcome: "completed", charge: 11_000n })
})

test("a stream that is not silent gets none, and an answer that is no stream gets none, however long it takes", async () => {
  const gpu = fakeUpstream(async (request, signal) => {
    if (request.isStream) return stream([opening, word("one"), ending(1)], signal)
    await silence()
    return whole(["x"])
  })
  await using app = await beating({ gpu })
  expect(await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()).not.toContain("keep-alive")
  expect(await (await app.post("/v1/chat/completions", chat())).json()).toMatchObject({ choices: [{ message: { content: "x" } }] })
})

test("a target that fails after comments is followed by another, as if nothing had been sent", async () => {
  const gpu = fakeUpstream((_, signal) => stream([silence, () => { throw fault({ kind: "reset" }) }], signal))
  const spare = fakeUpstream((_, signal) => stream([opening, word("saved"), ending(1)], signal))
  await using app = await beating({ gpu, spare }, { routes: [twoTargets] })
  const text = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  expect(eventsOf(text)).toEqual(eventsOf(opening + word("saved") + ending(1, false)))
  expect(commentsOf(text)).toBeGreaterThan(0)
})

test("a failure after comments is told as the error event of each interface, and nothing is charged", async () => {
  const gpu = fakeUpstream(async () => { await silence(); throw fault({ kind: "status", status: 400, code: "context_length_exceeded", message: "too long" }) },
    { dialects: ["openai-chat", "openai-responses", "anthropic-messages"] })
  for (const [path, body, ending] of [
    ["/v1/chat/completions", chat({ stream: true }), /data: \{"error":\{.*"code":"context_length_exceeded".*\}\}\n\n$/],
    ["/v1/messages", { model: "chat", max_tokens: 5, messages: [{ role: "user", content: "hi" }], stream: true }, /event: error\ndata: \{"type":"error".*\}\n\n$/],
    ["/v1/responses", { model: "chat", input: "hi", stream: true }, /event: response\.failed\n.*\n\nevent: error\n.*\n\n$/],
  ] as const) {
    await using app = await beating({ gpu })
    const response = await app.post(path, body)
    const text = await response.text()
    expect([path, response.status, commentsOf(text) > 0]).toEqual([path, 200, true])
    expect(text).toMatch(ending)
    expect(await app.ledger.only()).toMatchObject({ outcome: "failed", charge: 0n })
  }
})

test("a buffered stream is kept alive until it is whole", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), silence, word(" two"), ending(2)], signal))
  await using app = await beating({ gpu }, { routes: [route({ mode: "buffer" })] })
  const text = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  expect(text.startsWith(": keep-alive\n\n")).toBe(true)
  expect(eventsOf(text)).toEqual(eventsOf(opening + word("one") + word(" two") + ending(2, false)))
})

test("what is kept for a repeated call holds no comments", async () => {
  const gpu = fakeUpstream((_, signal) => stream([silence, opening, word("one"), ending(1)], signal))
  const caching = principal({ tenant: { ...principal().tenant, responseCacheSeconds: 60 } })
  await using app = await beating({ gpu }, { principals: { key: caching } })
  const first = await (await app.post("/v1/chat/completions", chat({ stream: true }))).text()
  expect(commentsOf(first)).toBeGreaterThan(0)
  const second = await app.post("/v1/chat/completions", chat({ stream: true }))
  expect(second.headers.get("x-daydream-cache")).toBe("hit")
  const text = await second.text()
  expect([commentsOf(text), eventsOf(text)]).toEqual([0, eventsOf(first)])
})

test("a call that waits for its place in the queue is kept alive as well", async () => {
  const gpu = fakeUpstream((_, signal) => stream([opening, word("one"), silence, ending(1)], signal))
  await using app = await beating({ gpu }, { pools: [pool({ concurrency: 1, mostWaiting: 8 })] })
  const [, second] = await Promise.all([1, 2].map(async () => (await app.post("/v1/chat/completions", chat({ stream: true }))).text()))
  expect(eventsOf(second ?? "").at(-1)).toBe("data: [DONE]")
})
