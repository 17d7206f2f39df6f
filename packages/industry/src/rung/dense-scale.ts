/** Embeddings made fit to stand beside other features: centred, and scaled to a set mean length. */
import type { DenseMatrix } from "../learner/index.ts"

/**
 * Mean squared length of centred embeddings, beside 2 of a row's text features: an embedding says more a column.
 * Chosen on training rows of two public intent data sets (see benchmarks/learner).
 */
const meanSquaredLength = 4

/** Mean of the training vectors, and the factor after centring. */
export interface DenseScale {
  readonly mean: Float32Array
  readonly factor: number
}

/** Learns the scale from the first `rows` vectors; rows of zeros (no text) do not count. */
export function fitDenseScale({ columns, values }: DenseMatrix, rows: number): DenseScale {
  const sums = new Float64Array(columns)
  let count = 0
  for (let row = 0; row < rows; row++) {
    if (isEmpty(values, row, columns)) continue
    count++
    for (let i = 0; i < columns; i++) sums[i] = (sums[i] as number) + (values[row * columns + i] as number)
  }
  if (count === 0) return { mean: new Float32Array(columns), factor: 1 }
  const mean = Float32Array.from(sums, (sum) => sum / count)
  // Vectors have length 1, so their mean squared distance from the mean is 1 − ‖mean‖².
  const spread = 1 - mean.reduce((sum, value) => sum + value ** 2, 0)
  return { mean, factor: Math.fround(Math.sqrt(meanSquaredLength / Math.max(spread, 0.01))) }
}

const isEmpty = (values: Float32Array, row: number, columns: number): boolean => {
  for (let i = row * columns; i < (row + 1) * columns; i++) if (values[i] !== 0) return false
  return true
}

/** Centred and scaled vectors; rows of zeros stay, which is the mean text. */
export function applyDenseScale({ mean, factor }: DenseScale, matrix: DenseMatrix): DenseMatrix {
  const { rows } = matrix
  const columns = mean.length
  const values = new Float32Array(rows * columns)
  if (matrix.columns === 0) return { rows, columns, values }
  for (let row = 0; row < rows; row++) {
    if (isEmpty(matrix.values, row, columns)) continue
    for (let i = 0; i < columns; i++) {
      const at = row * columns + i
      values[at] = ((matrix.values[at] as number) - (mean[i] as number)) * factor
    }
  }
  return { rows, columns, values }
}
