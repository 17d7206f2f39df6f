/** A variant that marks rows unlike anything seen instead of forcing a class on them. */
import type { Explanation, KeyedRow, Outcome, RunOptions, Variant, VariantFiles } from "@daydream/engine/function"
import { noUsage, priceOf } from "@daydream/engine/money"
import type { PriceList, Usage } from "@daydream/engine/money"
import { addUsage } from "./candidate.ts"
import { formatVersion, jsonFile, nest } from "./files.ts"
import type { NoveltyScorer } from "./novelty.ts"
import { explainBy, runWithRows } from "./variants.ts"

export interface OtherOptions {
  readonly inner: Variant
  readonly novelty: NoveltyScorer
  /** Rows with a higher novelty score get status "other"; the best guess stays in `output`. */
  readonly threshold: number
  /** Share of known rows called other by mistake that the threshold was chosen for. */
  readonly falseAlarm: number
  /** Telling strangers is work too: it is added to each outcome's usage and cost. */
  readonly prices: PriceList
}

export class OtherVariant implements Variant {
  readonly kind = "other"
  readonly holdsTrainingText: boolean
  readonly options: OtherOptions

  constructor(options: OtherOptions) {
    this.options = options
    this.holdsTrainingText = options.inner.holdsTrainingText || options.novelty.holdsTrainingText
  }

  async *run(batches: AsyncIterable<readonly KeyedRow[]>, options?: RunOptions): AsyncIterable<Outcome[]> {
    for await (const { rows, outcomes } of runWithRows(this.options.inner, batches, options)) {
      const { scores, usage } = await this.options.novelty.score(rows, outcomes, options)
      yield outcomes.map((outcome, i) => this.judge(outcome, scores[i] as number, usage[i] ?? noUsage))
    }
  }

  private judge(outcome: Outcome, novelty: number, used: Usage): Outcome {
    const usage = addUsage(outcome.usage, used)
    const paid = { ...outcome, usage, cost: outcome.cost + priceOf(used, this.options.prices) }
    return outcome.status !== "failed" && novelty > this.options.threshold ? { ...paid, status: "other" } : paid
  }

  save(): VariantFiles {
    const { threshold, falseAlarm, novelty, inner } = this.options
    // JSON has no infinity: null stands for "never".
    const stored = Number.isFinite(threshold) ? threshold : null
    return {
      "variant.json": jsonFile({ kind: this.kind, formatVersion, threshold: stored, falseAlarm }),
      ...nest("novelty", novelty.save()),
      ...nest("inner", inner.save()),
    }
  }

  explain(row: KeyedRow): Promise<Explanation> {
    return explainBy(this.options.inner, row)
  }
}
