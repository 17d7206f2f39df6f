/** From outcomes on labelled rows to a line of the ladder. */
import type { Example, Outcome } from "@daydream/engine/function"
import { countTrials, evaluate, wilsonInterval } from "@daydream/engine/evaluation"
import type { CertifiedMetric, Count } from "@daydream/engine/evaluation"
import { priceOf, type PriceList, type Usage } from "@daydream/engine/money"
import { sumUsage } from "../cascade/index.ts"
import type { Estimate, Measurement } from "./ladder.ts"

/** Chance that a displayed interval misses. */
const displayDelta = 0.05

const estimateOf = (count: Count): Estimate => {
  const { low, high } = wilsonInterval({ ...count, delta: displayDelta })
  return { value: count.trials === 0 ? 0 : count.successes / count.trials, lower: low, upper: high }
}

export interface MeasureOptions {
  readonly name: string
  readonly classes: readonly string[]
  readonly metric: CertifiedMetric
  readonly seed: number
  readonly prices: PriceList
  /** Work beside that of the outcomes, summed over the rows. */
  readonly overhead?: Usage
  /** Wall time of the run that gave the outcomes, in milliseconds. */
  readonly milliseconds: number
  readonly escalated?: number
  readonly isStoppedEarly?: boolean
}

/** Measures `outcomes` (the first of `examples`, in order) against their labels. */
export function measure(outcomes: readonly Outcome[], examples: readonly Example[], options: MeasureOptions): Measurement {
  const judged = examples.slice(0, outcomes.length)
  const labels = judged.map((example) => example.label)
  const scores = evaluate(outcomes, judged, { classes: options.classes, delta: displayDelta, seed: options.seed })
  const rows = Math.max(1, outcomes.length)
  const count = (metric: CertifiedMetric) => estimateOf(countTrials(metric, labels, outcomes))
  const positive =
    options.metric.name === "accuracy" ? (options.classes.length === 2 ? options.classes[1] : undefined) : options.metric.positive
  return {
    name: options.name,
    rows: outcomes.length,
    quality: count(options.metric),
    accuracy: count({ name: "accuracy" }),
    macroF1: { value: scores.macroF1, lower: scores.macroF1Interval.low, upper: scores.macroF1Interval.high },
    ...(positive === undefined
      ? {}
      : { precision: count({ name: "precision", positive }), recall: count({ name: "recall", positive }) }),
    coverage: scores.coverage,
    ...(options.escalated === undefined ? {} : { escalated: options.escalated }),
    costPerThousand: String(priceOf(usagePerThousand(outcomes, options), options.prices)),
    millisecondsPerRow: options.milliseconds / rows,
    failedRows: scores.failed,
    isStoppedEarly: options.isStoppedEarly ?? false,
  }
}

/** Work for 1,000 rows, priced as a whole: a cheap rung's row costs far less than a nano-unit. */
function usagePerThousand(outcomes: readonly Outcome[], { overhead }: MeasureOptions): Usage {
  const sum = sumUsage([...outcomes.map((outcome) => outcome.usage), ...(overhead === undefined ? [] : [overhead])])
  const scale = 1000 / Math.max(1, outcomes.length)
  return {
    operations: sum.operations * scale,
    tokens: sum.tokens.map((used) => ({
      modelId: used.modelId, inputTokens: used.inputTokens * scale, outputTokens: used.outputTokens * scale,
    })),
  }
}
