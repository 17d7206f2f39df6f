import { describe, expect, it } from "vitest"
import { certifyingPower, errorsAllowed, labelsNeeded, trialsNeeded } from "./labels.ts"

describe("labels needed", () => {
  it("zero errors in 29, 59 and 299 rows certify 90, 95 and 99 percent", () => {
    expect([0.9, 0.95, 0.99].map((target) => labelsNeeded({ target, delta: 0.05 }))).toEqual([29, 59, 299])
  })

  it("the number is the fewest: one row fewer does not do", () => {
    for (const errors of [0, 1, 5, 12]) {
      const trials = trialsNeeded({ target: 0.97, delta: 0.05, errors })
      expect(errorsAllowed({ target: 0.97, delta: 0.05, trials })).toBe(errors)
      expect(errorsAllowed({ target: 0.97, delta: 0.05, trials: trials - 1 })).toBe(errors - 1)
    }
  })

  it("a truth of 0.985 certifies 0.97 with 650 rows four times in five, also at the share of a first attempt", () => {
    expect(certifyingPower({ target: 0.97, delta: 0.05, trials: 650, accuracy: 0.985 })).toBeCloseTo(0.8161724883892258, 9)
    expect(certifyingPower({ target: 0.97, delta: 0.0475, trials: 650, accuracy: 0.985 })).toBeGreaterThan(0.8)
  })

  it("from the number on, the power stays at 80 percent or more", () => {
    const needed = labelsNeeded({ target: 0.97, delta: 0.05, expectedAccuracy: 0.985 }) ?? 0
    expect(needed).toBeGreaterThan(500)
    for (let trials = needed; trials < needed + 400; trials++)
      expect(certifyingPower({ target: 0.97, delta: 0.05, trials, accuracy: 0.985 })).toBeGreaterThanOrEqual(0.8)
  })

  it("no number of labels certifies what is not true", () => {
    expect(labelsNeeded({ target: 0.97, delta: 0.05, expectedAccuracy: 0.97 })).toBeNull()
    expect(labelsNeeded({ target: 0.97, delta: 0.05, expectedAccuracy: 0.970001, most: 1e5 })).toBeNull()
  })
})
