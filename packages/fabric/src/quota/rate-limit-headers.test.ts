import { expect, test } from "vitest"
import { formatDuration, rateLimitHeaders } from "./rate-limit-headers.ts"
import type { BucketState } from "./rate-limit-headers.ts"

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 100)
const states: BucketState[] = [
  { kind: "requests", limit: 60, remaining: 59, resetMs: 1_000, windowSeconds: 60 },
  { kind: "tokens", limit: 150_000, remaining: 149_984.7, resetMs: 360_000 },
  { kind: "tokens", limit: 1_000_000, remaining: 200_000, resetMs: 1 },
  { kind: "concurrency", limit: 8, remaining: 3, resetMs: 0 },
]

test("OpenAI's headers are those of the tightest bucket of each kind", () => {
  expect(rateLimitHeaders("chat", states, { now })).toEqual({
    "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-limit-tokens": "150000", "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s",
    "ratelimit-policy": `"requests";q=60;qu="request";w=60, "tokens";q=150000, "concurrency";q=8;qu="concurrency"`,
    "ratelimit": `"requests";r=59;t=1, "tokens";r=149984;t=360, "concurrency";r=3`,
  })
})

test("Anthropic's headers tell the moment of the reset, never too early", () => {
  const headers = rateLimitHeaders("messages", states, { now, retryAfterMs: 1_200 })
  expect(headers["anthropic-ratelimit-requests-limit"]).toBe("60")
  expect(headers["anthropic-ratelimit-tokens-remaining"]).toBe("149984")
  expect(headers["anthropic-ratelimit-requests-reset"]).toBe("2026-01-02T03:04:07Z")
  expect(headers["retry-after"]).toBe("2")
  expect(headers["retry-after-ms"]).toBe("1200")
  expect(Object.keys(headers).some((name) => name.startsWith("x-ratelimit"))).toBe(false)
})

test("a refusal never says: come back at once", () => {
  expect(rateLimitHeaders("chat", [], { now, retryAfterMs: 0 })).toEqual({ "retry-after": "1", "retry-after-ms": "1" })
  expect(rateLimitHeaders("chat", [], { now, retryAfterMs: null })).toEqual({})
})

test("an overdrawn bucket shows zero", () => {
  const headers = rateLimitHeaders("chat", [{ kind: "tokens", limit: 10, remaining: -4, resetMs: 5 }], { now })
  expect(headers["x-ratelimit-remaining-tokens"]).toBe("0")
})

test("durations read as OpenAI writes them", () => {
  expect([0, 12, 999.2, 1_000, 1_500, 59_999, 60_000, 360_000, 3_723_000].map(formatDuration)).toEqual(
    ["0s", "12ms", "1s", "1s", "1.5s", "59.999s", "1m0s", "6m0s", "1h2m3s"])
})
