/** Rows unlike anything seen while fitting: found by their inputs alone, before any rung answers. */
import type { Example, KeyedRow, Outcome, Variant } from "@daydream/engine/function"
import { noUsage, type PriceList, type Usage } from "@daydream/engine/money"
import {
  chooseNoveltyThreshold, fitSimilarityNovelty, fitVocabularyNovelty, OtherVariant, type EmbedRows, type NoveltyScorer,
} from "../cascade/index.ts"
import type { Task } from "../rung/index.ts"

// Share of known rows that may be called strangers by mistake.
const falseAlarm = 0.01

interface JudgedParts {
  readonly fit: readonly Example[]
  readonly choose: readonly Example[]
  readonly certify: readonly Example[]
}

export interface StrangersOptions {
  /** Absent where there is no embedder. */
  readonly embed: EmbedRows | undefined
  readonly prices: PriceList
  /** Milliseconds of a clock. */
  readonly now: () => number
  readonly abortSignal?: AbortSignal
  /** Told where the embedder fails: strangers are then told by their words. */
  readonly onFailure?: (error: unknown) => void
}

/** Tells which rows are strangers, and wraps a variant so that it does the same. */
export interface Strangers {
  /** True where the embedder tells them, so that the plan needs it. */
  readonly usesEmbedder: boolean
  has(key: string): boolean
  /** The outcome of a stranger: `other`, with the best guess of `outcome` where there is one. Undefined for known rows. */
  mark(key: string, outcome: Outcome | undefined): Outcome | undefined
  /** Wall time that telling took a row. */
  readonly millisecondsPerRow: number
  /** What it took to tell whether these rows are strangers, one entry a row. */
  usageOf(rows: readonly KeyedRow[]): Usage[]
  wrap(variant: Variant): Variant
}

/**
 * Learns from the fit rows what is known, chooses the threshold on the choose rows, and looks at all rows to be judged.
 * An embedder that fails, or that the money left does not pay for, is done without.
 */
export async function findStrangers(task: Task, parts: JudgedParts, options: StrangersOptions): Promise<Strangers> {
  const { embed, abortSignal, onFailure } = options
  const run = abortSignal === undefined ? {} : { abortSignal }
  if (embed !== undefined) {
    try {
      return await judgeRows(await fitSimilarityNovelty(parts.fit, embed, run), true, parts, options)
    } catch (error) {
      abortSignal?.throwIfAborted()
      onFailure?.(error)
    }
  }
  return judgeRows(fitVocabularyNovelty(parts.fit, task.signature.inputs.map((field) => field.name)), false, parts, options)
}

async function judgeRows(
  novelty: NoveltyScorer, usesEmbedder: boolean, parts: JudgedParts, { prices, now, abortSignal }: StrangersOptions,
): Promise<Strangers> {
  const used = new Map<string, Usage>()
  const score = async (rows: readonly KeyedRow[]) => {
    const { scores, usage } = await novelty.score(rows, [], abortSignal === undefined ? {} : { abortSignal })
    rows.forEach((row, i) => used.set(row.key, usage[i] ?? noUsage))
    return scores
  }
  const startedAt = now()
  const chosen = await score(parts.choose)
  const threshold = chooseNoveltyThreshold({ known: chosen, falseAlarm })
  const certified = await score(parts.certify)
  const millisecondsPerRow = (now() - startedAt) / Math.max(1, parts.choose.length + parts.certify.length)
  const keys = new Set<string>()
  parts.choose.forEach((row, i) => (chosen[i] as number) > threshold && keys.add(row.key))
  parts.certify.forEach((row, i) => (certified[i] as number) > threshold && keys.add(row.key))
  const nothing: Omit<Outcome, "key"> = {
    status: "other", output: null, scores: new Float64Array(), confidence: 0, by: "other", usage: noUsage, cost: 0n,
  }
  return {
    usesEmbedder,
    millisecondsPerRow,
    has: (key) => keys.has(key),
    mark: (key, outcome) => (keys.has(key) ? { ...nothing, key, ...outcome, status: "other" } : undefined),
    usageOf: (rows) => rows.map((row) => used.get(row.key) ?? noUsage),
    wrap: (inner) => new OtherVariant({ inner, novelty, threshold, falseAlarm, prices }),
  }
}
