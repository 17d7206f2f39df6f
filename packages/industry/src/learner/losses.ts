/** Logarithmic losses of logits, judged at the temperature that suits them best. */

/** Temperatures by which logits are divided before they are judged: their scale is mended later by calibration. */
const temperatures = Array.from({ length: 25 }, (_, i) => 2 ** ((i - 16) / 4))

/** Mean of values. */
export const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Logarithmic losses by row at the temperature that makes their mean least. */
export function bestLosses(logits: readonly Float64Array[], labels: readonly number[]): Float64Array {
  let best = new Float64Array(0)
  let bestMean = Infinity
  for (const temperature of temperatures) {
    const losses = Float64Array.from(logits, (row, i) => logLoss(row, labels[i] as number, temperature))
    const average = mean(losses)
    if (average >= bestMean) continue
    best = losses
    bestMean = average
  }
  return best
}

function logLoss(logits: Float64Array, label: number, temperature: number): number {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp((logit - largest) / temperature)
  return Math.log(sum) - ((logits[label] as number) - largest) / temperature
}
