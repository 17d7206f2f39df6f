/** From the hidden states of a batch to one unit vector a text. */

/** Shape of a batch's hidden states: `rows` texts of `columns` tokens of `width` numbers, row after row. */
export interface HiddenStates {
  readonly data: Float32Array
  readonly columns: number
  readonly width: number
}

/**
 * Mean of the first `tokens` hidden states of row `row`, scaled to length 1, written to `out` at `offset`
 * (the padding that follows is left out). Sums are kept in 64 bits.
 */
export function meanPool(states: HiddenStates, row: number, tokens: number, out: Float32Array, offset: number): void {
  const { data, columns, width } = states
  const sums = new Float64Array(width)
  const start = row * columns * width
  for (let token = 0; token < tokens; token++) {
    const base = start + token * width
    for (let i = 0; i < width; i++) sums[i]! += data[base + i]!
  }
  let square = 0
  for (let i = 0; i < width; i++) square += sums[i]! * sums[i]!
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0
  for (let i = 0; i < width; i++) out[offset + i] = sums[i]! * scale
}
