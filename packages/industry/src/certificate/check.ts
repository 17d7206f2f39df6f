/**
 * Does the promise still hold? Evidence that may be looked at after every batch of labels, as often as one likes.
 *
 * Two bets run side by side: one that the quality is above the target, one that it is below. Each is a mixture of
 * likelihood ratios against the target (Robbins 1970; Beta(½, ½) cut off at the target), so under the hypothesis that
 * it speaks against its capital exceeds 1 / delta ever with probability at most delta (Ville). For yes-or-no values the
 * capital depends on the counts alone: the state of a check is a few numbers and the hashes of the rows counted.
 */
import { incompleteBeta, logBeta, trialOf } from "@daydream/engine/evaluation"
import type { CertifiedMetric, Interval, Judged } from "@daydream/engine/evaluation"
import type { Localized } from "@daydream/engine/language"
import type { Certificate } from "./certificate.ts"
import { checkText } from "./check-text.ts"
import { errors } from "./errors.ts"

/** `holds`: quality at or above the target; `broken`: below; `undecided`: the rows do not tell yet. */
export type CheckVerdict = "holds" | "broken" | "undecided"

/** What a check remembers between calls. Plain JSON. */
export interface CheckState {
  readonly version: 1
  /** Of the certificate, so that states of two promises are never mixed. */
  readonly promise: string
  readonly trials: number
  readonly successes: number
  readonly rows: number
  readonly answered: number
  /** Group hashes of rows counted. */
  readonly counted: readonly string[]
  /**
   * The first verdict stands, as the guarantee is for the whole course of the check; only `holds` gives way to `broken`,
   * since quality may have fallen since.
   */
  readonly decided?: { readonly verdict: CheckVerdict; readonly trials: number }
}

/** One labelled row, in random order. */
export interface CheckRow {
  /** `groupHash` of the input. */
  readonly hash: string
  readonly label: string
  readonly outcome: Judged
}

export interface CheckOptions {
  readonly certificate: Certificate
  readonly rows: readonly CheckRow[]
  /** From an earlier call. */
  readonly state?: CheckState
  /** Hashes of rows that the plan was fitted or chosen with; they are not fresh and not counted. */
  readonly knownHashes?: ReadonlySet<string>
  /** Default: that of the certificate. */
  readonly delta?: number
}

export interface CheckResult {
  readonly verdict: CheckVerdict
  readonly metric: CertifiedMetric
  readonly target: number
  readonly delta: number
  readonly rows: number
  readonly trials: number
  readonly successes: number
  readonly estimate: number | null
  /** Holds the truth at all times of the check at once, with probability at least 1 − delta. */
  readonly interval: Interval
  /** Share of rows answered. */
  readonly coverage: number | null
  /** Rows of this call not counted: seen in this check before, or not fresh. */
  readonly notCounted: { readonly repeated: number; readonly notFresh: number }
  /** About how many further rows would decide, if the quality is as it seems; null where none would, 0 where decided. */
  readonly rowsNeeded: number | null
  readonly text: Localized
  readonly state: CheckState
}

/** Counts fresh rows and says what is known. Rows must be labelled without looking at the plan's answers, in random order. */
export function checkPlan(options: CheckOptions): CheckResult {
  const { certificate, knownHashes, delta = certificate.delta } = options
  const { metric, target } = certificate
  const promise = promiseOf(certificate)
  if (options.state && options.state.promise !== promise) {
    throw errors.check_of_another_promise({ expected: promise, found: options.state.promise })
  }
  const counted = new Set(options.state?.counted)
  const stale = new Set(certificate.certifyHashes)
  const notCounted = { repeated: 0, notFresh: 0 }
  let { trials, successes, rows, answered } = options.state ?? { trials: 0, successes: 0, rows: 0, answered: 0 }
  let decided = options.state?.decided
  for (const row of options.rows) {
    if (counted.has(row.hash)) notCounted.repeated += 1
    else if (stale.has(row.hash) || knownHashes?.has(row.hash)) notCounted.notFresh += 1
    else {
      counted.add(row.hash)
      rows += 1
      answered += Number(row.outcome.status === "answered")
      const trial = trialOf(metric, row.label, row.outcome)
      if (trial === null) continue
      trials += 1
      successes += Number(trial)
      const verdict = decided?.verdict === "broken" ? "undecided" : judge({ trials, successes, target, delta })
      if (verdict !== "undecided" && verdict !== decided?.verdict) decided = { verdict, trials }
    }
  }
  const state: CheckState = {
    version: 1, promise, trials, successes, rows, answered, counted: [...counted], ...(decided ? { decided } : {}),
  }
  const more = decided ? 0 : trialsToDecide({ trials, successes, target, delta })
  const result = {
    verdict: decided?.verdict ?? ("undecided" as const),
    metric, target, delta, rows, trials, successes,
    estimate: trials === 0 ? null : successes / trials,
    interval: mixtureInterval({ trials, successes, delta }),
    coverage: rows === 0 ? null : answered / rows,
    notCounted,
    rowsNeeded: more === null ? null : Math.ceil(more * (trials === 0 ? 1 : rows / trials)),
    state,
  }
  return { ...result, text: { en: checkText(result, "en"), zh: checkText(result, "zh") } }
}

const promiseOf = (certificate: Certificate): string =>
  `${JSON.stringify(certificate.metric)} ≥ ${certificate.target}, ${certificate.certifyDigest.slice(0, 12)}`

interface Bet {
  readonly trials: number
  readonly successes: number
  readonly target: number
  readonly delta: number
}

/** Log capital of the bet that the quality is above (or below) the target. */
export function logEvidence(bet: Omit<Bet, "delta">, side: "above" | "below"): number {
  const { trials, successes, target } = bet
  const failures = trials - successes
  const tail = (a: number, b: number) => (side === "above" ? incompleteBeta(1 - target, b, a) : incompleteBeta(target, a, b))
  return (
    logBeta(0.5 + successes, 0.5 + failures) +
    Math.log(tail(0.5 + successes, 0.5 + failures)) -
    logBeta(0.5, 0.5) -
    Math.log(tail(0.5, 0.5)) -
    successes * Math.log(target) -
    failures * Math.log1p(-target)
  )
}

function judge(bet: Bet): CheckVerdict {
  const limit = Math.log(1 / bet.delta)
  if (logEvidence(bet, "above") >= limit) return "holds"
  return logEvidence(bet, "below") >= limit ? "broken" : "undecided"
}

/** Further trials after which the evidence would suffice if the share of successes stayed; null beyond a million. */
function trialsToDecide(bet: Bet): number | null {
  const share = bet.trials === 0 ? 1 : (bet.successes + 0.5) / (bet.trials + 1)
  const decides = (more: number) => {
    const trials = bet.trials + more
    return judge({ ...bet, trials, successes: bet.successes + share * more }) !== "undecided"
  }
  let high = 1
  while (!decides(high)) {
    high *= 2
    if (high > 1e6) return null
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (decides(middle)) high = middle
    else low = middle
  }
  return high
}

/** All means against which the whole mixture has not grown to 1 / delta. */
export function mixtureInterval(options: { readonly trials: number; readonly successes: number; readonly delta: number }): Interval {
  const { trials, successes, delta } = options
  if (trials === 0) return { low: 0, high: 1 }
  const failures = trials - successes
  const limit = Math.log(1 / delta)
  const mixture = logBeta(0.5 + successes, 0.5 + failures) - logBeta(0.5, 0.5)
  const excluded = (mean: number) => {
    const likelihood = (successes > 0 ? successes * Math.log(mean) : 0) + (failures > 0 ? failures * Math.log1p(-mean) : 0)
    return mixture - likelihood >= limit
  }
  const centre = successes / trials
  const edge = (outside: number) => {
    if (!excluded(outside)) return outside
    let [far, near] = [outside, centre]
    for (let i = 0; i < 60; i++) {
      const middle = (far + near) / 2
      if (excluded(middle)) far = middle
      else near = middle
    }
    return far
  }
  return { low: edge(0), high: edge(1) }
}
