import * as fc from "fast-check"
import { expect, test } from "vitest"
import { batchByLength } from "./batches.ts"
import { meanPool } from "./pooling.ts"

test("every text is in one batch, within the limits, and no batch is longer than a later one", () => {
  const limits = { maximumTexts: 8, maximumTokens: 100 }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 }), (lengths) => {
      const batches = batchByLength(lengths, limits)
      expect(batches.flat().toSorted((a, b) => a - b)).toEqual(lengths.map((_, i) => i))
      const longest = batches.map((batch) => Math.max(...batch.map((i) => lengths[i]!)))
      for (const [i, batch] of batches.entries()) {
        expect(batch.length).toBeLessThanOrEqual(8)
        expect(batch.length === 1 || batch.length * longest[i]! <= 100).toBe(true)
      }
      expect(longest).toEqual(longest.toSorted((a, b) => a - b))
    }),
    { seed: 4 },
  )
})

test("the mean leaves the padding out and has length 1", () => {
  // Two texts of two tokens of two numbers; the second text's last token is padding.
  const data = Float32Array.from([3, 0, 3, 8, 5, 0, 99, 99])
  const out = new Float32Array(4)
  meanPool({ data, columns: 2, width: 2 }, 0, 2, out, 0)
  meanPool({ data, columns: 2, width: 2 }, 1, 1, out, 2)
  expect([...out].map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 1, 0])
})
