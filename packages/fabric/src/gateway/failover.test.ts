/** The cases of the failover benchmark, streamed through and held back, judged by what the upstreams saw. */
import { describe, expect, test } from "vitest"
import { startMisbehavingUpstream, words } from "../testing/index.ts"
import type { Behaviour } from "../testing/index.ts"
import { createHttpUpstream } from "../upstream/index.ts"
import { chat, pool, route, run } from "./fakes.test.support.ts"

const whole = words(0, 60)
/** Seconds of the cases are played as fiftieths. */
const scale = 0.02
const timeouts = { connectMs: 250, firstTokenMs: 250, stallMs: 250, totalMs: 10_000 }
const answer: Behaviour = { kind: "answer" }

interface Case {
  readonly name: string
  readonly primary: readonly Behaviour[]
  readonly fallback?: readonly Behaviour[]
  /** Attempts that primary and fallback see: streamed, held back. */
  readonly seen: { readonly stream: readonly [number, number]; readonly buffer: readonly [number, number] }
  /** Code of the error, where none can answer. */
  readonly error?: string
}

const once = (primary: Behaviour): Pick<Case, "primary" | "seen"> =>
  ({ primary: [primary, answer], seen: { stream: [1, 1], buffer: [1, 1] } })

const cases: readonly Case[] = [
  { name: "429 with Retry-After", ...once({ kind: "status", status: 429, retryAfter: 1 }) },
  { name: "429 without Retry-After", ...once({ kind: "status", status: 429 }) },
  { name: "500 once", ...once({ kind: "status", status: 500 }) },
  { name: "503 for ever", ...once({ kind: "status", status: 503 }), primary: [{ kind: "status", status: 503 }] },
  { name: "connection reset before headers", ...once({ kind: "reset" }) },
  { name: "no response", ...once({ kind: "silent" }) },
  { name: "first token after 20 s", ...once({ kind: "late", seconds: 20 }) },
  { name: "stream cut after 40 of 60 tokens", ...once({ kind: "cut", after: 40 }) },
  { name: "stream silent for 30 s", ...once({ kind: "stall", after: 20, seconds: 30 }) },
  { name: "a malformed chunk", ...once({ kind: "malformed", after: 20 }) },
  { name: "no end mark, though all was said", primary: [{ kind: "no-done" }], seen: { stream: [1, 0], buffer: [1, 0] } },
  { name: "context length exceeded", primary: [{ kind: "context-length" }], seen: { stream: [1, 0], buffer: [1, 0] }, error: "context_length_exceeded" },
  { name: "content filter", primary: [{ kind: "content-filter", how: "status" }], seen: { stream: [1, 0], buffer: [1, 0] }, error: "content_filter" },
  { name: "a fallback that refuses prefill", primary: [{ kind: "cut", after: 40 }, answer], fallback: [{ kind: "refuses-prefill" }], seen: { stream: [2, 1], buffer: [1, 1] } },
]

/** What a client that reads events gets: the text, and whether the end mark came. */
function readEvents(text: string) {
  let said = ""
  let error: string | null = null
  for (const line of text.split("\n")) {
    if (!line.startsWith("data: {")) continue
    const event = JSON.parse(line.slice(6)) as { choices?: { delta?: { content?: string } }[]; error?: { code: string } }
    said += event.choices?.[0]?.delta?.content ?? ""
    error = event.error?.code ?? error
  }
  return { said, error, isEnded: text.trim().endsWith("data: [DONE]") }
}

describe.each(["stream", "buffer"] as const)("in mode %s", (mode) => {
  test.each(cases)("$name", async ({ primary, fallback = [answer], seen, error }) => {
    await using a = await startMisbehavingUpstream({ script: primary, scale })
    await using b = await startMisbehavingUpstream({ script: fallback, scale })
    const pools = [pool({ addresses: [a.url] }), pool({ name: "spare", addresses: [b.url] })]
    const upstreams = Object.fromEntries(pools.map((one) =>
      [one.name, createHttpUpstream({ pool: one, secret: async () => null, allowedNetworks: ["127.0.0.1/32"] })]))
    const targets = pools.map(({ name }) => ({ pool: name, model: "big", weight: 1 }))
    await using app = await run({ upstreams, pools, routes: [route({ targets, mode, timeouts, continues: true })] })
    const response = await app.post("/v1/chat/completions", chat({ stream: true }))
    const text = await response.text()
    const told = response.status === 200 ? readEvents(text) : JSON.parse(text) as unknown
    expect([response.status, told]).toMatchObject(error === undefined
      ? [200, { said: whole, error: null, isEnded: true }] : [400, { error: { code: error } }])
    expect([a.attempts.length, b.attempts.length]).toEqual(seen[mode])
    // Each attempt that an upstream saw is one entry, closed once; only an answer is charged, and its words once.
    const closing = await app.ledger.only()
    const seenAll = a.attempts.length + b.attempts.length
    expect([app.ledger.attempts.size, app.ledger.attemptClosings.size]).toEqual([seenAll, seenAll])
    expect([closing.outcome, closing.charge > 0n]).toEqual(error === undefined ? ["completed", true] : ["failed", false])
    // Words are numbered tokens of two or three pieces each: an estimate that counted a part twice would be far off.
    expect(closing.tokens.output).toBeLessThan(60 * 3)
    for (const upstream of Object.values(upstreams)) await upstream.close()
  })
})

describe("where nobody can rescue it", () => {
  test.each(["stream", "buffer"] as const)("a stream that is cut for ever ends as an error in mode %s, never as a success", async (mode) => {
    await using a = await startMisbehavingUpstream({ script: [{ kind: "cut", after: 40, how: "end" }], scale })
    const one = pool({ addresses: [a.url], acceptsPrefill: false })
    const gpu = createHttpUpstream({ pool: one, secret: async () => null, allowedNetworks: ["127.0.0.1/32"] })
    await using app = await run({ upstreams: { gpu }, pools: [one], routes: [route({ mode, timeouts, continues: true })] })
    const response = await app.post("/v1/chat/completions", chat({ stream: true }))
    const text = await response.text()
    expect(text).toContain("\"error\"")
    expect(text).not.toContain("[DONE]")
    expect(response.status).toBe(mode === "stream" ? 200 : 502)
    expect(a.attempts).toHaveLength(mode === "stream" ? 1 : 3)
    expect(await app.ledger.only()).toMatchObject(mode === "stream" ? { outcome: "cut" } : { outcome: "failed", charge: 0n })
    await gpu.close()
  })
})
