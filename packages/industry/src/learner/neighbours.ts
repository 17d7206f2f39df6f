/** Exact nearest neighbours by cosine among normalised dense vectors. */
import { createKernel } from "./kernel.ts"
import type { Kernel } from "./kernel.ts"
import type { DenseMatrix } from "./matrix.ts"

/** Vectors side by side in one tile; a tile is read once for a batch of queries. */
const tile = 32

/** A known vector and its cosine similarity with the query, in [-1, 1]. */
export interface Neighbour {
  readonly row: number
  readonly similarity: number
}

/** Scales each row to length 1; rows of zeros stay. */
export function normaliseRows(matrix: DenseMatrix): DenseMatrix {
  const { rows, columns } = matrix
  const values = new Float32Array(matrix.values.length)
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += (matrix.values[i] as number) ** 2
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let i = row * columns; i < (row + 1) * columns; i++) values[i] = (matrix.values[i] as number) * scale
  }
  return { rows, columns, values }
}

/** A set of known vectors of length 1 that is searched from end to end. */
export class Neighbours {
  readonly rows: number
  readonly columns: number
  private readonly kernel: Kernel
  private readonly tiles: number
  private readonly at: { readonly indices: number; readonly query: number; readonly similarities: number }
  private readonly query: Float32Array
  private readonly similarities: Float32Array

  constructor({ rows, columns, values }: DenseMatrix) {
    this.rows = rows
    this.columns = columns
    this.tiles = Math.ceil(rows / tile)
    const stored = this.tiles * tile * columns * 4
    this.kernel = createKernel(stored + 8 * columns + this.tiles * tile * 4)
    const { buffer } = this.kernel
    this.at = { indices: stored, query: stored + 4 * columns, similarities: stored + 8 * columns }
    this.query = new Float32Array(buffer, this.at.query, columns)
    this.similarities = new Float32Array(buffer, this.at.similarities, this.tiles * tile)
    new Int32Array(buffer, this.at.indices, columns).forEach((_, i, indices) => (indices[i] = i))
    const tiled = new Float32Array(buffer, 0, this.tiles * tile * columns)
    for (let row = 0; row < rows; row++) {
      const start = Math.floor(row / tile) * tile * columns + (row % tile)
      for (let i = 0; i < columns; i++) tiled[start + i * tile] = values[row * columns + i] as number
    }
  }

  /** Multiply-adds of one search. */
  get operations(): number {
    return this.rows * this.columns
  }

  /** Cosine of `query` (length 1) with each known vector; a view that the next search overwrites. */
  similaritiesTo(query: Float32Array): Float32Array {
    this.query.set(query)
    const { kernel, at, columns } = this
    for (let i = 0; i < this.tiles; i++) {
      const weights = i * tile * columns * 4
      kernel.score(at.indices, at.query, columns, weights, at.similarities + i * tile * 4, tile / 4)
    }
    return this.similarities.subarray(0, this.rows)
  }

  /** The `count` known vectors nearest to `query` (length 1), nearest first, ties by row; `skip` leaves one row out. */
  nearest(query: Float32Array, count: number, skip = -1): Neighbour[] {
    return topOf(this.similaritiesTo(query), this.rows, count, skip)
  }
}

/** The highest of the first `rows` values, highest first. */
function topOf(values: Float32Array, rows: number, count: number, skip: number): Neighbour[] {
  const top: Neighbour[] = []
  let worst = -Infinity
  for (let row = 0; row < rows; row++) {
    const similarity = values[row] as number
    if (similarity <= worst || row === skip) continue
    let place = top.length
    while (place > 0 && (top[place - 1] as Neighbour).similarity < similarity) place--
    top.splice(place, 0, { row, similarity })
    if (top.length > count) top.pop()
    if (top.length === count) worst = (top[count - 1] as Neighbour).similarity
  }
  return top
}
