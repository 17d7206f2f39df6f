import * as fc from "fast-check"
import { expect, test } from "vitest"
import { allows, allowsIn, beyond } from "./model-patterns.ts"
import { bucketOf } from "./principal.ts"
import { widerQuota, withBounds } from "./quota-bounds.ts"
import { formatQuota, parseQuota } from "./quota-text.ts"
import type { QuotaRule } from "./tenancy.ts"

const name = fc.string({ unit: fc.constantFrom("a", "b", "/", "-"), minLength: 0, maxLength: 4 })
const pattern = fc.tuple(name, fc.boolean()).map(([text, isOpen]) => isOpen ? `${text}*` : `${text}x`)
const patterns = fc.option(fc.array(pattern, { maxLength: 4 }), { nil: null })
const model = fc.tuple(name, name).map(([a, b]) => `${a}${b}x`)

test("a list that is within another allows no model that the other does not", () => {
  fc.assert(fc.property(patterns, patterns, fc.array(model, { minLength: 5, maxLength: 20 }), (outer, inner, models) => {
    const isWithin = beyond(outer, inner) === undefined
    expect(isWithin && models.some((one) => allows(inner, one) && !allows(outer, one))).toBe(false)
  }), { numRuns: 3_000 })
})

test("all lists asked at once answer as each asked in turn", () => {
  fc.assert(fc.property(fc.array(patterns, { maxLength: 4 }), model, (lists, one) => {
    expect(allowsIn(lists)(one)).toBe(lists.every((list) => allows(list, one)))
  }), { numRuns: 2_000 })
})

test("only a star at the end is special", () => {
  expect(allows(["gpt-*"], "gpt-5")).toBe(true)
  expect(allows(["gpt-%", "gpt__"], "gpt-5")).toBe(false)
  expect(allows(["g.t-5"], "gpt-5")).toBe(false)
  expect(allows([], "gpt-5")).toBe(false)
})

const rule: fc.Arbitrary<QuotaRule> = fc.record({
  kind: fc.constantFrom("requests" as const, "tokens" as const, "concurrency" as const),
  limit: fc.integer({ min: 0, max: 20 }),
  windowSeconds: fc.constantFrom(1, 60, 3_600, 86_400, 7),
  model: fc.option(fc.constantFrom("chat", "a:b"), { nil: undefined }),
}).map(({ kind, limit, windowSeconds, model }) => ({
  kind, limit, ...(kind === "concurrency" ? {} : { windowSeconds }), ...(model === undefined ? {} : { model }),
}))

/** What the rules let one model use from time 0 to `seconds`, each a bucket that is full at first. */
const most = (rules: readonly QuotaRule[], kind: QuotaRule["kind"], one: string, seconds: number) =>
  Math.min(Infinity, ...rules.filter((r) => r.kind === kind && (r.model === undefined || r.model === one))
    .map((r) => r.limit + (r.windowSeconds === undefined ? 0 : (r.limit * seconds) / r.windowSeconds)))

test("rules with the bounds of others added let no model use more than those others, in any time", () => {
  const seconds = fc.constantFrom(0, 1, 30, 60, 5_000, 100_000)
  fc.assert(fc.property(fc.array(rule, { maxLength: 5 }), fc.array(rule, { maxLength: 5 }), seconds, (outer, given, time) => {
    const bounded = withBounds(outer, given)
    for (const kind of ["requests", "tokens", "concurrency"] as const)
      for (const one of ["chat", "a:b", "other"])
        expect(most(bounded, kind, one, time)).toBeLessThanOrEqual(most(outer, kind, one, time))
    expect(withBounds(outer, bounded)).toEqual(bounded)
  }), { numRuns: 3_000 })
})

test("a rule of a higher rate than an outer one is wider, one of a lower or the same rate is not", () => {
  const minute = (limit: number): QuotaRule => ({ kind: "tokens", limit, windowSeconds: 60 })
  expect(widerQuota([minute(100)], [minute(101)])).toEqual(minute(101))
  expect(widerQuota([minute(100)], [minute(100)])).toBeUndefined()
  expect(widerQuota([minute(100)], [{ kind: "tokens", limit: 6_001, windowSeconds: 3_600 }])).toBeDefined()
  expect(widerQuota([minute(100)], [{ ...minute(101), model: "chat" }])).toBeDefined()
  expect(widerQuota([{ ...minute(100), model: "chat" }], [minute(101)])).toBeUndefined()
})

test("a quota reads back as it was written", () => {
  const sound = rule.filter((one) => one.model === undefined || !/\s/.test(one.model))
  fc.assert(fc.property(sound, (one) => {
    expect(parseQuota(formatQuota(one))).toEqual(one)
  }))
  expect(parseQuota("100k-tokens/min")).toEqual({ kind: "tokens", limit: 100_000, windowSeconds: 60 })
  expect(parseQuota("5m-tokens/day@pool/qwen:7b")).toEqual({ kind: "tokens", limit: 5_000_000, windowSeconds: 86_400, model: "pool/qwen:7b" })
  expect(parseQuota("20-concurrent")).toEqual({ kind: "concurrency", limit: 20 })
  for (const wrong of ["", "-5-tokens/min", "5 tokens", "1e9-tokens/min", "5-tokens/0min", "999999999999999g-tokens/s", "5-tokens/min@"])
    expect(() => parseQuota(wrong)).toThrow("not a quota")
})

test("different rules never share a bucket, whatever a model is called", () => {
  const tricky = rule.chain((one) => fc.constantFrom("m", "m:tokens:60s", "m:model:n", "").map((m) =>
    m === "" ? one : { ...one, model: m }))
  fc.assert(fc.property(tricky, tricky, (a, b) => {
    const isSame = a.kind === b.kind && a.windowSeconds === b.windowSeconds && a.model === b.model
    expect(bucketOf("tenant:acme", a) === bucketOf("tenant:acme", b)).toBe(isSame)
  }), { numRuns: 2_000 })
})
