import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { noTokens } from "../call/index.ts"
import type { MeteredTokens, TokenClass } from "../call/index.ts"
import { createPriceBook, inputClasses, outputClasses, priceTokens, worstCharge } from "./index.ts"
import type { DatedPrice, Price } from "./index.ts"

const classes: readonly TokenClass[] = [...inputClasses, ...outputClasses]
const rate = fc.bigInt({ min: 0n, max: 10n ** 12n })
const price: fc.Arbitrary<Price> = fc.record({
  perMillion: fc.dictionary(fc.constantFrom(...classes), rate, { noNullPrototype: true }),
  perRequest: rate,
})
const counts = fc.array(fc.nat(1_000_000), { minLength: 8, maxLength: 8 })
const tokensOf = (numbers: readonly number[]): MeteredTokens =>
  ({ ...noTokens, ...Object.fromEntries(classes.map((name, index) => [name, numbers[index]])) })

/** Millionths of a nano-unit, exactly, without the part for each request. */
const exact = (tokens: MeteredTokens, { perMillion }: Price): bigint =>
  classes.reduce((sum, name) => {
    const side = (inputClasses as readonly string[]).includes(name) ? "input" : "output"
    return sum + BigInt(tokens[name]) * (perMillion[name] ?? perMillion[side] ?? 0n)
  }, 0n)

describe("tokens", () => {
  test("are priced by class, a class without a price as its side", () => {
    const tokens = { ...noTokens, input: 1000, cachedInput: 500, output: 10, reasoning: 90 }
    const perMillion = { input: 2_000_000n, cachedInput: 500_000n, output: 8_000_000n }
    expect(priceTokens(tokens, { perMillion })).toBe(2000n + 250n + 800n)
    expect(priceTokens(tokens, { perMillion, perRequest: 7n })).toBe(3057n)
    expect(priceTokens(noTokens, { perMillion })).toBe(0n)
  })

  test("are rounded up once, never below the exact sum and less than one unit above it", () => {
    fc.assert(fc.property(counts.map(tokensOf), price, (tokens, one) => {
      const over = (priceTokens(tokens, one) - (one.perRequest ?? 0n)) * 1_000_000n - exact(tokens, one)
      expect(over >= 0n && over < 1_000_000n).toBe(true)
    }))
  })

  test("never cost less when there are more of them", () => {
    fc.assert(fc.property(counts, counts, price, (some, more, one) => {
      const sum = some.map((count, index) => count + (more[index] ?? 0))
      expect(priceTokens(tokensOf(sum), one)).toBeGreaterThanOrEqual(priceTokens(tokensOf(some), one))
    }))
  })

  test.each([-5, Number.NaN, Number.NEGATIVE_INFINITY])("that are reported as %d cost nothing", (input) => {
    expect(priceTokens({ ...noTokens, input }, { perMillion: { input: 5n } })).toBe(0n)
  })

  test("that are reported without bound cost a finite amount", () => {
    expect(priceTokens({ ...noTokens, output: Number.POSITIVE_INFINITY }, { perMillion: { output: 1_000_000n } }))
      .toBe(BigInt(Number.MAX_SAFE_INTEGER))
  })
})

test("the worst case covers every use within the caps", () => {
  const caps = fc.record({ mostInputTokens: fc.nat(1_000_000), outputCap: fc.nat(100_000), choices: fc.integer({ min: 1, max: 8 }) })
  const share = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
  fc.assert(fc.property(caps, share, price, (one, shares, tariff) => {
    const split = (whole: number, parts: readonly number[]) => {
      let left = whole
      return parts.map((part) => {
        const taken = Math.floor(left * part)
        left -= taken
        return taken
      })
    }
    const tokens = tokensOf([...split(one.mostInputTokens, shares.slice(0, 5)), ...split(one.outputCap * one.choices, shares.slice(5))])
    expect(worstCharge(one, tariff)).toBeGreaterThanOrEqual(priceTokens(tokens, tariff))
  }))
})

describe("price book", () => {
  const dated = (subject: string, validFrom: string, input: bigint, side: "charge" | "cost" = "charge"): DatedPrice =>
    ({ side, subject, validFrom: new Date(validFrom), perMillion: { input } })
  const book = createPriceBook("CNY", [
    dated("*", "2026-01-01", 1n), dated("qwen*", "2026-01-01", 2n), dated("qwen-max*", "2026-06-01", 3n),
    dated("qwen-max", "2026-01-01", 4n), dated("qwen-max", "2026-07-01", 5n), dated("qwen-max", "2026-07-01", 6n),
    dated("cloud/qwen-max", "2026-01-01", 9n, "cost"),
  ])
  test.each([
    ["qwen-max", "2026-07-01", 6n], ["qwen-max", "2026-06-30", 4n], ["qwen-max-2", "2026-06-30", 3n],
    ["qwen-max-2", "2026-05-30", 2n], ["qwen", "2026-05-30", 2n], ["other", "2026-05-30", 1n], ["other", "2025-05-30", undefined],
    ["cloud/qwen-max", "2026-05-30", 1n],
  ])("%s on %s", (subject, at, input) => {
    expect(book.priceAt("charge", subject, new Date(at))?.perMillion.input).toBe(input)
  })

  test("keeps the two sides apart", () => {
    expect(book.priceAt("cost", "cloud/qwen-max", new Date("2026-05-30"))?.perMillion.input).toBe(9n)
    expect(book.priceAt("cost", "qwen-max", new Date("2026-05-30"))).toBeUndefined()
  })
})
