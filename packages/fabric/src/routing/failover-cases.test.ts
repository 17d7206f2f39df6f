/** The failover cases, played through routing with a health board and a simulated clock; the guide shows the same table. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { createHealthBoard } from "./health-board.ts"
import { nextStep } from "./next-step.ts"
import { targetKey } from "./target.ts"
import { contextOf, failure, routeTo, status, target } from "./cases.test.support.ts"
import type { PoolAbilities } from "./context.ts"
import type { HealthBoard } from "./health-board.ts"
import type { AttemptFailure, Route, Step, TriedAttempt } from "./routing.ts"

const [A, B] = [target("A"), target("B")]

/** How a target behaves: attempt by attempt, `null` an answer; the last entry repeats. `tokens`: said before it fails. */
type Script = readonly ({ readonly failure: AttemptFailure; readonly tokens: number; readonly lastsMs: number } | null)[]
const fails = (failure: AttemptFailure, lastsMs = 10, tokens = 0) => ({ failure, tokens, lastsMs })
const once = (each: ReturnType<typeof fails>): Script => [each, null]

interface Played {
  /** `A 429 → B ✓`: `→` at once, `⋯→` after a wait, `⇢` and `⋯⇢` going on from what was said, `✗` given up. */
  readonly trace: string
  readonly tried: readonly TriedAttempt[]
  readonly attempts: number
  readonly end: Extract<Step, { kind: "give-up" }> | null
  readonly tookMs: number
}

function play(
  route: Route, scripts: Readonly<Record<string, Script>>,
  options: { pools?: ReadonlyMap<string, PoolAbilities>; board?: HealthBoard; clock?: { now: number } } = {},
): Played {
  const clock = options.clock ?? { now: 0 }
  const board = options.board ?? createHealthBoard({ now: () => clock.now, replica: "x" })
  const startedAt = clock.now
  const calls: Record<string, number> = {}
  const tried: TriedAttempt[] = []
  let [trace, text, attempts] = ["", "", 0]
  for (;;) {
    const context = contextOf(route, {
      startedAt, health: board.health, partial: text === "" ? null : { text, isPlainText: true },
      ...(options.pools === undefined ? {} : { pools: options.pools }),
    })
    const step = nextStep(route, context, tried, clock.now, () => 0.5)
    if (step.kind === "give-up") return { trace: `${trace} ✗`.trim(), tried, attempts, end: step, tookMs: clock.now - startedAt }
    clock.now += step.waitMs
    const attempt = board.begin(targetKey(step.target))
    if (attempt === null) continue
    attempts++
    const { pool } = step.target
    const arrow = `${step.waitMs > 0 ? "⋯" : ""}${step.continuesPartial ? "⇢" : "→"} `
    trace += `${trace === "" ? "" : ` ${arrow}`}${pool}`
    const script = scripts[pool] ?? [null]
    const outcome = script[Math.min(calls[pool] ?? 0, script.length - 1)]
    calls[pool] = (calls[pool] ?? 0) + 1
    if (outcome === null || outcome === undefined) {
      attempt.firstToken()
      attempt.succeed()
      return { trace: `${trace} ✓`, tried, attempts, end: null, tookMs: clock.now - startedAt }
    }
    clock.now += outcome.lastsMs
    if (route.mode === "stream") text += "word ".repeat(outcome.tokens)
    const given = { ...outcome.failure, afterFirstToken: text !== "" }
    attempt.fail(given)
    tried.push({ target: step.target, failure: given, failedAt: clock.now, continuesPartial: step.continuesPartial })
    trace += ` ${given.status ?? given.kind}`
  }
}

const noPrefill: PoolAbilities = { dialects: ["openai-chat"], acceptsPrefill: false, contextTokens: null }
const prefill: PoolAbilities = { ...noPrefill, acceptsPrefill: true }
const refuses: Script = [fails(failure("refused-prefill")), null]
const cut = once(fails(failure("truncated"), 800, 40))

interface Case {
  readonly name: string
  readonly a: Script
  readonly b?: Script
  readonly pools?: ReadonlyMap<string, PoolAbilities>
  /** Steps with a fallback, streamed and buffered, and streamed with A alone. */
  readonly stream: string
  readonly buffer: string
  readonly alone: string
}

const cases: readonly Case[] = [
  { name: "429 with Retry-After", a: once(fails(status(429, { retryAfterMs: 2_000 }))),
    stream: "A 429 → B ✓", buffer: "A 429 → B ✓", alone: "A 429 ⋯→ A ✓" },
  { name: "429 without", a: once(fails(status(429))), stream: "A 429 → B ✓", buffer: "A 429 → B ✓", alone: "A 429 ⋯→ A ✓" },
  { name: "500 once", a: once(fails(status(500))), stream: "A 500 → B ✓", buffer: "A 500 → B ✓", alone: "A 500 ⋯→ A ✓" },
  { name: "503 for ever", a: [fails(status(503))], stream: "A 503 → B ✓", buffer: "A 503 → B ✓",
    alone: "A 503 ⋯→ A 503 ⋯→ A 503 ✗" },
  { name: "reset before headers", a: once(fails(failure("reset"))),
    stream: "A reset → B ✓", buffer: "A reset → B ✓", alone: "A reset ⋯→ A ✓" },
  { name: "no response", a: once(fails(failure("connect-timeout"), 2_000)),
    stream: "A connect-timeout → B ✓", buffer: "A connect-timeout → B ✓", alone: "A connect-timeout ⋯→ A ✓" },
  { name: "first token after 20 s", a: [fails(failure("first-token-timeout"), 10_000)],
    stream: "A first-token-timeout → B ✓", buffer: "A first-token-timeout → B ✓",
    alone: "A first-token-timeout ⋯→ A first-token-timeout ⋯→ A first-token-timeout ✗" },
  { name: "cut after 40 of 60 tokens", a: cut,
    stream: "A truncated ⇢ B ✓", buffer: "A truncated → B ✓", alone: "A truncated ⋯⇢ A ✓" },
  { name: "silent for 30 s", a: once(fails(failure("stall"), 10_800, 40)),
    stream: "A stall ⇢ B ✓", buffer: "A stall → B ✓", alone: "A stall ⋯⇢ A ✓" },
  { name: "malformed chunk", a: once(fails(failure("malformed"), 400, 20)),
    stream: "A malformed ⇢ B ✓", buffer: "A malformed → B ✓", alone: "A malformed ⋯⇢ A ✓" },
  // With its finish reason an answer is whole: the gateway adds the mark that is missing.
  { name: "no end mark", a: [null], stream: "A ✓", buffer: "A ✓", alone: "A ✓" },
  { name: "context length exceeded", a: [fails(status(400, { code: "context_length_exceeded" }))],
    stream: "A 400 ✗", buffer: "A 400 ✗", alone: "A 400 ✗" },
  { name: "context length exceeded, B has more room", a: [fails(status(400, { code: "context_length_exceeded" }))],
    pools: new Map([["A", { ...prefill, contextTokens: 4_096 }], ["B", { ...prefill, contextTokens: 32_768 }]]),
    stream: "A 400 → B ✓", buffer: "A 400 → B ✓", alone: "A 400 ✗" },
  { name: "content filter", a: [fails(status(400, { code: "content_filter" }))],
    stream: "A 400 ✗", buffer: "A 400 ✗", alone: "A 400 ✗" },
  { name: "cut, the fallback refuses prefill", a: cut, b: refuses,
    stream: "A truncated ⇢ B refused-prefill ⋯⇢ A ✓", buffer: "A truncated → B ✓", alone: "A truncated ⋯⇢ A ✓" },
  { name: "cut, only the fallback declares no prefill", a: cut,
    pools: new Map([["A", prefill], ["B", noPrefill]]),
    stream: "A truncated ⋯⇢ A ✓", buffer: "A truncated → B ✓", alone: "A truncated ⋯⇢ A ✓" },
  { name: "cut, nobody takes prefill", a: cut, pools: new Map([["A", noPrefill], ["B", noPrefill]]),
    stream: "A truncated ✗", buffer: "A truncated → B ✓", alone: "A truncated ✗" },
]

// In the buffered mode of "refuses prefill", B is asked from the beginning, which it does not refuse.
const scriptOf = (given: Case, mode: Route["mode"]) => ({ A: given.a, B: mode === "buffer" || given.b === undefined ? [null] : given.b })

describe("failover", () => {
  for (const given of cases) {
    const options = given.pools === undefined ? {} : { pools: given.pools }
    test.each(["stream", "buffer"] as const)(`${given.name}, %s`, (mode) => {
      const played = play(routeTo([A, B], { mode, attempts: 3 }), scriptOf(given, mode), options)
      expect(played.trace).toBe(given[mode])
    })
    test(`${given.name}, one target alone`, () => {
      const played = play(routeTo([A], { strategy: "single", attempts: 3 }), { A: given.a }, options)
      expect(played.trace).toBe(given.alone)
    })
  }

  test("Retry-After is waited out before the same target is asked again", () => {
    const played = play(routeTo([A], { strategy: "single" }), { A: cases[0]!.a })
    expect(played.tookMs).toBeGreaterThanOrEqual(2_000)
    expect(played.tookMs).toBeLessThanOrEqual(3_010)
  })

  test("given up, the client is told what tells it most, and when to come back", () => {
    const gone = play(routeTo([A], { strategy: "single", attempts: 3 }), { A: [fails(status(503))] })
    expect(gone.end).toMatchObject({ reason: "attempts", failure: { status: 503 } })
    expect(gone.end!.retryAfterMs).toBeGreaterThanOrEqual(1_000)
    const policy = play(routeTo([A, B]), { A: [fails(status(400, { code: "content_filter" }))] })
    expect(policy.end).toMatchObject({ reason: "would-repeat", failure: { code: "content_filter" }, retryAfterMs: null })
  })

  test.each(["stream", "buffer"] as const)("a primary that is down for 60 s, then healthy: 20 calls all answered, %s", (mode) => {
    const clock = { now: 0 }
    const board = createHealthBoard({ now: () => clock.now, replica: "x" })
    const route = routeTo([A, B], { mode })
    const traces: string[] = []
    for (let call = 0; call < 20; call++) {
      clock.now = call * 6_000
      traces.push(play(route, { A: clock.now < 60_000 ? [fails(failure("connect"))] : [null] }, { board, clock }).trace)
    }
    expect(traces.every((trace) => trace.endsWith("✓"))).toBe(true)
    // Ten calls while it is down: three open the breaker; of the other seven only probes go there.
    expect(traces.slice(0, 10).filter((trace) => trace.startsWith("A"))).toHaveLength(6)
    expect(traces.slice(3, 10).filter((trace) => trace.startsWith("A"))).toHaveLength(3)
    // Healthy again, it is used no later than the longest cool-down after.
    expect(traces.slice(13)).toEqual(Array.from({ length: 7 }, () => "A ✓"))
  })

  test("every step is one attempt: the upstreams see as many as are to be accounted", () => {
    for (const given of cases) {
      for (const mode of ["stream", "buffer"] as const) {
        const played = play(routeTo([A, B], { mode, attempts: 3 }), scriptOf(given, mode), given.pools === undefined ? {} : { pools: given.pools })
        expect(played.attempts).toBe(played.tried.length + (played.end === null ? 1 : 0))
        expect(played.trace.split(/[→⇢]/)).toHaveLength(played.attempts)
      }
    }
  })

  test.each(["routing.md", "routing.zh.md"])("%s shows these outcomes", (file) => {
    const guide = readFileSync(join(import.meta.dirname, "../../../../docs/guides", file), "utf8")
    const rows = guide.split("\n").filter((line) => /[✓✗]` \|/.test(line))
    const cells = rows.map((row) => row.split("|").slice(2, 5).map((cell) => cell.trim().replaceAll("`", "")))
    expect(cells).toEqual(cases.map(({ stream, buffer, alone }) => [stream, buffer, alone]))
  })
})
