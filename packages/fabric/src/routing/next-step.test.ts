import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { shedFailure } from "./classify.ts"
import { nextStep } from "./next-step.ts"
import { contextOf, failure, routeTo, status, target } from "./cases.test.support.ts"
import type { AttemptFailure, Strategy, TargetHealth, TriedAttempt } from "./routing.ts"

const [a, b, c] = [target("a"), target("b"), target("c")]
const half = () => 0.5
const healthy: TargetHealth = { breaker: "closed", notBefore: 0, firstTokenP95Ms: null, inFlight: 0, isSaturated: false }
const poolOf = (rest: object = {}) => ({ dialects: ["openai-chat"] as const, acceptsPrefill: true, contextTokens: null, ...rest })

describe("where to go", () => {
  test("a failure of one target is taken to another at once, then back to the same one after a wait", () => {
    const route = routeTo([a, b])
    const context = contextOf(route)
    const first = { target: a, failure: status(500) }
    expect(nextStep(route, context, [first], 0, half)).toEqual({ kind: "try", target: b, waitMs: 0, continuesPartial: false })
    const step = nextStep(route, context, [first, { target: b, failure: status(500) }], 0, half)
    expect(step).toEqual({ kind: "try", target: a, waitMs: 125, continuesPartial: false })
  })

  test("Retry-After is waited out on the same target where it fits in the time, and never cut short", () => {
    const route = routeTo([a])
    const tried = [{ target: a, failure: status(429, { retryAfterMs: 8_000 }), failedAt: 1_000 }]
    expect(nextStep(route, contextOf(route), tried, 1_000, half)).toMatchObject({ kind: "try", target: a, waitMs: 8_500 })
    // Asked again after the wait, nothing of it is left but the backoff.
    expect(nextStep(route, contextOf(route), tried, 9_500, () => 0)).toMatchObject({ kind: "try", waitMs: 0 })
    const late = [{ target: a, failure: status(429, { retryAfterMs: 59_000 }), failedAt: 1_000 }]
    expect(nextStep(route, contextOf(route), late, 1_000, half)).toMatchObject(
      { kind: "give-up", reason: "time", failure: { status: 429 }, retryAfterMs: 59_000 })
  })

  test("a target that refused for good is not asked again", () => {
    const route = routeTo([a, b])
    const tried = [{ target: a, failure: status(401) }]
    expect(nextStep(route, contextOf(route), tried, 0, half)).toMatchObject({ target: b })
    expect(nextStep(route, contextOf(route), [...tried, { target: b, failure: status(404) }], 0, half)).toMatchObject(
      { kind: "give-up", reason: "exhausted", retryAfterMs: null })
  })

  test("too long a prompt goes only to a target that is known to have more room", () => {
    const route = routeTo([a, b, c])
    const tried = [{ target: a, failure: status(400, { code: "context_length_exceeded" }) }]
    expect(nextStep(route, contextOf(route), tried, 0, half)).toMatchObject({ kind: "give-up", reason: "would-repeat" })
    const pools = new Map([
      ["a", poolOf({ contextTokens: 4_096 })], ["b", poolOf({ contextTokens: 4_096 })], ["c", poolOf({ contextTokens: 32_768 })],
    ])
    expect(nextStep(route, contextOf(route, { pools }), tried, 0, half)).toMatchObject({ kind: "try", target: c })
  })

  test("a target that cannot serve the call is not asked", () => {
    const route = routeTo([a, b, c])
    const pools = new Map([
      ["a", poolOf({ dialects: ["openai-embeddings"] })], ["b", poolOf({ lacks: ["tools"] })], ["c", poolOf({ contextTokens: 100 })],
    ])
    const needs = { tools: true, structured: false, images: false, audio: false }
    expect(nextStep(route, contextOf(route, { pools, needs }), [], 0, half)).toMatchObject({ target: c })
    expect(nextStep(route, contextOf(route, { pools, needs, leastInputTokens: 200 }), [], 0, half)).toMatchObject(
      { kind: "give-up", reason: "no-target", failure: null })
  })

  test("an open breaker is passed over, and a call that finds only open ones is told when to come back", () => {
    const route = routeTo([a, b])
    const open = { ...healthy, breaker: "open" as const, notBefore: 20_000 }
    const one = contextOf(route, { health: new Map([["a/m", open]]) })
    expect(nextStep(route, one, [], 0, half)).toMatchObject({ target: b })
    expect(nextStep(route, one, [], 20_000, half)).toMatchObject({ target: a })
    const both = contextOf(route, { health: new Map([["a/m", open], ["b/m", { ...open, notBefore: 9_000 }]]) })
    expect(nextStep(route, both, [], 0, half)).toEqual(
      { kind: "give-up", reason: "unavailable", failure: null, retryAfterMs: 9_000 })
    // A short wait is waited.
    expect(nextStep(route, both, [], 7_000, half)).toMatchObject({ kind: "try", target: b, waitMs: 2_250 })
  })

  test("a call that our own queue shed is no attempt, and goes to the next target", () => {
    const route = routeTo([a, b], { attempts: 1 })
    const tried = [{ target: a, failure: shedFailure("a", 3_000) }]
    expect(nextStep(route, contextOf(route), tried, 0, half)).toMatchObject({ kind: "try", target: b, waitMs: 0 })
    expect(nextStep(route, contextOf(route), [...tried, { target: b, failure: shedFailure("b", 2_000) }], 0, half)).toMatchObject(
      { kind: "give-up", failure: { code: "pool_overloaded" }, retryAfterMs: 2_000 })
  })
})

describe("after the first token", () => {
  const cut = { target: a, failure: failure("truncated", { afterFirstToken: true }) }
  const partial = { text: "Once upon", isPlainText: true }

  test("only a target that can goes on from what was said", () => {
    const route = routeTo([a, b, c])
    const pools = new Map([["a", poolOf()], ["b", poolOf({ acceptsPrefill: false })], ["c", poolOf()]])
    expect(nextStep(route, contextOf(route, { pools, partial }), [cut], 0, half)).toEqual(
      { kind: "try", target: c, waitMs: 0, continuesPartial: true })
  })

  test("tool calls, a route that does not continue, and pools that cannot end in a clear failure", () => {
    const route = routeTo([a, b])
    const noPools = new Map([["a", poolOf({ acceptsPrefill: false })], ["b", poolOf({ acceptsPrefill: false })]])
    for (const step of [
      nextStep(route, contextOf(route, { partial: { text: "{", isPlainText: false } }), [cut], 0, half),
      nextStep(route, contextOf(route), [cut], 0, half),
      nextStep(routeTo([a, b], { continues: false }), contextOf(route, { partial }), [cut], 0, half),
      nextStep(route, contextOf(route, { partial, pools: noPools }), [cut], 0, half),
    ]) expect(step).toMatchObject({ kind: "give-up", reason: "cut", failure: { kind: "truncated" } })
  })

  test("who refuses to go on is passed over, and the client is told of the cut", () => {
    const route = routeTo([a, b, c], { attempts: 3 })
    const context = contextOf(route, { partial })
    const refused = { target: b, failure: failure("refused-prefill", { afterFirstToken: true }), continuesPartial: true }
    expect(nextStep(route, context, [cut, refused], 0, half)).toMatchObject({ target: c, continuesPartial: true })
    const third = { target: c, failure: status(400, { afterFirstToken: true }), continuesPartial: true }
    expect(nextStep(route, context, [cut, refused, third], 0, half)).toMatchObject(
      { kind: "give-up", failure: { kind: "truncated" } })
  })

  test("where nothing was said but an opening, another target begins again", () => {
    const route = routeTo([a, b], { continues: false })
    const step = nextStep(route, contextOf(route, { partial: { text: "", isPlainText: true } }), [cut], 0, half)
    expect(step).toEqual({ kind: "try", target: b, waitMs: 0, continuesPartial: false })
  })
})

const aFailure = fc.oneof(
  fc.constantFrom(400, 401, 404, 408, 413, 429, 500, 503, 529).chain((code) =>
    fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }).map((retryAfterMs) =>
      status(code, retryAfterMs === undefined ? {} : { retryAfterMs }))),
  fc.constantFrom("connect", "reset", "stall", "truncated", "malformed", "refused-prefill", "address-refused", "total-timeout")
    .map((kind) => failure(kind as AttemptFailure["kind"])),
)

test("whatever fails: waits fit in the time, attempts are capped, refusals are final, and every call ends", () => {
  const strategies: readonly Strategy[] = ["single", "weighted", "fallback", "cheapest", "prefix"]
  fc.assert(fc.property(
    fc.constantFrom(...strategies), fc.array(aFailure, { minLength: 12, maxLength: 12 }), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    fc.constantFrom("stream" as const, "buffer" as const), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 2 ** 31 }),
    (strategy, failures, cuts, mode, attempts, seed) => {
      const route = routeTo([a, b, c], { strategy, mode, attempts })
      let [now, state, said] = [0, seed, ""]
      const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32
      const tried: TriedAttempt[] = []
      const broken: string[] = []
      const must = (holds: boolean, what: string) => { if (!holds) broken.push(what) }
      const end = route.timeouts.totalMs
      let hasEnded = false
      for (const [i, given] of failures.entries()) {
        const context = contextOf(route, { partial: said === "" ? null : { text: said, isPlainText: true } })
        const step = nextStep(route, context, tried, now, random)
        if (step.kind === "give-up") {
          hasEnded = true
          must(tried.some((attempt) => attempt.failure === step.failure), "the failure told is one that happened")
          must(step.retryAfterMs === null || step.retryAfterMs >= 1_000, "nobody is told to come back at once")
          break
        }
        must(tried.length < attempts, "attempts are capped")
        must(now + step.waitMs <= end, "waits fit in the time")
        must(step.continuesPartial === (mode === "stream" && said !== ""), "goes on exactly where something was said")
        for (const before of tried.filter((attempt) => attempt.target.pool === step.target.pool)) {
          must(![400, 401, 404, 413].includes(before.failure.status ?? 0), "refusals are final")
          const asked = before.failedAt! + (before.failure.retryAfterMs ?? 0)
          must(now + step.waitMs >= asked, "Retry-After is honoured")
        }
        now += step.waitMs + 500
        const isCut = mode === "stream" && (said !== "" || (cuts[i] === true && given.kind !== "status"))
        if (isCut) said += "word "
        tried.push({ target: step.target, failure: { ...given, afterFirstToken: isCut }, failedAt: now, continuesPartial: step.continuesPartial })
      }
      must(hasEnded, "every call ends")
      expect(broken).toEqual([])
    }), { numRuns: 2_000 })
})
