/** Candidates: ways of combining measured rungs. Plain data; what they do with a row is the pure function `decide`. */
import type { Outcome } from "@daydream/engine/function"
import type { TokenUsage, Usage } from "@daydream/engine/money"

/** For two classes: `positive` is said where its probability reaches `threshold`. */
export interface Decision {
  readonly positive: string
  readonly threshold: number
}

/** One way of answering rows with one rung, or with a cheap one (proxy) and a dear one (oracle). */
export interface Candidate {
  /** For people; unique within one compilation. */
  readonly name: string
  readonly kind: "rung" | "cascade" | "abstaining"
  /** Name of the one rung, or proxy then oracle. */
  readonly rungs: readonly [string] | readonly [string, string]
  /** With two rungs: the proxy's answer stands at this confidence or above; else the oracle answers. */
  readonly escalateBelow?: number
  /** Answers with less confidence than this are left to people. */
  readonly reviewBelow?: number
  readonly decision?: Decision
}

/** The parts that a candidate's rules need: classes in the order of the scores. */
export interface DecideOptions {
  readonly classes: readonly string[]
}

/** Moves the border between two classes: output and confidence follow the decision's threshold. */
export function applyDecision(outcome: Outcome, decision: Decision, options: DecideOptions): Outcome {
  const index = options.classes.indexOf(decision.positive)
  const probability = outcome.scores[index]
  if (outcome.status !== "answered" || probability === undefined || options.classes.length !== 2) return outcome
  const positive = probability >= decision.threshold
  const output = positive ? decision.positive : (options.classes[1 - index] as string)
  return { ...outcome, output, confidence: positive ? probability : 1 - probability }
}

/** Leaves an unsure answer to people. */
export const applyReview = (outcome: Outcome, reviewBelow: number): Outcome =>
  outcome.status === "answered" && outcome.confidence < reviewBelow ? { ...outcome, status: "review" } : outcome

/** Must the oracle be asked? Also where the proxy failed, or left the row open. */
export const mustEscalate = (proxy: Outcome, escalateBelow: number): boolean =>
  proxy.status !== "answered" || proxy.confidence < escalateBelow

/** The oracle's outcome, paid for together with the proxy's. */
export function mergeEscalated(proxy: Outcome, oracle: Outcome): Outcome {
  return { ...oracle, key: proxy.key, usage: addUsage(proxy.usage, oracle.usage), cost: proxy.cost + oracle.cost }
}

/** The sum of two counts of work; tokens by model. */
export function addUsage(a: Usage, b: Usage): Usage {
  if (a.tokens.length === 0 || b.tokens.length === 0) {
    return { operations: a.operations + b.operations, tokens: a.tokens.length === 0 ? b.tokens : a.tokens }
  }
  const tokens = new Map<string, TokenUsage>()
  for (const use of [...a.tokens, ...b.tokens]) {
    const held = tokens.get(use.modelId)
    tokens.set(use.modelId, {
      modelId: use.modelId,
      inputTokens: use.inputTokens + (held?.inputTokens ?? 0),
      outputTokens: use.outputTokens + (held?.outputTokens ?? 0),
    })
  }
  return { operations: a.operations + b.operations, tokens: [...tokens.values()] }
}

/** What a candidate makes of one row, and whether the oracle was asked. `oracle` is read only where it is needed. */
export function decide(
  candidate: Candidate,
  first: Outcome,
  oracle: () => Outcome,
  options: DecideOptions,
): { readonly outcome: Outcome; readonly escalated: boolean } {
  const escalated = candidate.escalateBelow !== undefined && mustEscalate(first, candidate.escalateBelow)
  let outcome = escalated ? mergeEscalated(first, oracle()) : first
  if (candidate.decision) outcome = applyDecision(outcome, candidate.decision, options)
  if (candidate.reviewBelow !== undefined) outcome = applyReview(outcome, candidate.reviewBelow)
  return { outcome, escalated }
}
