/** Why nothing could be promised, and what would help. */
import { certifyingPower, labelsNeeded, trialsNeeded } from "@daydream/engine/evaluation"
import type { Refusal, TestedCandidate } from "./certificate.ts"
import type { CertifyOptions } from "./certify.ts"
import type { Candidate, Proposal } from "../cascade/index.ts"

type Reasons = Pick<
  Refusal,
  "kind" | "reason" | "certifyRows" | "best" | "certifyRowsMissing" | "labelsMissing" | "fewestRows" | "reachableTarget"
>

const wantedPower = 0.8

/**
 * Plans that answer fewer rows than this are not what somebody who asked for automation is told to label for; where no
 * other could ever pass, those that answer fewer are named too, but never less than the second share.
 */
const smallestCoverages = [0.5, 0.2]

interface Prospect {
  readonly candidate: Candidate
  readonly successes: number
  readonly trials: number
  readonly estimate: number
  readonly coverage: number
  /** Trials a row. */
  readonly trialShare: number
  readonly rowsNeeded: number | null
}

/** The facts of a refusal. Choose and, where it was tested, certify are pooled, so that a lucky choose promises less. */
export function refuse(sequence: readonly TestedCandidate[], options: CertifyOptions): Reasons {
  const { target, deltaSpent, deltaNext, examples, split } = options
  const rows = examples.length
  const best = bestProspect(options.proposals.map((proposal) => prospectOf(proposal, sequence, options)))
  const fewestRows = trialsNeeded({ target, delta: deltaSpent, errors: 0 })
  const shared = { kind: "refusal" as const, certifyRows: rows, fewestRows }
  if (!best) {
    return { ...shared, reason: "nothing-to-test", best: null, certifyRowsMissing: null, labelsMissing: null, reachableTarget: null }
  }
  const { candidate, successes, trials, estimate, coverage } = best
  const missing = best.rowsNeeded === null ? null : Math.max(1, best.rowsNeeded - rows)
  const share = split ? split.certifyRows / Math.max(1, split.rows) : 1
  return {
    ...shared,
    reason: missing === null ? "target-out-of-reach" : "too-few-labels",
    best: { name: candidate.name, candidate, successes, trials, estimate, coverage },
    certifyRowsMissing: missing,
    labelsMissing: missing === null || share === 0 ? missing : Math.ceil(missing / share),
    reachableTarget: reachable(best, { rows, delta: deltaNext }),
  }
}

function bestProspect(prospects: readonly Prospect[]): Prospect | undefined {
  const bests = smallestCoverages.map((smallest) =>
    prospects.filter(({ coverage }) => coverage >= smallest).toSorted(
      (a, b) => (a.rowsNeeded ?? Infinity) - (b.rowsNeeded ?? Infinity) || b.estimate - a.estimate,
    )[0])
  return bests.find((best) => best !== undefined && best.rowsNeeded !== null) ?? bests.find((best) => best !== undefined)
}

function prospectOf(proposal: Proposal, sequence: readonly TestedCandidate[], options: CertifyOptions): Prospect {
  const { score, candidate } = proposal
  const tested = sequence.find((entry) => entry.candidate.name === candidate.name)
  const successes = score.successes + (tested?.successes ?? 0)
  const trials = score.trials + (tested?.trials ?? 0)
  const rows = score.rows + (tested?.rows ?? 0)
  const answered = score.answered + (tested?.answered ?? 0)
  const estimate = (successes + 0.5) / (trials + 1)
  const trialShare = rows === 0 ? 0 : trials / rows
  // Few rows pull the estimate below a high target even without an error: then what was seen is taken at its word.
  const expectedAccuracy = estimate > options.target || trials === 0 ? estimate : successes / trials
  const needed = labelsNeeded({ target: options.target, delta: options.deltaNext, expectedAccuracy, power: wantedPower })
  const rowsNeeded = needed === null || trialShare === 0 ? null : Math.ceil(needed / trialShare)
  return { candidate, successes, trials, estimate, coverage: rows === 0 ? 0 : answered / rows, trialShare, rowsNeeded }
}

/** Largest target in steps of a thousandth that passes with the wanted power on as many rows as there are. */
function reachable(best: Prospect, options: { readonly rows: number; readonly delta: number }): number | null {
  const trials = Math.round(best.trialShare * options.rows)
  if (trials === 0) return null
  for (let thousandths = Math.floor(best.estimate * 1000); thousandths >= 500; thousandths--) {
    const target = Math.min(thousandths / 1000, 0.999)
    if (certifyingPower({ target, delta: options.delta, trials, accuracy: best.estimate }) >= wantedPower) return target
  }
  return null
}
