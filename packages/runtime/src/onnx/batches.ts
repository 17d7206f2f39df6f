/** How tokenised texts are put into batches: by length, so that little is padded. */

/**
 * Batches of positions in `lengths`, texts of like length together. A batch holds at most `maximumTokens` tokens,
 * padding included, and at most `maximumTexts` texts; a longer text is a batch of its own.
 */
export function batchByLength(
  lengths: readonly number[],
  limits: { readonly maximumTexts: number; readonly maximumTokens: number },
): readonly (readonly number[])[] {
  const order = lengths.map((_, position) => position).toSorted((a, b) => lengths[a]! - lengths[b]! || a - b)
  const batches: number[][] = []
  let current: number[] = []
  for (const position of order) {
    const padded = (current.length + 1) * lengths[position]!
    if (current.length > 0 && (current.length >= limits.maximumTexts || padded > limits.maximumTokens)) {
      batches.push(current)
      current = []
    }
    current.push(position)
  }
  if (current.length > 0) batches.push(current)
  return batches
}
