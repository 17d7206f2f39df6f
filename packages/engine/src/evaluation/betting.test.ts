import { describe, expect, it } from "vitest"
import { createRandom } from "../random/index.ts"
import { bettingLowerBound, createConfidenceSequence, createRace } from "./betting.ts"
import { clopperPearsonLower } from "./bounds.ts"

const draws = (truth: number, count: number, ...seed: (string | number)[]) => {
  const random = createRandom("betting", ...seed)
  return Array.from({ length: count }, () => (random.next() < truth ? 1 : 0))
}

describe("bounds by betting", () => {
  it("keep the fixed-sample promise: broken at most as often as delta allows in 1000 sets", () => {
    let broken = 0
    for (let i = 0; i < 1000; i++) if (bettingLowerBound(draws(0.93, 120, i), { delta: 0.05 }) > 0.93) broken += 1
    expect(broken).toBeLessThanOrEqual(73)
  })

  it("stay close below the exact bound for yes-or-no values", () => {
    const values = draws(0.95, 600, "close")
    const successes = values.reduce<number>((sum, value) => sum + value, 0)
    const exact = clopperPearsonLower({ successes, trials: 600, delta: 0.05 })
    const betting = bettingLowerBound(values, { delta: 0.05 })
    expect(betting).toBeGreaterThan(exact - 0.01)
    expect(betting).toBeLessThan(successes / 600)
  })

  it("keep the truth in a confidence sequence that is looked at again and again", () => {
    let lost = 0
    for (let i = 0; i < 200; i++) {
      const sequence = createConfidenceSequence({ delta: 0.05 })
      let wrong = false
      for (const value of draws(0.9, 150, "sequence", i)) {
        sequence.observe(value)
        if (sequence.count % 10 > 0) continue
        const { low, high } = sequence.interval()
        wrong ||= low > 0.9 || high < 0.9
      }
      if (wrong) lost += 1
    }
    expect(lost).toBeLessThanOrEqual(20)
  })

  it("stop a race of a challenger that clearly loses and leave an even one open", () => {
    const losing = createRace({ delta: 0.05 })
    const even = createRace({ delta: 0.05 })
    const random = createRandom("race")
    for (let i = 0; i < 120; i++) {
      losing.observe(random.next() < 0.6, random.next() < 0.92)
      const both = random.next() < 0.9
      even.observe(both, both)
    }
    expect(losing.verdict()).toBe("behind")
    expect(even.verdict()).toBe("open")
  })
})
