/**
 * Bounds by betting for the mean of values in [0, 1] (Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS-B 2024). A gambler bets against each candidate mean with a fair game; a mean against
 * which the gambler grows rich is excluded.
 */
import type { Interval } from "./bounds.ts"

/** Largest share of the capital that is staked: the paper's c. */
const truncation = 0.75

/** Running estimates that are known before the next value: the paper's regularised mean and variance. */
function createMoments() {
  let count = 0
  let sum = 0.5
  let squares = 0.25
  return {
    variance: () => squares / (count + 1),
    add(value: number) {
      count += 1
      sum += value
      const mean = sum / (count + 1)
      squares += (value - mean) ** 2
    },
  }
}

/** The largest mean excluded from below: capital falls as the mean rises, so bisection finds the edge. */
function lowestUnrefuted(values: readonly number[], stakes: readonly number[], logLimit: number): number {
  const refuted = (mean: number) => {
    let capital = 0
    for (let i = 0; i < values.length; i++) {
      const stake = Math.min(stakes[i] as number, truncation / mean)
      capital += Math.log1p(stake * ((values[i] as number) - mean))
      if (capital >= logLimit) return true
    }
    return false
  }
  let low = 0
  let high = 1
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (refuted(middle)) low = middle
    else high = middle
  }
  return low
}

/**
 * Lower bound of the mean of independent, identically distributed values in [0, 1] for a sample size fixed beforehand:
 * the truth is below it with probability at most delta.
 */
export function bettingLowerBound(values: readonly number[], options: { readonly delta: number }): number {
  const moments = createMoments()
  const stakes: number[] = []
  for (const value of values) {
    stakes.push(Math.sqrt((2 * Math.log(1 / options.delta)) / (values.length * moments.variance())))
    moments.add(value)
  }
  return lowestUnrefuted(values, stakes, Math.log(1 / options.delta))
}

/** An interval that may be looked at after every value. */
export interface ConfidenceSequence {
  readonly count: number
  /** Takes the next value, in [0, 1]. */
  observe(value: number): void
  /** With probability at least 1 − delta the mean lies inside at all times at once. */
  interval(): Interval
}

/** A confidence sequence by hedged betting; stakes shrink like 1 / √(t log t) so that it may go on for ever. */
export function createConfidenceSequence(options: { readonly delta: number }): ConfidenceSequence {
  const values: number[] = []
  const mirrored: number[] = []
  const stakes: number[] = []
  const moments = createMoments()
  const logLimit = Math.log(2 / options.delta)
  return {
    get count() {
      return values.length
    },
    observe(value) {
      const t = values.length + 1
      stakes.push(Math.sqrt((2 * logLimit) / (t * Math.log(t + 1) * moments.variance())))
      values.push(value)
      mirrored.push(1 - value)
      moments.add(value)
    },
    interval: () => ({
      low: lowestUnrefuted(values, stakes, logLimit),
      high: 1 - lowestUnrefuted(mirrored, stakes, logLimit),
    }),
  }
}

/** A race between two ways of answering the same rows. */
export interface Race {
  readonly rows: number
  /** Takes the next row: was each right? */
  observe(challengerRight: boolean, championRight: boolean): void
  /** `behind`: the challenger's accuracy is lower, `ahead`: higher (each wrong with probability at most delta). */
  verdict(): "ahead" | "behind" | "open"
}

/** Stops dear measurements early: compares row by row, so that rows hard for both do not blur the difference. */
export function createRace(options: { readonly delta: number }): Race {
  const sequence = createConfidenceSequence(options)
  return {
    get rows() {
      return sequence.count
    },
    observe: (challengerRight, championRight) => sequence.observe((1 + Number(challengerRight) - Number(championRight)) / 2),
    verdict() {
      const { low, high } = sequence.interval()
      if (low > 0.5) return "ahead"
      return high < 0.5 ? "behind" : "open"
    },
  }
}
