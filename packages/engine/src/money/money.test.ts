import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { describeError } from "../errors/index.ts"
import {
  addUsage, createBudget, defaultPrices, formatAmount, formatMoney, formatPriceList, noUsage, operationUsage,
  parseMoney, parsePriceList, priceOf, requirePrice, tokenUsage, unpricedModels,
} from "./index.ts"
import type { PriceList, Reservation } from "./index.ts"

const hosted: PriceList = {
  ...defaultPrices,
  models: { big: { inputPerMillion: 500_000_000n, outputPerMillion: 1_500_000_000n } },
}

const caught = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe("budget", () => {
  test("a reservation that does not fit is refused with both texts", () => {
    const budget = createBudget(10_000_000n)
    budget.reserve(8_000_000n)
    const attempt = () => budget.reserve(3_000_000n)
    expect(attempt).toThrow("may cost up to 0.003, but only 0.002 of the limit of 0.01")
    expect(attempt).toThrow(expect.objectContaining({ code: "budget_exceeded" }))
    expect(describeError(caught(attempt), "zh").message).toContain("只剩下 0.002")
  })

  test("settling frees what was not needed", () => {
    const budget = createBudget(10n)
    budget.reserve(10n).settle(4n)
    expect([budget.spent, budget.reserved]).toEqual([4n, 0n])
    expect(() => budget.reserve(6n)).not.toThrow()
  })

  test("closing twice counts once, whatever the order", () => {
    const budget = createBudget(10n)
    const first = budget.reserve(5n)
    first.settle(3n)
    first.release()
    first.settle(5n)
    expect([budget.spent, budget.reserved]).toEqual([3n, 0n])
    const second = budget.reserve(5n)
    second.release()
    second.settle(5n)
    expect([budget.spent, budget.reserved]).toEqual([3n, 0n])
  })

  test("an overrun of the upstream is recorded and closes the budget", () => {
    const budget = createBudget(10n)
    budget.reserve(6n).settle(12n)
    expect([budget.spent, budget.overrun]).toEqual([12n, 6n])
    expect(() => budget.reserve(1n)).toThrow("only 0.00 of the limit")
  })

  test("without a limit spending is only counted", () => {
    const budget = createBudget(null)
    budget.reserve(10n ** 30n).settle(7n)
    expect(budget.spent).toBe(7n)
  })

  test("under any interleaving, spent and reserved never pass the limit while the upstream keeps its word", () => {
    const step = fc.record({ act: fc.constantFrom("reserve", "settle", "release"), size: fc.nat(40), at: fc.nat(20) })
    fc.assert(fc.property(fc.nat(100), fc.array(step, { maxLength: 60 }), (limit, steps) => {
      const budget = createBudget(BigInt(limit))
      const open: { held: Reservation; size: number }[] = []
      let expected = 0n
      for (const { act, size, at } of steps) {
        if (act === "reserve") {
          try { open.push({ held: budget.reserve(BigInt(size)), size }) } catch { /* refused: that is the point */ }
        } else {
          const [one] = open.splice(at % Math.max(open.length, 1), 1)
          const cost = BigInt(Math.min(one?.size ?? 0, size))
          if (act === "settle") { one?.held.settle(cost); expected += cost } else one?.held.release()
        }
        expect(budget.spent + budget.reserved).toBeLessThanOrEqual(BigInt(limit))
      }
      expect(budget.spent).toBe(expected)
      expect(budget.reserved).toBe(open.reduce((sum, one) => sum + BigInt(one.size), 0n))
    }))
  })
})

describe("prices", () => {
  test("hosted tokens are priced per million and rounded up once", () => {
    expect(priceOf(tokenUsage("big", 1000, 100), hosted)).toBe(650_000n)
    const one = { modelId: "big", inputTokens: 1, outputTokens: 0 }
    const cheap = { ...hosted, models: { big: { inputPerMillion: 1n, outputPerMillion: 1n } } }
    expect(priceOf({ operations: 0, tokens: [one, one, one] }, cheap)).toBe(1n)
  })

  test("local work is priced by core-second", () => {
    expect(priceOf(operationUsage(500_000_000), defaultPrices)).toBe(11_111n)
    expect(priceOf(tokenUsage("qwen2.5-coder-1.5b", 38, 14), defaultPrices)).toBe(22_222n)
    expect(priceOf(tokenUsage("local/qwen2.5-coder-1.5b", 38, 14), defaultPrices)).toBe(22_222n)
    expect(priceOf(noUsage, defaultPrices)).toBe(0n)
  })

  test("the price of a sum is the sum of the prices, up to one rounding each", () => {
    const usage = fc.record({ operations: fc.nat(1e9), input: fc.nat(1e6), output: fc.nat(1e5) })
      .map((u) => addUsage(
        operationUsage(u.operations), tokenUsage("big", u.input, u.output), tokenUsage("smollm2-135m", u.input, 0)
      ))
    fc.assert(fc.property(usage, usage, (a, b) => {
      const together = priceOf(addUsage(a, b), hosted)
      const apart = priceOf(a, hosted) + priceOf(b, hosted)
      expect(apart - together >= 0n && apart - together <= 1n).toBe(true)
    }))
  })

  test("a model without a price costs 0, is named as unknown, and is refused where a limit is set", () => {
    const usage = tokenUsage("mystery", 1000, 10)
    expect(priceOf(usage, hosted)).toBe(0n)
    expect(unpricedModels(usage, hosted)).toEqual(["mystery"])
    const error = caught(() => requirePrice("mystery", { ...hosted, source: "prices.json" }))
    expect(describeError(error, "en").hint).toContain('Add to prices.json under "models": "mystery"')
    expect(() => requirePrice("constructor", hosted)).toThrow("no price")
  })
})

describe("amounts", () => {
  test.each([
    ["5", "USD", 5_000_000_000n], ["0.50 USD", "USD", 500_000_000n], ["￥20", "CNY", 20_000_000_000n],
    ["¥20", "JPY", 20_000_000_000n], ["１２．５元", "CNY", 12_500_000_000n], ["$1,000.25", "USD", 1_000_250_000_000n],
    ["0.000000001", "EUR", 1n],
  ])("%s is read exactly", (text, currency, amount) => expect(parseMoney(text, currency)).toBe(amount))

  test.each(["", "-1", "1e3", "five", "1.0000000001", "1,00", "$5 USD", "5 zorkmids"])("%j is refused", (text) => {
    expect(() => parseMoney(text, "USD")).toThrow("not an amount of money")
  })

  test("an amount in another currency is refused", () => {
    expect(() => parseMoney("20 CNY", "USD")).toThrow("is in CNY, but the price list is in USD")
  })

  test("amounts are shown exactly, or rounded for tables", () => {
    expect(formatMoney(12_300_000n, "USD")).toBe("0.0123 USD")
    expect(formatAmount(5_000_000_000n)).toBe("5.00")
    expect(formatAmount(1n)).toBe("0.000000001")
    expect(formatAmount(-1_500_000_000n)).toBe("-1.50")
    expect(formatAmount(1_234_567n, { significantDigits: 3 })).toBe("0.00123")
    expect(formatAmount(12_345_678_901_234n, { significantDigits: 3 })).toBe("12346.00")
  })

  test("what is shown is read back unchanged", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (amount) => {
      expect(parseMoney(formatMoney(amount, "CNY"), "CNY")).toBe(amount)
    }))
  })
})

describe("price list file", () => {
  test("a written list is read back equal", () => {
    const read = parsePriceList(JSON.parse(formatPriceList(hosted)), "prices.json")
    expect(read).toEqual({ ...hosted, source: "prices.json" })
  })

  test.each([
    [{ currency: "dollars" }, '"currency"'],
    [{ modles: {} }, "the top"],
    [{ models: { big: { inputPerMillion: "x" } } }, '"models" → "big" → "inputPerMillion"'],
    [{ models: { big: { inputPerMillion: 0.5 } } }, '"models" → "big" → "inputPerMillion"'],
    [{ models: { big: { inputPerMillion: "1", outputPerMilion: "2" } } }, '"models" → "big"'],
    [{ localModels: { small: { inputTokensPerCoreSecond: 0 } } }, '"inputTokensPerCoreSecond"'],
    [{ coreHour: "1 CNY" }, '"coreHour"'],
  ])("%j is refused and the field is named", (change, field) => {
    const json = { ...JSON.parse(formatPriceList(defaultPrices)), ...change }
    expect(() => parsePriceList(json, "prices.json")).toThrow(field)
    expect(() => parsePriceList(json, "prices.json")).toThrow("prices.json")
  })

  test("an embedding model needs no output price", () => {
    const json = { ...JSON.parse(formatPriceList(defaultPrices)), models: { embed: { inputPerMillion: "0.02" } } }
    expect(priceOf(tokenUsage("embed", 1_000_000, 0), parsePriceList(json))).toBe(20_000_000n)
  })
})
