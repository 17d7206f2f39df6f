/** One row's block of the dual problem, solved exactly. See `softmax.ts`. */
import { refineOmega, wrightOmega } from "./omega.ts"

/** Below this, four terms of the series of omega are exact to 3e-5 of a share that is itself small. */
const smallShare = 0.05

/** Moves smaller than this change no weight that matters and are left out. */
const smallestMove = 1e-5

/** How far from 1 the shares may sum; they are scaled to 1 afterwards. Exactly 1 at the optimum, so it biases nothing. */
const sumTolerance = 1e-5

/**
 * Solves α = softmax(s − q(α − α₀)). With cₖ = sₖ + qα₀ₖ every class has qαₖ = ω(cₖ − ν + ln q), ω the Wright omega
 * function, and ν is the root of Σαₖ(ν) = 1. The sum is convex and decreasing in ν: after one step of Newton's method the
 * iterate is left of the root and climbs to it without overshooting. The start, ln Σ exp(sₖ), is the root where α₀ is
 * the prediction already.
 */
export class BlockStep {
  /** Total variation between α before the step and the prediction. */
  distance = 0
  private logSum = 0
  private readonly centres: Float64Array
  private readonly exponentials: Float64Array
  private readonly solution: Float64Array

  constructor(classes: number) {
    this.centres = new Float64Array(classes)
    this.exponentials = new Float64Array(classes)
    this.solution = new Float64Array(classes)
  }

  /**
   * Replaces `alpha` by the solution, and `scores` (logits of the row) by the change of the row's weights,
   * `cost`·(α₀ − α). False where nothing moved; `scores` then holds no change.
   */
  solve(scores: Float32Array, alpha: Float32Array, curvature: number, cost: number): boolean {
    this.measure(scores, alpha)
    if (this.distance < smallestMove) return false
    const sum = this.findRoot(scores, alpha, curvature)
    const { solution } = this
    for (let k = 0; k < alpha.length; k++) {
      const share = Math.fround((solution[k] as number) / sum)
      scores[k] = cost * ((alpha[k] as number) - share)
      alpha[k] = share
    }
    return true
  }

  /** Half the sum of |softmax(scores) − alpha|, and ln Σ exp(scores). */
  private measure(scores: Float32Array, alpha: Float32Array): void {
    const work = this.exponentials
    const classes = alpha.length
    let largest = -Infinity
    for (let k = 0; k < classes; k++) if ((scores[k] as number) > largest) largest = scores[k] as number
    let sum = 0
    for (let k = 0; k < classes; k++) sum += work[k] = Math.exp((scores[k] as number) - largest)
    let distance = 0
    for (let k = 0; k < classes; k++) distance += Math.abs((work[k] as number) / sum - (alpha[k] as number))
    this.distance = distance / 2
    this.logSum = largest + Math.log(sum)
  }

  /** Leaves the shares in `solution`; gives their sum. */
  private findRoot(scores: Float32Array, alpha: Float32Array, curvature: number): number {
    const { centres, exponentials, solution } = this
    const classes = alpha.length
    let largest = -Infinity
    for (let k = 0; k < classes; k++) {
      const centre = (scores[k] as number) + curvature * (alpha[k] as number)
      centres[k] = centre
      if (centre > largest) largest = centre
    }
    for (let k = 0; k < classes; k++) exponentials[k] = Math.exp((centres[k] as number) - largest)
    const logCurvature = Math.log(curvature)
    // At this ν the largest class alone has α = 1, so the sum is at least 1: never right of the root.
    const leftmost = largest - curvature
    let root = Math.max(this.logSum, leftmost)
    for (let iteration = 0; ; iteration++) {
      const factor = Math.exp(largest - root)
      let sum = 0
      let slope = 0
      for (let k = 0; k < classes; k++) {
        const first = (exponentials[k] as number) * factor
        const qFirst = curvature * first
        let share: number
        if (qFirst < smallShare) {
          share = first * (1 - qFirst * (1 - qFirst * (1.5 - (8 / 3) * qFirst)))
        } else {
          const z = (centres[k] as number) - root + logCurvature
          const guess = curvature * (solution[k] as number)
          share = (iteration > 0 && guess > smallShare / 2 ? refineOmega(z, guess) : wrightOmega(z)) / curvature
        }
        solution[k] = share
        sum += share
        slope += share / (1 + curvature * share)
      }
      if (Math.abs(sum - 1) < sumTolerance || iteration === 50) return sum
      root = Math.max(root + (sum - 1) / slope, leftmost)
    }
  }
}
