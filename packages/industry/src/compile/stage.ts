/** One look at the certify rows: proposes candidates on the choose rows and certifies them in a fixed sequence. */
import { createHash } from "node:crypto"
import { groupHash, type SplitFacts } from "@daydream/engine/evaluation"
import type { Example } from "@daydream/engine/function"
import { propose, proposeThresholds, type Candidate, type MeasuredRows, type Proposal } from "../cascade/index.ts"
import { certify, type Certificate, type CertifyOptions, type DeltaLedger, type Refusal } from "../certificate/index.ts"
import type { Task } from "../rung/index.ts"
import { certifySampleSize, createCertifyMeasurer, RungUnaffordable, type CertifyRows } from "./certify-rows.ts"
import { chooseRows } from "./choose-rows.ts"
import type { FittedRung } from "./climb.ts"
import type { CompileOptions } from "./options.ts"
import type { Strangers } from "./strangers.ts"
import { madeBy } from "./version.ts"

/** The parts of the examples that are judged with. */
export interface Judges {
  readonly choose: readonly Example[]
  readonly certify: readonly Example[]
  readonly facts: SplitFacts
}

export interface StageResult {
  readonly verdict: Certificate | Refusal
  readonly proposals: readonly Proposal[]
  /** What the rungs gave on the choose rows. */
  readonly measured: MeasuredRows
  /** Wall time a row, whatever the candidate: telling strangers. */
  readonly overheadMilliseconds: number
}

export interface StageInput {
  readonly task: Task
  readonly judges: Judges
  /** Cheapest first. */
  readonly fitted: readonly FittedRung[]
  readonly strangers: Strangers | undefined
  readonly ledger: DeltaLedger
  /** Hash of everything that determines the result. */
  readonly specHash: string
  readonly options: CompileOptions
}

/** Certifies what was climbed so far. */
export async function certifyStage(input: StageInput): Promise<StageResult> {
  const { task, judges, fitted, ledger, options } = input
  const { certify: examples } = judges
  const createdAt = new Date(options.now()).toISOString()
  const rungNames = fitted.map(({ rung }) => rung.name)
  const spend = await ledger.begin({
    specHash: createHash("sha256").update(JSON.stringify([input.specHash, rungNames])).digest("hex"),
    rowHashes: examples.map((example) => groupHash(example.input, task.signature)),
    delta: options.delta,
    createdAt,
  })
  const measured = chooseRows(fitted, judges.choose, task, options.prices, input.strangers)
  const goal = { metric: options.metric, target: options.target, delta: spend.deltaSpent, certifyRows: examples.length, measured }
  const rows: CertifyRows = {
    examples,
    classes: task.signature.output.classes,
    rungs: new Map(fitted.map((one) => [one.rung.name, one])),
    strangers: input.strangers,
    options,
  }
  const sizes = new Map<string, number>()
  const proposals = proposeThresholds({ ...goal, rungs: rungNames, allowReview: options.abstain }).map(({ candidate, score }) => {
    const size = certifySampleSize(candidate, score.rows === 0 ? 1 : score.escalated / score.rows, rows)
    sizes.set(candidate.name, size)
    return propose(candidate, { ...goal, certifyRows: size })
  })
  options.onEvent?.({ type: "certify-started", candidates: proposals.length, rows: examples.length })
  const verdict = await certifyAffordable(proposals, {
    metric: options.metric,
    target: options.target,
    delta: options.delta,
    deltaSpent: spend.deltaSpent,
    attempt: spend.attempt,
    deltaNext: spend.deltaNext,
    examples,
    signature: task.signature,
    measure: createCertifyMeasurer(rows, sizes),
    split: judges.facts,
    seed: options.seed,
    createdAt,
    madeBy,
  })
  options.onEvent?.({ type: "certify-done", isCertified: verdict.kind === "certificate" })
  return { verdict, proposals, measured, overheadMilliseconds: input.strangers?.millisecondsPerRow ?? 0 }
}

/**
 * Certifies; candidates that the money left cannot pay for are taken out, and the sequence is tested anew without them.
 * That depends on inputs and prices and on no label, so the promise stands. What was measured is not measured again.
 */
async function certifyAffordable(proposals: readonly Proposal[], options: Omit<CertifyOptions, "proposals">): Promise<Certificate | Refusal> {
  try {
    return await certify({ ...options, proposals })
  } catch (error) {
    if (!(error instanceof RungUnaffordable)) throw error
    return certifyAffordable(proposals.filter(({ candidate }) => !(candidate.rungs as readonly string[]).includes(error.rung)), options)
  }
}

/** True where the plan answers every row that is not a stranger. */
export const answersAll = (candidate: Candidate): boolean => candidate.reviewBelow === undefined
