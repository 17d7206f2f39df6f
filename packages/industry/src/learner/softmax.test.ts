import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { BlockStep } from "./block-step.ts"
import { chooseCost } from "./choose-cost.ts"
import { SparseBuilder } from "./matrix.ts"
import type { Design } from "./matrix.ts"
import { wrightOmega } from "./omega.ts"
import { fitSoftmax, softmaxInPlace } from "./softmax.ts"
import { complete, drive } from "./steps.ts"

interface Reference {
  readonly cost: number
  readonly rows: readonly (readonly number[])[]
  readonly labels: readonly number[]
  readonly coefficients: readonly (readonly number[])[]
}

const reference = JSON.parse(
  readFileSync(new URL("testing/softmax-reference.json", import.meta.url), "utf8"),
) as Reference

function sparseOf(rows: readonly (readonly number[])[]): Design {
  const builder = new SparseBuilder()
  for (const row of rows) {
    row.forEach((value, i) => value !== 0 && builder.add(i, value))
    builder.endRow()
  }
  return { rows: rows.length, sparse: builder.finish(rows[0]?.length ?? 0) }
}

const denseOf = (rows: readonly (readonly number[])[]): Design => {
  const values = Float32Array.from(rows.flat())
  return { rows: rows.length, dense: { rows: rows.length, columns: rows[0]?.length ?? 0, values } }
}

const fit = (design: Design, labels: readonly number[], classes: number, cost: number, tolerance = 1e-6) =>
  complete(
    fitSoftmax(design, Int32Array.from(labels), {
      classes, cost, tolerance, maximumEpochs: 2000, random: createRandom("test"),
    }),
  )

/** Random rows of `columns` values and labels of `classes` classes. */
function randomProblem(seed: number, rows: number, columns: number, classes: number) {
  const random = createRandom("problem", seed)
  return {
    rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.next() * 2 - 1)),
    labels: Array.from({ length: rows }, () => random.integer(classes)),
  }
}

describe("softmax regression", () => {
  it("finds the coefficients of scikit-learn", () => {
    const { model } = fit(sparseOf(reference.rows), reference.labels, 3, reference.cost)
    reference.coefficients.forEach((row, label) =>
      row.forEach((expected, feature) => expect(model.weight(feature, label)).toBeCloseTo(expected, 3)),
    )
  })

  it("finds the same for sparse, dense and joined columns", () => {
    const { labels, rows } = reference
    const sparse = fit(sparseOf(rows), labels, 3, 2).model.weights()
    const dense = fit(denseOf(rows), labels, 3, 2).model.weights()
    const left = sparseOf(rows.map((row) => row.slice(0, 2)))
    const right = denseOf(rows.map((row) => row.slice(2)))
    const joined = fit({ ...left, ...right, rows: rows.length }, labels, 3, 2).model.weights()
    dense.forEach((weight, i) => expect(weight).toBeCloseTo(sparse[i] as number, 4))
    joined.forEach((weight, i) => expect(weight).toBeCloseTo(sparse[i] as number, 4))
  })

  it("has a gradient of zero at its solution, by finite differences of the objective", () => {
    const { labels, rows } = randomProblem(1, 40, 3, 4)
    const cost = 1.5
    const { model } = fit(denseOf(rows), labels, 4, cost)
    const weights = Array.from({ length: 4 }, (_, k) => Array.from({ length: 4 }, (_, j) => model.weight(j, k)))
    const objective = (w: readonly (readonly number[])[]) => {
      const penalty = w.flat().reduce((sum, value) => sum + value ** 2 / 2, 0)
      return rows.reduce((sum, row, i) => {
        const logits = w.map((line) => [...row, 1].reduce((s, value, j) => s + value * (line[j] as number), 0))
        const logSum = Math.log(logits.reduce((s, logit) => s + Math.exp(logit), 0))
        return sum + cost * (logSum - (logits[labels[i] as number] as number))
      }, penalty)
    }
    const moved = (k: number, j: number, by: number) =>
      weights.map((line, a) => line.map((value, b) => (a === k && b === j ? value + by : value)))
    for (let k = 0; k < 4; k++) {
      for (let j = 0; j < 4; j++) {
        const slope = (objective(moved(k, j, 1e-4)) - objective(moved(k, j, -1e-4))) / 2e-4
        expect(Math.abs(slope)).toBeLessThan(1e-3)
      }
    }
  })

  it("converges for any small problem, however it is regularised", () => {
    const problem = fc.record({
      seed: fc.nat(), rows: fc.integer({ min: 1, max: 30 }), columns: fc.integer({ min: 1, max: 6 }),
      classes: fc.integer({ min: 2, max: 9 }), cost: fc.constantFrom(0.01, 1, 10, 100),
    })
    fc.assert(
      fc.property(problem, ({ classes, columns, cost, rows, seed }) => {
        const { labels, rows: values } = randomProblem(seed, rows, columns, classes)
        const { model, residual } = fit(denseOf(values), labels, classes, cost, 1e-3)
        expect(residual).toBeLessThanOrEqual(1e-3)
        // The penalty makes the weights of a feature sum to zero over the classes.
        for (let feature = 0; feature <= columns; feature++) {
          const sum = Array.from({ length: classes }, (_, k) => model.weight(feature, k)).reduce((a, b) => a + b, 0)
          expect(Math.abs(sum)).toBeLessThan(1e-2)
        }
      }),
      { numRuns: 60 },
    )
  })

  it("gives the same weights for the same seed", () => {
    const { labels, rows } = randomProblem(3, 50, 5, 7)
    expect(fit(denseOf(rows), labels, 7, 10).model.weights()).toEqual(fit(denseOf(rows), labels, 7, 10).model.weights())
  })

  describe("with rows that count differently", () => {
    const weighted = (design: Design, labels: readonly number[], weights: Float32Array, tolerance = 1e-6) =>
      complete(
        fitSoftmax(design, Int32Array.from(labels), {
          classes: 3, cost: 2, weights, tolerance, maximumEpochs: 2000, random: createRandom("test"),
        }),
      ).model.weights()

    it("takes a row of weight 2 for two rows, and one of weight 0 for none", () => {
      const { labels, rows } = randomProblem(11, 30, 4, 3)
      const weights = Float32Array.from(rows, (_, i) => i % 3)
      const repeated = rows.flatMap((_, i) => Array.from<number>({ length: i % 3 }).fill(i))
      const expected = fit(denseOf(repeated.map((i) => rows[i] as number[])), repeated.map((i) => labels[i] as number), 3, 2)
      const found = weighted(denseOf(rows), labels, weights)
      expected.model.weights().forEach((weight, i) => expect(found[i]).toBeCloseTo(weight, 3))
    })

    it("takes weight 1 for no weight, to the last bit", () => {
      const { labels, rows } = randomProblem(12, 30, 4, 3)
      const found = weighted(denseOf(rows), labels, new Float32Array(30).fill(1), 1e-3)
      expect(found).toEqual(fit(denseOf(rows), labels, 3, 2, 1e-3).model.weights())
    })
  })

  it("fits nothing to no rows", () => {
    const { model, residual } = fit(sparseOf([]), [], 3, 1)
    expect(residual).toBe(0)
    expect([...model.weights()]).toEqual([0, 0, 0])
  })

  it("pauses in a long fit, tells how far it is and can be stopped there", async () => {
    const { labels, rows } = randomProblem(4, 400, 60, 40)
    const options = { classes: 40, cost: 100, tolerance: 0, maximumEpochs: 200, random: createRandom("stop") }
    const controller = new AbortController()
    let told = 0
    const onProgress = (done: number, total: number) => {
      expect(done).toBeLessThan(total)
      if (++told === 2) controller.abort()
    }
    const run = drive(fitSoftmax(denseOf(rows), Int32Array.from(labels), options), {
      abortSignal: controller.signal, onProgress,
    })
    await expect(run).rejects.toThrow(/abort/i)
    expect(told).toBe(2)
  })

  it("makes probabilities of logits without overflow", () => {
    const logits = Float64Array.of(1000, 999, -1000)
    softmaxInPlace(logits)
    expect(logits[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12)
    expect(logits.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })
})

describe("one row's step", () => {
  it("solves its equation for any scores, shares and curvature", () => {
    const classes = fc.integer({ min: 2, max: 12 })
    const problem = classes.chain((count) =>
      fc.record({
        scores: fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: count, maxLength: count }),
        shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
        curvature: fc.double({ min: 0.01, max: 300, noNaN: true }),
      }),
    )
    fc.assert(
      fc.property(problem, ({ curvature, scores, shares }) => {
        const total = shares.reduce((a, b) => a + b, 1e-6)
        const before = Float32Array.from(shares, (share) => (share + 1e-6 / shares.length) / total)
        const after = Float32Array.from(before)
        const change = Float32Array.from(scores)
        const step = new BlockStep(scores.length)
        if (!step.solve(change, after, curvature, 1)) return
        const expected = Float64Array.from(
          scores, (s, k) => Math.fround(s) - curvature * ((after[k] as number) - (before[k] as number)),
        )
        softmaxInPlace(expected)
        after.forEach((share, k) => expect(Math.abs(share - (expected[k] as number))).toBeLessThan(2e-3))
        expect(after.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
        change.forEach((value, k) => expect(value).toBeCloseTo((before[k] as number) - (after[k] as number), 6))
      }),
      { numRuns: 500 },
    )
  })

  it("rests on the Wright omega function", () => {
    expect(wrightOmega(1)).toBeCloseTo(1, 12)
    expect(wrightOmega(0)).toBeCloseTo(0.567_143_290_409_783_8, 12)
    fc.assert(
      fc.property(fc.double({ min: -25, max: 500, noNaN: true }), (z) => {
        const w = wrightOmega(z)
        expect(Math.abs(w + Math.log(w) - z)).toBeLessThan(1e-9 * Math.max(1, Math.abs(z)))
      }),
    )
  })
})

describe("the choice of regularisation", () => {
  const problem = (noise: number) => {
    const random = createRandom("noise", String(noise))
    const rows = Array.from({ length: 600 }, () => Array.from({ length: 200 }, () => random.next() * 2 - 1))
    const labels = rows.map(([first = 0]) => (random.next() < noise ? random.integer(2) : first > 0 ? 1 : 0))
    return { design: denseOf(rows), labels: Int32Array.from(labels) }
  }
  const choose = ({ design, labels }: ReturnType<typeof problem>) =>
    complete(chooseCost(design, labels, 2, createRandom("choose"))).cost

  it("is strong for noisy labels and weaker for clean ones", () => {
    expect(choose(problem(0))).toBeGreaterThanOrEqual(10)
    expect(choose(problem(0.9))).toBeLessThan(10)
  })

  it("is left at its default where there are too few rows to measure it", () => {
    const { labels, rows } = randomProblem(9, 50, 3, 2)
    expect(complete(chooseCost(denseOf(rows), Int32Array.from(labels), 2, createRandom("few"))).cost).toBe(10)
  })
})
