/**
 * A graph of rows, each tied to those most like it, and the spreading of class shares along its ties
 * (Zhou et al. 2004, Learning with local and global consistency).
 */
import type { DenseMatrix } from "./matrix.ts"
import { Neighbours } from "./neighbours.ts"
import type { Steps } from "./steps.ts"

/** Searches between two pauses. */
const pauseSearches = 16

/** Multiply-adds between two pauses. */
const pauseOperations = 10_000_000

/** Ties are cosines to this power: near rows count far more than rows that are merely not unlike. */
const power = 3

/** Ties of row i: entries `starts[i]` up to `starts[i + 1]`. Tied both ways; the ties of a row are scaled by its degree. */
export interface RowGraph {
  readonly rows: number
  readonly starts: Int32Array
  readonly neighbours: Int32Array
  readonly weights: Float32Array
}

/** Ties each row to the `count` rows nearest to it. Vectors have length 1; rows of zeros are tied to none. */
export function* fitRowGraph(vectors: DenseMatrix, count: number): Steps<RowGraph> {
  const { rows, columns, values } = vectors
  const index = new Neighbours(vectors)
  const nearest = Array.from({ length: rows }, () => new Map<number, number>())
  for (let row = 0; row < rows; row++) {
    const vector = values.slice(row * columns, (row + 1) * columns)
    if (vector.some((value) => value !== 0)) {
      for (const near of index.nearest(vector, count, row)) {
        if (near.similarity <= 0) continue
        const weight = near.similarity ** power
        nearest[row]?.set(near.row, weight)
        nearest[near.row]?.set(row, weight)
      }
    }
    if (row % pauseSearches === pauseSearches - 1) yield { done: row, total: rows }
  }
  return normalised(nearest)
}

/** D^(−1/2)·W·D^(−1/2), with D the sums of W's rows. */
function normalised(ties: readonly ReadonlyMap<number, number>[]): RowGraph {
  const rows = ties.length
  const scales = ties.map((tie) => 1 / Math.sqrt([...tie.values()].reduce((sum, weight) => sum + weight, 0) || 1))
  const starts = new Int32Array(rows + 1)
  ties.forEach((tie, row) => (starts[row + 1] = (starts[row] as number) + tie.size))
  const neighbours = new Int32Array(starts[rows] as number)
  const weights = new Float32Array(neighbours.length)
  let entry = 0
  ties.forEach((tie, row) => {
    for (const [near, weight] of tie) {
      neighbours[entry] = near
      weights[entry++] = weight * (scales[row] as number) * (scales[near] as number)
    }
  })
  return { rows, starts, neighbours, weights }
}

export interface SpreadOptions {
  readonly classes: number
  /** In [0, 1): share of its neighbours in a row's opinion; the rest is what it started with. */
  readonly smoothing: number
  readonly rounds: number
}

/**
 * Repeats F ← smoothing·S·F + (1 − smoothing)·`start`, with S the graph. `start` holds a share for each class, row by
 * row; a row that starts with zeros and is `leftOut` says nothing and passes nothing on.
 */
export function* spreadShares(
  graph: RowGraph,
  start: Float32Array,
  { classes, smoothing, rounds }: SpreadOptions,
  leftOut?: ReadonlySet<number>,
): Steps<Float32Array> {
  let from = start
  let pending = 0
  for (let round = 0; round < rounds; round++) {
    const to = new Float32Array(start.length)
    for (let row = 0; row < graph.rows; row++) {
      if (leftOut?.has(row) === true) continue
      pending += spreadTo(row, graph, from, start, to, classes, smoothing)
      if (pending < pauseOperations) continue
      pending = 0
      yield { done: round * graph.rows + row, total: rounds * graph.rows }
    }
    from = to
  }
  return from
}

function spreadTo(
  row: number,
  { neighbours, starts, weights }: RowGraph,
  from: Float32Array,
  start: Float32Array,
  to: Float32Array,
  classes: number,
  smoothing: number,
): number {
  const at = row * classes
  for (let k = 0; k < classes; k++) to[at + k] = (1 - smoothing) * (start[at + k] as number)
  const end = starts[row + 1] as number
  for (let entry = starts[row] as number; entry < end; entry++) {
    const near = (neighbours[entry] as number) * classes
    const weight = smoothing * (weights[entry] as number)
    for (let k = 0; k < classes; k++) to[at + k] = (to[at + k] as number) + weight * (from[near + k] as number)
  }
  return (end - (starts[row] as number) + 1) * classes
}
