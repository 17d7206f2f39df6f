/** The fixed sequence: in which order candidates are tested, and which of those that passed is shipped. */
import type { Proposal } from "../cascade/index.ts"

/** A later candidate joins the sequence only if it raises the chance of a certificate by this much. */
const worthwhileGain = 0.02

/** Chances below this are not worth a line in the certificate. */
const hopeless = 0.01

const isFull = (proposal: Proposal): boolean => proposal.candidate.reviewBelow === undefined

const coverageOf = (proposal: Proposal): number =>
  proposal.score.rows === 0 ? 0 : proposal.score.answered / proposal.score.rows

const costOf = (proposal: Proposal): number => (proposal.score.rows === 0 ? 0 : Number(proposal.score.cost) / proposal.score.rows)

// Choose is too small to tell recalls apart that differ by less than two points: those count as equal.
const companionOf = (proposal: Proposal): number => Math.round(proposal.companion * 50)

/**
 * Which of two candidates a user would rather have, both passing: full coverage first, then the larger coverage, then
 * the better companion metric, then the cheaper one, then the surer one.
 */
export function preferred(a: Proposal, b: Proposal): number {
  return (
    Number(isFull(b)) - Number(isFull(a)) ||
    coverageOf(b) - coverageOf(a) ||
    companionOf(b) - companionOf(a) ||
    costOf(a) - costOf(b) ||
    b.power - a.power
  )
}

/**
 * Orders candidates for fixed-sequence testing, surest first, from choose alone.
 *
 * Walking from the candidate that one would like best to those that one would like less, a candidate joins only if it
 * is surer by a worthwhile gain: as a fallback, nothing else gives a reason to test it. Tested in reverse, each
 * candidate is preferred to all before it, so the last that passes is shipped, and the surest stand first, so that the
 * sequence seldom breaks before it reaches a candidate that deserves to pass.
 */
export function orderSequence(proposals: readonly Proposal[]): Proposal[] {
  const chain: Proposal[] = []
  let surest = -1
  for (const proposal of proposals.toSorted(preferred)) {
    if (proposal.power < hopeless || proposal.power < surest + (chain.length === 0 ? 0 : worthwhileGain)) continue
    chain.push(proposal)
    surest = proposal.power
  }
  if (chain.length === 0) return proposals.toSorted((a, b) => b.power - a.power || preferred(a, b)).slice(0, 1)
  return chain.toReversed()
}
