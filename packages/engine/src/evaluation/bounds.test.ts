import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { incompleteBeta } from "./beta.ts"
import { binomialTail, clopperPearsonInterval, clopperPearsonLower, clopperPearsonUpper, finiteBatchLower, wilsonInterval } from "./bounds.ts"
import reference from "./reference-values.json" with { type: "json" }

type Numbers = readonly number[]
const at = (row: Numbers, i: number) => row[i] as number

describe("bounds agree with scipy and mpmath", () => {
  it("the incomplete beta function to 1e-9", () => {
    for (const row of reference.beta) expect(incompleteBeta(at(row, 2), at(row, 0), at(row, 1))).toBeCloseTo(at(row, 3), 9)
  })

  it("Clopper–Pearson bounds to 1e-9", () => {
    for (const row of reference.lower) {
      const got = clopperPearsonLower({ successes: at(row, 0), trials: at(row, 1), delta: at(row, 2) })
      expect(Math.abs(got - at(row, 3))).toBeLessThan(1e-9)
    }
    for (const row of reference.upper) {
      const got = clopperPearsonUpper({ successes: at(row, 0), trials: at(row, 1), delta: at(row, 2) })
      expect(Math.abs(got - at(row, 3))).toBeLessThan(1e-9)
    }
  })

  it("binomial tails to one part in a billion", () => {
    for (const row of reference.tail) {
      const got = binomialTail({ successes: at(row, 0), trials: at(row, 1), probability: at(row, 2) })
      expect(Math.abs(got / at(row, 3) - 1)).toBeLessThan(1e-9)
    }
  })

  it("the bound for a finite batch exactly", () => {
    for (const row of reference.batch) {
      const count = { successes: at(row, 0), trials: at(row, 1), population: at(row, 2), delta: at(row, 3) }
      expect(finiteBatchLower(count)).toBe(at(row, 4))
    }
  })

  it("Wilson's interval to 1e-9", () => {
    for (const row of reference.wilson) {
      const { low, high } = wilsonInterval({ successes: at(row, 0), trials: at(row, 1), delta: at(row, 2) })
      expect(low).toBeCloseTo(at(row, 3), 9)
      expect(high).toBeCloseTo(at(row, 4), 9)
    }
  })
})

const counts = fc
  .record({ trials: fc.integer({ min: 1, max: 5000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ trials, share }) => ({ trials, successes: Math.round(share * trials) }))

describe("bounds keep their meaning for all counts", () => {
  it("the lower bound is where the tail is exactly delta", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (count, delta) => {
        const low = clopperPearsonLower({ ...count, delta })
        const tail = count.successes === 0 ? delta : binomialTail({ ...count, probability: low })
        expect(Math.abs(tail - delta)).toBeLessThan(1e-9)
      }),
    )
  })

  it("the interval holds the share seen, and more successes never lower a bound", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const { low, high } = clopperPearsonInterval({ ...count, delta: 0.05 })
        const better = clopperPearsonInterval({ ...count, successes: Math.min(count.trials, count.successes + 1), delta: 0.05 })
        const share = count.successes / count.trials
        expect(low <= share && share <= high && better.low >= low && better.high >= high).toBe(true)
      }),
    )
  })
})
