/** Bounds for the chance of success behind independent trials, exact unless they say otherwise. */
import { betaQuantile, incompleteBeta, logChoose } from "./beta.ts"

/** What was seen: `successes` of `trials`. */
export interface Count {
  readonly successes: number
  readonly trials: number
}

/** Both ends in [0, 1]. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** P(X ≥ successes) for X binomial with `trials` and `probability`: the exact p-value against "at most `probability`". */
export function binomialTail(options: Count & { readonly probability: number }): number {
  const { successes, trials, probability } = options
  if (successes <= 0) return 1
  if (successes > trials) return 0
  return incompleteBeta(probability, successes, trials - successes + 1)
}

/**
 * Exact lower bound (Clopper and Pearson 1934): with probability at least 1 − delta over the trials, the true chance
 * of success is not below it. 0 where there is no success.
 */
export function clopperPearsonLower(options: Count & { readonly delta: number }): number {
  const { successes, trials, delta } = options
  if (successes <= 0 || trials <= 0) return 0
  return betaQuantile(delta, successes, trials - successes + 1)
}

/** Exact upper bound, one-sided at `delta`. 1 where every trial succeeded. */
export function clopperPearsonUpper(options: Count & { readonly delta: number }): number {
  const { successes, trials, delta } = options
  if (successes >= trials || trials <= 0) return 1
  return betaQuantile(1 - delta, successes + 1, trials - successes)
}

/** Exact two-sided interval: delta / 2 on each side. */
export function clopperPearsonInterval(options: Count & { readonly delta: number }): Interval {
  const side = { ...options, delta: options.delta / 2 }
  return { low: clopperPearsonLower(side), high: clopperPearsonUpper(side) }
}

/** Wilson's interval: short and right on average, not a guarantee. For display only. */
export function wilsonInterval(options: Count & { readonly delta: number }): Interval {
  const { successes, trials, delta } = options
  if (trials <= 0) return { low: 0, high: 1 }
  const z = normalQuantile(1 - delta / 2)
  const share = successes / trials
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials)
  const half = (z / (1 + (z * z) / trials)) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** Quantile of the standard normal: its distribution function (Marsaglia 2004, a series) inverted by bisection. */
function normalQuantile(p: number): number {
  let low = -10
  let high = 10
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (normalDistribution(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function normalDistribution(x: number): number {
  if (x < -8) return 0
  if (x > 8) return 1
  let term = x
  let sum = x
  for (let i = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && i < 1000; i += 2) {
    term *= (x * x) / i
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}

/** P(X ≥ successes) where `trials` are drawn without replacement from `population` of which `good` are successes. */
function hypergeometricTail(options: Count & { readonly population: number; readonly good: number }): number {
  const { successes, trials, population, good } = options
  const most = Math.min(trials, good)
  const least = Math.max(0, trials - (population - good))
  if (successes <= least) return 1
  if (successes > most) return 0
  let term = Math.exp(logChoose(good, successes) + logChoose(population - good, trials - successes) - logChoose(population, trials))
  let sum = 0
  for (let k = successes; k <= most; k++) {
    sum += term
    term *= ((good - k) * (trials - k)) / ((k + 1) * (population - good - trials + k + 1))
  }
  return Math.min(1, sum)
}

/**
 * Exact lower bound for the share of successes in one finite batch of `population` rows, of which `trials` were drawn
 * at random without replacement. It promises nothing about rows outside of that batch.
 */
export function finiteBatchLower(options: Count & { readonly population: number; readonly delta: number }): number {
  const { successes, trials, population, delta } = options
  let low = successes
  let high = population - (trials - successes)
  // The fewest good rows with which seeing this many successes is not rarer than delta; the tail rises with `good`.
  while (low < high) {
    const good = Math.floor((low + high) / 2)
    if (hypergeometricTail({ successes, trials, population, good }) >= delta) high = good
    else low = good + 1
  }
  return low / population
}
