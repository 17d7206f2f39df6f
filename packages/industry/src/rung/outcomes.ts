/** Makes outcomes from class scores. */
import type { Outcome, RowFault } from "@daydream/engine/function"
import { operationUsage, priceOf } from "@daydream/engine/money"
import type { PriceList, Usage } from "@daydream/engine/money"

/** Number of the highest score; the first of equals. */
export function bestOf(scores: Float64Array): number {
  let best = 0
  for (let k = 1; k < scores.length; k++) if ((scores[k] as number) > (scores[best] as number)) best = k
  return best
}

/** What the outcomes of one variant share. */
export interface OutcomeMaker {
  readonly by: string
  readonly classes: readonly string[]
  readonly prices: PriceList
}

/** The outcome of a row with these class scores, which sum to 1. */
export function answered(maker: OutcomeMaker, key: string, scores: Float64Array, usage: Usage): Outcome {
  const best = bestOf(scores)
  return {
    key,
    status: "answered",
    output: maker.classes[best] as string,
    scores,
    confidence: Math.min(1, scores[best] as number),
    by: maker.by,
    usage,
    cost: priceOf(usage, maker.prices),
  }
}

/** The outcome of a row that could not be answered. */
export function failed(maker: OutcomeMaker, key: string, fault: RowFault): Outcome {
  const usage = operationUsage(0)
  return {
    key, status: "failed", output: null, scores: new Float64Array(0), confidence: 0, by: maker.by, usage, cost: 0n, fault,
  }
}
