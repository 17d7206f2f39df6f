import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createKernel } from "./kernel.ts"
import { Neighbours, normaliseRows } from "./neighbours.ts"
import { chooseRule, vote } from "./vote.ts"

const randomMatrix = (seed: number, rows: number, columns: number) => {
  const random = createRandom("vectors", seed)
  return normaliseRows({ rows, columns, values: Float32Array.from({ length: rows * columns }, () => random.next() - 0.5) })
}

describe("the kernel", () => {
  it("multiplies and updates as plain loops do, for any number of classes", () => {
    const sizes = fc.record({ count: fc.nat(9), vectors: fc.integer({ min: 1, max: 21 }), seed: fc.nat() })
    fc.assert(
      fc.property(sizes, ({ count, seed, vectors }) => {
        const [features, classes] = [12, vectors * 4]
        const kernel = createKernel(4 * (features * classes + 2 * features + classes))
        const at = { indices: 4 * features * classes, values: 4 * features * (classes + 1), vector: 4 * features * (classes + 2) }
        const weights = new Float32Array(kernel.buffer, 0, features * classes)
        const indices = new Int32Array(kernel.buffer, at.indices, count)
        const values = new Float32Array(kernel.buffer, at.values, count)
        const vector = new Float32Array(kernel.buffer, at.vector, classes)
        const random = createRandom("kernel", seed)
        weights.forEach((_, i) => (weights[i] = random.integer(64) - 32))
        indices.forEach((_, i) => (indices[i] = random.integer(features)))
        values.forEach((_, i) => (values[i] = random.integer(16) - 8))
        const expected = Array.from({ length: classes }, (_, k) =>
          indices.reduce((sum, feature, j) => sum + (values[j] as number) * (weights[feature * classes + k] as number), 0),
        )
        kernel.score(at.indices, at.values, count, 0, at.vector, vectors)
        expect([...vector]).toEqual(expected)
        const updated = [...weights]
        vector.forEach((_, k) => (vector[k] = k - 3))
        indices.forEach((feature, j) => {
          for (let k = 0; k < classes; k++) {
            const place = feature * classes + k
            updated[place] = (updated[place] as number) + (values[j] as number) * (k - 3)
          }
        })
        kernel.update(at.indices, at.values, count, 0, at.vector, vectors)
        expect([...weights]).toEqual(updated)
      }),
      { numRuns: 60 },
    )
  })
})

describe("nearest neighbours", () => {
  it("are those that a plain search finds, nearest first", () => {
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 100 }), columns: fc.integer({ min: 1, max: 9 }), seed: fc.nat() })
    fc.assert(
      fc.property(sizes, ({ columns, rows, seed }) => {
        const known = randomMatrix(seed, rows, columns)
        const query = randomMatrix(seed + 1, 1, columns).values
        const found = new Neighbours(known).nearest(query, 5)
        const all = Array.from({ length: rows }, (_, row) =>
          query.reduce((sum, value, i) => sum + value * (known.values[row * columns + i] as number), 0),
        ).toSorted((a, b) => b - a)
        expect(found).toHaveLength(Math.min(5, rows))
        found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(all[i] as number, 5))
      }),
      { numRuns: 60 },
    )
  })

  it("leave out the row that is asked about", () => {
    const known = randomMatrix(3, 40, 8)
    const found = new Neighbours(known).nearest(known.values.slice(0, 8), 40, 0)
    expect(found.map(({ row }) => row)).not.toContain(0)
    expect(found).toHaveLength(39)
  })

  it("vote with probabilities that sum to 1 and are never 0", () => {
    const out = new Float64Array(3)
    const near = [{ row: 0, similarity: 0.9 }, { row: 1, similarity: 0.8 }, { row: 2, similarity: 0.1 }]
    vote(near, Int32Array.of(2, 2, 0), Float64Array.of(0.5, 0.25, 0.25), { count: 2, sharpness: 10 }, out)
    expect(out.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect([...out].every((share) => share > 0)).toBe(true)
    expect(out[2]).toBeGreaterThan(0.9)
  })

  it("ask more voters where the nearest one is often wrong", () => {
    const random = createRandom("voters")
    const labels = Int32Array.from({ length: 200 }, () => (random.next() < 0.3 ? 1 : 0))
    const rows = Array.from(labels, (_, row) => row)
    const neighbours = rows.map((row) =>
      Array.from({ length: 40 }, (_, i) => ({ row: (row + 1 + i) % 200, similarity: 0.9 - i * 0.001 })),
    )
    const rule = chooseRule(rows, neighbours, labels, Float64Array.of(0.7, 0.3))
    expect(rule.count).toBeGreaterThanOrEqual(10)
  })
})
