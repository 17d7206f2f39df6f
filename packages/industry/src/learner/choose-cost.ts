/** Chooses how strongly a softmax regression is regularised, on rows held out of its training rows. */
import type { Design } from "./matrix.ts"
import { bestLosses, mean } from "./losses.ts"
import { rowsOf, sampleRows } from "./select-rows.ts"
import { fitSoftmax } from "./softmax.ts"
import type { RandomSource } from "./softmax.ts"
import type { Steps } from "./steps.ts"

/** Costs tried; the default is kept unless another is clearly better. */
const costs = [0.1, 1, 10, 100] as const

/** The cost that suits most data; taken unmeasured where there are too few rows to measure. */
export const defaultCost = 10

/** Fewest rows with which measuring means something. */
const fewestRows = 200

/** Rows used at most, and the share of them held out. */
const mostRows = 4000
const heldOut = 0.25

/**
 * The cost with the lowest logarithmic loss on held-out rows, each cost at its best temperature. Another than the
 * default is taken only if it is better by more than one standard error of the difference. Rows of the design beyond
 * `labels` are left out.
 */
export function* chooseCost(
  design: Design,
  labels: Int32Array,
  classes: number,
  random: RandomSource,
): Steps<{ readonly cost: number; readonly operations: number }> {
  const rows = labels.length
  if (rows < fewestRows) return { cost: defaultCost, operations: 0 }
  const order = sampleRows(rows, Math.min(rows, mostRows), random)
  const held = order.slice(0, Math.floor(order.length * heldOut))
  const kept = order.slice(held.length)
  const training = rowsOf(design, kept)
  const trainingLabels = Int32Array.from(kept, (row) => labels[row] as number)
  let operations = 0
  const losses: Float64Array[] = []
  for (const cost of costs) {
    const fit = yield* fitSoftmax(training, trainingLabels, {
      classes, cost, random, tolerance: 0.02, maximumEpochs: 15,
    })
    operations += fit.operations
    const logits = held.map((row) => {
      const out = new Float64Array(classes)
      operations += fit.model.logits(design, row, out)
      return out
    })
    losses.push(bestLosses(logits, held.map((row) => labels[row] as number)))
  }
  return { cost: bestCost(losses), operations }
}

function bestCost(losses: readonly Float64Array[]): number {
  const reference = losses[costs.indexOf(defaultCost)] as Float64Array
  let best: number = defaultCost
  let bestGain = 0
  losses.forEach((candidate, index) => {
    const gains = candidate.map((loss, row) => (reference[row] as number) - loss)
    const gain = mean(gains)
    const deviation = Math.sqrt(mean(gains.map((value) => (value - gain) ** 2)))
    if (gain <= deviation / Math.sqrt(gains.length) || gain <= bestGain) return
    best = costs[index] as number
    bestGain = gain
  })
  return best
}
