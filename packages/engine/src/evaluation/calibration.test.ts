import { describe, expect, it } from "vitest"
import { createRandom } from "../random/index.ts"
import { applyTemperature, expectedCalibrationError, fitTemperature } from "./calibration.ts"

/** Rows whose true class is drawn from known probabilities, shown at another temperature. */
function rowsShownAt(temperature: number) {
  const random = createRandom("calibration")
  return Array.from({ length: 4000 }, () => {
    const raw = Array.from({ length: 4 }, () => Math.exp(3 * random.next()))
    const honest = applyTemperature(raw.map((x) => x / raw.reduce((a, b) => a + b, 0)), 1)
    let at = random.next()
    let truth = 0
    while (truth < 3 && at > (honest[truth] as number)) at -= honest[truth++] as number
    return { scores: applyTemperature(honest, 1 / temperature), truth }
  })
}

describe("calibration", () => {
  it("finds the temperature by which confidences were sharpened", () => {
    expect(fitTemperature(rowsShownAt(2.5))).toBeCloseTo(2.5, 0)
    expect(fitTemperature(rowsShownAt(0.5))).toBeCloseTo(0.5, 1)
  })

  it("lowers the expected calibration error of sharpened confidences", () => {
    const rows = rowsShownAt(3)
    const temperature = fitTemperature(rows)
    const error = (t: number) =>
      expectedCalibrationError(
        rows.map(({ scores, truth }) => {
          const tempered = applyTemperature(scores, t)
          const confidence = Math.max(...tempered)
          return { confidence, right: tempered.indexOf(confidence) === truth }
        }),
      )
    expect(error(temperature)).toBeLessThan(0.03)
    expect(error(1)).toBeGreaterThan(0.15)
  })

  it("stays finite where every row is right, and is 1 without rows", () => {
    const temperature = fitTemperature([{ scores: [0.9, 0.1], truth: 0 }])
    expect(temperature).toBeGreaterThan(0.05)
    expect(fitTemperature([])).toBe(1)
  })

  it("keeps probabilities a distribution at any temperature, also with zeros", () => {
    const tempered = applyTemperature([1, 0, 0], 5)
    expect(tempered.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
    expect(tempered[0]).toBeGreaterThan(tempered[1] as number)
  })
})
