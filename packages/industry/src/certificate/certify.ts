/**
 * Certifies the best plan that the certify rows support. Fixed-sequence testing (Learn then Test, Angelopoulos et al.
 * 2021): candidates are tested one after another, each end to end with an exact binomial test at the same delta, until
 * the first failure. Whatever the truth, the chance that any candidate below the target passes is at most delta.
 */
import { createHash } from "node:crypto"
import { binomialTail, clopperPearsonInterval, clopperPearsonLower, groupHash } from "@daydream/engine/evaluation"
import type { CertifiedMetric, SplitFacts } from "@daydream/engine/evaluation"
import type { Example, Signature } from "@daydream/engine/function"
import { scoreCandidate } from "../cascade/index.ts"
import type { Candidate, MeasuredRows, Proposal } from "../cascade/index.ts"
import { assumptionsFor } from "./assumptions.ts"
import type { Certificate, Refusal, TestedCandidate } from "./certificate.ts"
import { refuse } from "./refuse.ts"
import { orderSequence } from "./sequence.ts"

export interface CertifyOptions {
  /** Candidates with their scores on choose, made for this `deltaSpent` (see `proposeThresholds`). */
  readonly proposals: readonly Proposal[]
  readonly metric: CertifiedMetric
  readonly target: number
  readonly delta: number
  /** From the ledger: what this attempt may spend, and its number. */
  readonly deltaSpent: number
  readonly attempt: number
  /** From the ledger: what the next attempt on these rows may spend; used to count missing labels. */
  readonly deltaNext: number
  /** The certify part: one row a group, never used for fitting or choosing. */
  readonly examples: readonly Example[]
  readonly signature: Signature
  /**
   * Rungs' outcomes on the certify rows, for this candidate at least (by position in `examples`). Called only for
   * candidates whose turn has come, so that dear rungs run on no more rows than needed.
   */
  readonly measure: (candidate: Candidate) => MeasuredRows | Promise<MeasuredRows>
  readonly split?: SplitFacts
  readonly seed: number
  readonly createdAt: string
  readonly madeBy: string
}

/** @returns a certificate for the preferred candidate among those that passed, or a refusal. */
export async function certify(options: CertifyOptions): Promise<Certificate | Refusal> {
  const sequence: TestedCandidate[] = []
  let failed = options.examples.length === 0
  for (const proposal of orderSequence(options.proposals)) {
    const tested = failed ? untested(proposal) : await test(proposal, options)
    failed ||= tested.result === "failed"
    sequence.push(tested)
  }
  const hashes = options.examples.map((example) => groupHash(example.input, options.signature)).toSorted()
  const verdict = {
    version: 1 as const,
    metric: options.metric,
    target: options.target,
    delta: options.delta,
    deltaSpent: options.deltaSpent,
    attempt: options.attempt,
    sequence,
    certifyHashes: hashes,
    certifyDigest: createHash("sha256").update(hashes.join("\n")).digest("hex"),
    ...(options.split === undefined ? {} : { split: options.split }),
    seed: options.seed,
    createdAt: options.createdAt,
    madeBy: options.madeBy,
  }
  const assumptions = assumptionsFor(options)
  const shipped = sequence.findLast((tested) => tested.result === "passed")
  if (!shipped) return { ...verdict, assumptions, ...refuse(sequence, options) }
  const { candidate, rows, trials, successes, bound, answered, escalated, costPerThousand } = shipped
  const interval = clopperPearsonInterval({ successes: answered, trials: rows, delta: options.delta })
  return {
    kind: "certificate",
    ...verdict,
    candidate,
    rows,
    trials,
    successes,
    estimate: successes / trials,
    bound,
    interval: clopperPearsonInterval({ successes, trials, delta: options.delta }),
    coverage: { answered, rows, share: answered / rows, interval },
    escalatedShare: escalated / rows,
    costPerThousand,
    assumptions,
  }
}

async function test(proposal: Proposal, options: CertifyOptions): Promise<TestedCandidate> {
  const { metric, target, deltaSpent } = options
  const score = scoreCandidate(proposal.candidate, await options.measure(proposal.candidate), metric)
  const pValue = binomialTail({ ...score, probability: target })
  return {
    ...untested(proposal),
    result: score.trials > 0 && pValue <= deltaSpent ? "passed" : "failed",
    rows: score.rows,
    trials: score.trials,
    successes: score.successes,
    answered: score.answered,
    escalated: score.escalated,
    bound: clopperPearsonLower({ ...score, delta: deltaSpent }),
    pValue,
  }
}

function untested({ candidate, score, power }: Proposal): TestedCandidate {
  const { successes, trials, rows, answered, cost } = score
  return {
    candidate,
    choose: { successes, trials, coverage: rows === 0 ? 0 : answered / rows },
    predictedPower: power,
    costPerThousand: String(rows === 0 ? 0n : (cost * 1000n + BigInt(rows) - 1n) / BigInt(rows)),
    result: "not-tested",
    rows: 0,
    trials: 0,
    successes: 0,
    answered: 0,
    escalated: 0,
    bound: 0,
    pValue: 1,
  }
}
