/** Picks rows: by number, and numbers at random. */
import type { DenseMatrix, Design, SparseMatrix } from "./matrix.ts"
import type { RandomSource } from "./softmax.ts"

function sparseRows(matrix: SparseMatrix, rows: readonly number[]): SparseMatrix {
  const lengths = rows.map((row) => (matrix.starts[row + 1] as number) - (matrix.starts[row] as number))
  const starts = new Float64Array(rows.length + 1)
  lengths.forEach((length, i) => (starts[i + 1] = (starts[i] as number) + length))
  const total = starts[rows.length] as number
  const indices = new Int32Array(total)
  const values = new Float32Array(total)
  rows.forEach((row, i) => {
    const [from, to] = [matrix.starts[row] as number, matrix.starts[row + 1] as number]
    indices.set(matrix.indices.subarray(from, to), starts[i])
    values.set(matrix.values.subarray(from, to), starts[i])
  })
  return { rows: rows.length, columns: matrix.columns, starts, indices, values }
}

function denseRows(matrix: DenseMatrix, rows: readonly number[]): DenseMatrix {
  const { columns } = matrix
  const values = new Float32Array(rows.length * columns)
  rows.forEach((row, i) => values.set(matrix.values.subarray(row * columns, (row + 1) * columns), i * columns))
  return { rows: rows.length, columns, values }
}

/** The given rows of a design, in the given order. */
export const rowsOf = (design: Design, rows: readonly number[]): Design => ({
  rows: rows.length,
  ...(design.sparse === undefined ? {} : { sparse: sparseRows(design.sparse, rows) }),
  ...(design.dense === undefined ? {} : { dense: denseRows(design.dense, rows) }),
})

/** `count` different row numbers, at random. */
export function sampleRows(rows: number, count: number, random: RandomSource): number[] {
  const order = Array.from({ length: rows }, (_, row) => row)
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random.next() * (rows - i))
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
  return order.slice(0, count)
}

const joinSparse = (a: SparseMatrix, b: SparseMatrix): SparseMatrix => {
  const used = a.starts[a.rows] as number
  const starts = new Float64Array(a.rows + b.rows + 1)
  starts.set(a.starts)
  for (let row = 1; row <= b.rows; row++) starts[a.rows + row] = used + (b.starts[row] as number)
  const indices = new Int32Array(starts[a.rows + b.rows] as number)
  const values = new Float32Array(indices.length)
  indices.set(a.indices.subarray(0, used))
  indices.set(b.indices.subarray(0, indices.length - used), used)
  values.set(a.values.subarray(0, used))
  values.set(b.values.subarray(0, indices.length - used), used)
  return { rows: a.rows + b.rows, columns: a.columns, starts, indices, values }
}

const joinDense = (a: DenseMatrix, b: DenseMatrix): DenseMatrix => {
  const values = new Float32Array(a.values.length + b.values.length)
  values.set(a.values)
  values.set(b.values, a.values.length)
  return { rows: a.rows + b.rows, columns: a.columns, values }
}

/** The rows of both designs, those of `a` first. Both have the same columns. */
export const joinRows = (a: Design, b: Design): Design => ({
  rows: a.rows + b.rows,
  ...(a.sparse === undefined || b.sparse === undefined ? {} : { sparse: joinSparse(a.sparse, b.sparse) }),
  ...(a.dense === undefined || b.dense === undefined ? {} : { dense: joinDense(a.dense, b.dense) }),
})
