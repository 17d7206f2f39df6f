/** Chooses how neighbours vote by leaving rows out in turn. */
import type { Random } from "@daydream/engine/random"
import { Neighbours, chooseRule, mostVoters } from "../learner/index.ts"
import type { DenseMatrix, Neighbour, Steps, VoteRule } from "../learner/index.ts"

/** Rows left out in turn. */
const triedRows = 400

/** Multiply-adds between two pauses. */
const pauseOperations = 60_000_000

/** The index that is searched. */
export const indexOf = (vectors: DenseMatrix): Neighbours => new Neighbours(vectors)

/** The rule that predicts left-out rows best. */
export function* chooseVoteRule(
  vectors: DenseMatrix,
  labels: Int32Array,
  priors: Float64Array,
  random: Random,
): Steps<VoteRule> {
  const index = indexOf(vectors)
  const count = Math.min(triedRows, vectors.rows)
  const tried =
    count === vectors.rows
      ? Array.from({ length: count }, (_, row) => row)
      : Array.from({ length: count }, () => random.integer(vectors.rows))
  const neighbours: (readonly Neighbour[])[] = []
  let pending = 0
  for (const row of vectors.rows < 2 ? [] : tried) {
    const query = vectors.values.slice(row * vectors.columns, (row + 1) * vectors.columns)
    neighbours.push(index.nearest(query, mostVoters, row))
    pending += index.operations
    if (pending < pauseOperations) continue
    pending = 0
    yield { done: neighbours.length, total: tried.length }
  }
  return chooseRule(vectors.rows < 2 ? [] : tried, neighbours, labels, priors)
}
