/** Unit vectors by slot in one block of float32; exact cosine by reading all of them. */
import { errors } from "./errors.ts"

export interface VectorIndex {
  /** Name of the model whose vectors these are; undefined while there are none. */
  space(): string | undefined
  set(slot: number, vector: ArrayLike<number>, space: string): void
  /** Overwrites the vector with zeros. */
  remove(slot: number): void
  has(slot: number): boolean
  get(slot: number): Float32Array | undefined
  /**
   * Writes into `scores` how far a cosine with `query` stands out: max(0, cosine − mean) / (highest − mean) over all
   * vectors here, so that embedders whose cosines are all near 1 weigh as much as others. Where none stands out, 0.
   */
  score(query: ArrayLike<number>, scores: Float64Array): void
}

/** The vector scaled to length 1; zeros stay zeros. */
function unit(vector: ArrayLike<number>): Float32Array {
  const copy = Float32Array.from(vector)
  let squares = 0
  for (const value of copy) squares += value * value
  const length = Math.sqrt(squares)
  return length > 0 ? copy.map((value) => value / length) : copy
}

export function createVectorIndex(): VectorIndex {
  let block = new Float32Array(0)
  let dimensions = 0
  let space: string | undefined
  let count = 0
  const present: boolean[] = []
  const grow = (slots: number) => {
    if (slots * dimensions <= block.length) return
    const larger = new Float32Array(Math.max(16, slots * 2) * dimensions)
    larger.set(block)
    block.fill(0)
    block = larger
  }
  return {
    space: () => space,
    set: (slot, vector, of) => {
      const name = `${of}/${vector.length}`
      if (count === 0) {
        space = name
        dimensions = vector.length
        block = new Float32Array(0)
      }
      if (space !== name) throw errors.memory_space_differs({ expected: space ?? "", found: name })
      grow(slot + 1)
      block.set(unit(vector), slot * dimensions)
      if (present[slot] !== true) count++
      present[slot] = true
    },
    remove: (slot) => {
      if (present[slot] !== true) return
      block.fill(0, slot * dimensions, (slot + 1) * dimensions)
      present[slot] = false
      count--
      if (count === 0) space = undefined
    },
    has: (slot) => present[slot] === true,
    get: (slot) => (present[slot] === true ? block.slice(slot * dimensions, (slot + 1) * dimensions) : undefined),
    score: (query, scores) => {
      if (query.length !== dimensions) return
      const asked = unit(query)
      let sum = 0
      let highest = -1
      for (let slot = 0; slot < present.length; slot++) {
        if (present[slot] !== true) continue
        const cosine = dot(block, slot * dimensions, asked)
        scores[slot] = cosine
        sum += cosine
        highest = Math.max(highest, cosine)
      }
      const mean = sum / count
      const spread = highest - mean
      for (let slot = 0; slot < present.length; slot++)
        if (present[slot] === true) scores[slot] = spread > 1e-6 ? Math.max(0, (scores[slot] as number) - mean) / spread : 0
    },
  }
}

/** Four sums at a time: the processor need not wait for one addition before the next. */
function dot(block: Float32Array, start: number, query: Float32Array): number {
  const length = query.length
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 3 < length; i += 4) {
    a += (block[start + i] as number) * (query[i] as number)
    b += (block[start + i + 1] as number) * (query[i + 1] as number)
    c += (block[start + i + 2] as number) * (query[i + 2] as number)
    d += (block[start + i + 3] as number) * (query[i + 3] as number)
  }
  for (; i < length; i++) a += (block[start + i] as number) * (query[i] as number)
  return a + b + (c + d)
}
