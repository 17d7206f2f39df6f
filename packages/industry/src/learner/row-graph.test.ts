import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { DenseMatrix } from "./matrix.ts"
import { normaliseRows } from "./neighbours.ts"
import { fitRowGraph, spreadShares } from "./row-graph.ts"
import type { RowGraph } from "./row-graph.ts"
import { complete } from "./steps.ts"

function randomVectors(seed: number, rows: number, columns = 4): DenseMatrix {
  const random = createRandom("vectors", seed)
  return normaliseRows({ rows, columns, values: Float32Array.from({ length: rows * columns }, () => random.next() - 0.5) })
}

const graphOf = (vectors: DenseMatrix, count: number) => complete(fitRowGraph(vectors, count))

/** The graph as a full matrix. */
function matrixOf({ neighbours, rows, starts, weights }: RowGraph): number[][] {
  const matrix = Array.from({ length: rows }, () => Array.from<number>({ length: rows }).fill(0))
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const line = matrix[row] as number[]
      line[neighbours[i] as number] = weights[i] as number
    }
  }
  return matrix
}

const spread = (graph: RowGraph, start: Float32Array, smoothing: number, rounds: number, leftOut?: ReadonlySet<number>) =>
  complete(spreadShares(graph, start, { classes: 2, smoothing, rounds }, leftOut))

const randomShares = (seed: number, rows: number) => {
  const random = createRandom("shares", seed)
  return Float32Array.from({ length: rows * 2 }, () => random.next())
}

const problem = fc.record({ seed: fc.nat(), rows: fc.integer({ min: 2, max: 25 }), count: fc.integer({ min: 1, max: 6 }) })

describe("the graph of like rows", () => {
  it("ties both ways alike, none to itself, with positive weights", () => {
    fc.assert(
      fc.property(problem, ({ count, rows, seed }) => {
        const matrix = matrixOf(graphOf(randomVectors(seed, rows), count))
        matrix.forEach((line, i) =>
          line.forEach((weight, j) => {
            expect(weight).toBeGreaterThanOrEqual(0)
            expect(weight).toBeCloseTo(matrix[j]?.[i] as number, 6)
          }),
        )
        expect(matrix.map((line, i) => line[i])).toEqual(matrix.map(() => 0))
      }),
    )
  })

  it("ties a row to the row nearest to it, and a row without a vector to none", () => {
    const values = Float32Array.of(1, 0, 0.99, 0.141, 0, 1, 0, 0)
    const matrix = matrixOf(graphOf({ rows: 4, columns: 2, values }, 1))
    expect(matrix[0]?.[1]).toBeGreaterThan(0)
    expect(matrix[0]?.[2]).toBe(0)
    expect(matrix[3]).toEqual([0, 0, 0, 0])
  })
})

describe("the spreading of class shares", () => {
  it("comes to the solution of its linear equations", () => {
    fc.assert(
      fc.property(problem, fc.double({ min: 0, max: 0.8, noNaN: true }), ({ count, rows, seed }, smoothing) => {
        const graph = graphOf(randomVectors(seed, rows), count)
        const start = randomShares(seed, rows)
        const found = spread(graph, start, smoothing, 150)
        // At the solution F = smoothing·S·F + (1 − smoothing)·start.
        matrixOf(graph).forEach((line, row) => {
          for (let k = 0; k < 2; k++) {
            const passed = line.reduce((sum, weight, near) => sum + weight * (found[near * 2 + k] as number), 0)
            const expected = smoothing * passed + (1 - smoothing) * (start[row * 2 + k] as number)
            expect(found[row * 2 + k]).toBeCloseTo(expected, 4)
          }
        })
      }),
      { numRuns: 50 },
    )
  })

  it("leaves all as it was without smoothing", () => {
    const start = randomShares(1, 12)
    expect(spread(graphOf(randomVectors(1, 12), 3), start, 0, 3)).toEqual(start)
  })

  it("takes one label to a whole cluster, and not to the other", () => {
    const random = createRandom("clusters")
    const values = Float32Array.from({ length: 80 }, (_, i) => (Math.floor(i / 2) % 2 === i % 2 ? 1 : 0) + random.next() * 0.2)
    const graph = graphOf(normaliseRows({ rows: 40, columns: 2, values }), 5)
    const start = new Float32Array(80)
    start[0] = 1
    start[3] = 1
    const found = spread(graph, start, 0.9, 60)
    for (let row = 0; row < 40; row++) {
      expect(found[row * 2 + (row % 2)]).toBeGreaterThan(0)
      expect(found[row * 2 + (1 - (row % 2))]).toBe(0)
    }
  })

  it("hears nothing from rows that are left out", () => {
    const graph = graphOf(randomVectors(5, 20), 4)
    const start = randomShares(5, 20)
    start.fill(0, 0, 10)
    const leftOut = new Set([0, 1, 2, 3, 4])
    const found = spread(graph, start, 0.8, 5, leftOut)
    expect([...found.subarray(0, 10)]).toEqual(Array.from<number>({ length: 10 }).fill(0))
    expect(found.subarray(10).some((share) => share > 0)).toBe(true)
  })
})
