/** How neighbours vote: the nearest few, weighted by similarity; both numbers are chosen by leaving rows out in turn. */
import type { Neighbour } from "./neighbours.ts"

/** `count` neighbours vote, each with weight exp(sharpness·(similarity − nearest similarity)). */
export interface VoteRule {
  readonly count: number
  readonly sharpness: number
}

export const voteRules: readonly VoteRule[] = [1, 3, 5, 10, 20, 40].flatMap((count) =>
  [5, 10, 20, 40].map((sharpness) => ({ count, sharpness })),
)

/** Neighbours that the largest rule looks at. */
export const mostVoters = 40

/** Weight of the prior against the nearest neighbour's vote: keeps every probability above zero. */
const priorWeight = 0.1

/** Probabilities of the classes, into `out`. */
export function vote(
  neighbours: readonly Neighbour[],
  labels: Int32Array,
  priors: Float64Array,
  rule: VoteRule,
  out: Float64Array,
): void {
  const nearest = neighbours[0]?.similarity ?? 0
  let total = priorWeight
  for (let k = 0; k < out.length; k++) out[k] = priorWeight * (priors[k] as number)
  for (const { row, similarity } of neighbours.slice(0, rule.count)) {
    const weight = Math.exp(rule.sharpness * (similarity - nearest))
    const label = labels[row] as number
    out[label] = (out[label] as number) + weight
    total += weight
  }
  for (let k = 0; k < out.length; k++) out[k] = (out[k] as number) / total
}

/** The rule with the lowest logarithmic loss on rows whose neighbours (themselves left out) are given. */
export function chooseRule(
  rows: readonly number[],
  neighboursOf: readonly (readonly Neighbour[])[],
  labels: Int32Array,
  priors: Float64Array,
): VoteRule {
  const out = new Float64Array(priors.length)
  let best: VoteRule = { count: 10, sharpness: 20 }
  let bestLoss = Infinity
  for (const rule of rows.length === 0 ? [] : voteRules) {
    let loss = 0
    rows.forEach((row, i) => {
      vote(neighboursOf[i] as readonly Neighbour[], labels, priors, rule, out)
      loss -= Math.log(out[labels[row] as number] as number)
    })
    if (loss >= bestLoss) continue
    best = rule
    bestLoss = loss
  }
  return best
}
