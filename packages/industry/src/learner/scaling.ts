/** Numbers of one column as features: standardised, and a flag for the tenth of the training values that it falls in. */

/** What is kept of a column of numbers. */
export interface NumberScale {
  readonly mean: number
  /** Standard deviation, 1 where all values are equal. */
  readonly deviation: number
  /** Rising upper ends of the bins but the last; a value belongs to the first bin whose end is not below it. */
  readonly edges: readonly number[]
}

/** Standardised values beyond this are cut: one wild number must not outweigh everything else. */
const largest = 4

/** Bins of a column with many values. */
const bins = 10

/** Learns the scale from the values that are not NaN. */
export function fitScale(values: readonly number[]): NumberScale {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)
  if (known.length === 0) return { mean: 0, deviation: 1, edges: [] }
  const mean = known.reduce((sum, value) => sum + value / known.length, 0)
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2 / known.length, 0)
  const quantile = (share: number) => known[Math.min(known.length - 1, Math.floor(share * known.length))] as number
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantile((i + 1) / bins))
  const last = known.at(-1) as number
  const distinct = [...new Set(edges)].filter((edge) => edge < last)
  return { mean, deviation: variance > 0 && Number.isFinite(variance) ? Math.sqrt(variance) : 1, edges: distinct }
}

/** The standardised value, between -4 and 4. */
export const standardise = (scale: NumberScale, value: number): number =>
  Math.max(-largest, Math.min(largest, (value - scale.mean) / scale.deviation))

/** Number of the bin, from 0 to the number of edges. */
export function binOf(scale: NumberScale, value: number): number {
  const found = scale.edges.findIndex((edge) => value <= edge)
  return found < 0 ? scale.edges.length : found
}
