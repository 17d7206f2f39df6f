/** Confidences that mean what they say. */

/** Probabilities at another temperature: above 1 flatter, below 1 sharper. Same order, sums to 1. */
export function applyTemperature(scores: ArrayLike<number>, temperature: number): Float64Array {
  const logits = Float64Array.from(scores, (score) => Math.log(Math.max(score, 1e-12)) / temperature)
  const top = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = logits.map((logit) => Math.exp(logit - top))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** A row to calibrate with: class probabilities and the index of the true class. */
export interface ScoredRow {
  readonly scores: ArrayLike<number>
  readonly truth: number
}

/**
 * Temperature that gives the true classes the highest likelihood (Guo et al. 2017), found by golden section over
 * log T in [ln 0.05, ln 20], where the loss has one valley. 1 where there is no row. A pull of one pseudo-row towards
 * T = 1 keeps it finite where every row is right.
 */
export function fitTemperature(rows: readonly ScoredRow[]): number {
  const usable = rows.filter((row) => row.scores.length > 0)
  if (usable.length === 0) return 1
  const loss = (logTemperature: number) => {
    const temperature = Math.exp(logTemperature)
    let sum = logTemperature * logTemperature
    for (const { scores, truth } of usable) sum -= logSoftmaxAt(scores, truth, temperature)
    return sum
  }
  const golden = (Math.sqrt(5) - 1) / 2
  let low = Math.log(0.05)
  let high = Math.log(20)
  let left = high - golden * (high - low)
  let right = low + golden * (high - low)
  let atLeft = loss(left)
  let atRight = loss(right)
  while (high - low > 1e-6) {
    if (atLeft < atRight) {
      high = right
      right = left
      atRight = atLeft
      left = high - golden * (high - low)
      atLeft = loss(left)
    } else {
      low = left
      left = right
      atLeft = atRight
      right = low + golden * (high - low)
      atRight = loss(right)
    }
  }
  return Math.exp((low + high) / 2)
}

function logSoftmaxAt(scores: ArrayLike<number>, index: number, temperature: number): number {
  const log = (i: number) => Math.log(Math.max(scores[i] as number, 1e-12)) / temperature
  let top = -Infinity
  for (let i = 0; i < scores.length; i++) top = Math.max(top, log(i))
  let sum = 0
  for (let i = 0; i < scores.length; i++) sum += Math.exp(log(i) - top)
  return log(index) - top - Math.log(sum)
}

/**
 * Expected calibration error: rows in `bins` of equal width by confidence; the mean distance between confidence and
 * share right, weighted by rows. 0 is perfect.
 */
export function expectedCalibrationError(
  rows: readonly { readonly confidence: number; readonly right: boolean }[],
  bins = 15,
): number {
  const count = new Float64Array(bins)
  const confidence = new Float64Array(bins)
  const right = new Float64Array(bins)
  for (const row of rows) {
    const bin = Math.min(bins - 1, Math.floor(row.confidence * bins))
    count[bin] = (count[bin] as number) + 1
    confidence[bin] = (confidence[bin] as number) + row.confidence
    right[bin] = (right[bin] as number) + Number(row.right)
  }
  let error = 0
  for (let i = 0; i < bins; i++) error += Math.abs((confidence[i] as number) - (right[i] as number))
  return rows.length === 0 ? 0 : error / rows.length
}
