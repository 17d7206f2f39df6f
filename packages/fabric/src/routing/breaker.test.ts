import * as fc from "fast-check"
import { expect, test } from "vitest"
import { breakerAfter, breakerSettings, closedBreaker, mayPass } from "./breaker.ts"
import { failure, status } from "./cases.test.support.ts"
import type { BreakerEvent, BreakerState } from "./breaker.ts"

const fails = (given = status(500), isProbe = false): BreakerEvent => ({ kind: "failed", failure: given, isProbe })
const succeeds = (isProbe = false): BreakerEvent => ({ kind: "succeeded", isProbe })
const after = (state: BreakerState, events: readonly BreakerEvent[], now = 0) =>
  events.reduce((before, event) => breakerAfter(before, event, now), state)
const open = after(closedBreaker, [fails(), fails(), fails()])

test("three failures in a row open it; a success between does not let it come to that", () => {
  expect(open).toMatchObject({ breaker: "open", notBefore: 5_000 })
  expect(after(closedBreaker, [fails(), fails(), succeeds(), fails(), fails()]).breaker).toBe("closed")
})

test("half of the calls failing opens it, though no three fail in a row", () => {
  const mixed = Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? fails() : succeeds()))
  expect(after(closedBreaker, mixed).breaker).toBe("open")
  // Spread over hours, there are never enough of them in a window.
  let state = closedBreaker
  for (const [i, event] of mixed.entries()) state = breakerAfter(state, event, i * 60_000)
  expect(state.breaker).toBe("closed")
})

test("the caller's own failures never count", () => {
  const own = [status(400), status(413), status(400, { code: "content_filter" }), status(404), failure("total-timeout"), failure("refused-prefill")]
  expect(after(closedBreaker, Array.from({ length: 50 }, () => own.map((each) => fails(each))).flat())).toEqual(closedBreaker)
})

test("after the cool-down one probe passes; its success closes, its failure opens for longer, up to a bound", () => {
  expect(mayPass(open, 4_999)).toBe(false)
  let state = open
  const waits: number[] = []
  for (let i = 0; i < 6; i++) {
    const now = state.notBefore
    const probing = breakerAfter(state, { kind: "began" }, now)
    expect(probing.breaker).toBe("half-open")
    expect(mayPass(probing, now + 1_000)).toBe(false)
    expect(breakerAfter(probing, succeeds(true), now)).toEqual(closedBreaker)
    state = breakerAfter(probing, fails(status(500), true), now)
    waits.push(state.notBefore - now)
  }
  expect(waits).toEqual([10_000, 15_000, 15_000, 15_000, 15_000, 15_000])
})

test("a probe that is answered with the caller's own fault closes it; one that was given up or lost lets another pass", () => {
  const probing = breakerAfter(open, { kind: "began" }, 5_000)
  expect(breakerAfter(probing, fails(status(400), true), 5_100)).toEqual(closedBreaker)
  const givenUp = breakerAfter(probing, { kind: "abandoned", isProbe: true }, 5_100)
  expect(givenUp.breaker).toBe("open")
  expect(mayPass(givenUp, 5_100)).toBe(true)
  expect(mayPass(probing, 5_000 + breakerSettings.probeLeaseMs)).toBe(true)
})

test("Retry-After holds everybody back, but not longer than is believable, and a 429 with one is no sign of a broken target", () => {
  const limited = after(closedBreaker, Array.from({ length: 10 }, () => fails(status(429, { retryAfterMs: 7_000 }))), 1_000)
  expect(limited).toMatchObject({ breaker: "closed", notBefore: 8_000 })
  expect(after(closedBreaker, [fails(status(503, { retryAfterMs: 1e12 }))]).notBefore).toBe(300_000)
  expect(after(closedBreaker, Array.from({ length: 3 }, () => fails(status(503, { retryAfterMs: 20_000 }))))).toMatchObject(
    { breaker: "open", notBefore: 20_000 })
})

test("what began before it opened neither closes it nor counts", () => {
  expect(breakerAfter(open, succeeds(), 100)).toEqual(open)
  expect(breakerAfter(open, fails(), 100)).toEqual(open)
})

test("whatever comes: while it is not closed at most one attempt passes in any lease", () => {
  const act = fc.record({ kind: fc.constantFrom("begin", "fail", "succeed", "abandon"), wait: fc.nat(8_000) })
  fc.assert(fc.property(fc.array(act, { maxLength: 100 }), (acts) => {
    let [state, now, isProbing, passedAt] = [open, 0, false, Number.NEGATIVE_INFINITY]
    const gaps = [Number.POSITIVE_INFINITY]
    for (const { kind, wait } of acts) {
      now += wait
      if (kind === "begin") {
        if (!mayPass(state, now)) continue
        const isProbe = state.breaker !== "closed"
        if (isProbe && isProbing) gaps.push(now - passedAt)
        if (isProbe) passedAt = now
        isProbing ||= isProbe
        state = breakerAfter(state, { kind: "began" }, now)
        continue
      }
      const event: BreakerEvent = kind === "fail" ? fails(status(500), isProbing)
        : kind === "succeed" ? succeeds(isProbing) : { kind: "abandoned", isProbe: isProbing }
      state = breakerAfter(state, event, now)
      isProbing = false
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(breakerSettings.probeLeaseMs)
  }))
})
