/** Matrices of features: sparse rows (CSR), dense rows, and both joined side by side. */

/** Compressed sparse rows: row i holds entries `starts[i]` up to `starts[i + 1]` of `indices` and `values`. */
export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  readonly starts: Float64Array
  readonly indices: Int32Array
  readonly values: Float32Array
}

/** Row-major dense matrix. */
export interface DenseMatrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

/** What a linear model sees: sparse columns first, then dense ones. Either may be left out; both have the same rows. */
export interface Design {
  readonly rows: number
  readonly sparse?: SparseMatrix
  readonly dense?: DenseMatrix
}

/** Number of columns of a design. */
export const columnsOf = (design: Design): number => (design.sparse?.columns ?? 0) + (design.dense?.columns ?? 0)

/** Grows as entries come; `finish` gives the matrix. */
export class SparseBuilder {
  private indices = new Int32Array(1024)
  private values = new Float32Array(1024)
  private readonly starts: number[] = [0]
  private length = 0

  add(index: number, value: number): void {
    if (this.length === this.indices.length) this.grow(this.length + 1)
    this.indices[this.length] = index
    this.values[this.length++] = value
  }

  private grow(needed: number): void {
    const size = Math.max(needed, Math.ceil(this.indices.length * 1.6))
    const indices = new Int32Array(size)
    const values = new Float32Array(size)
    indices.set(this.indices.subarray(0, this.length))
    values.set(this.values.subarray(0, this.length))
    this.indices = indices
    this.values = values
  }

  /** Number of entries so far. */
  get size(): number {
    return this.length
  }

  /** Multiplies the entries from position `from` up to `to` by `factor`. */
  scale(from: number, to: number, factor: number): void {
    for (let i = from; i < to; i++) this.values[i] = (this.values[i] as number) * factor
  }

  endRow(): void {
    this.starts.push(this.length)
  }

  finish(columns: number): SparseMatrix {
    return {
      rows: this.starts.length - 1,
      columns,
      starts: Float64Array.from(this.starts),
      indices: this.indices.subarray(0, this.length),
      values: this.values.subarray(0, this.length),
    }
  }
}

/** Squared Euclidean norm of each row of a design. */
export function squaredNorms(design: Design): Float64Array {
  const norms = new Float64Array(design.rows)
  const { sparse, dense } = design
  for (let row = 0; row < design.rows; row++) {
    let sum = 0
    if (sparse !== undefined) {
      const end = sparse.starts[row + 1] as number
      for (let i = sparse.starts[row] as number; i < end; i++) sum += (sparse.values[i] as number) ** 2
    }
    if (dense !== undefined) {
      const end = (row + 1) * dense.columns
      for (let i = row * dense.columns; i < end; i++) sum += (dense.values[i] as number) ** 2
    }
    norms[row] = sum
  }
  return norms
}
