/**
 * What a holder remembers when asked. Every memory has six parts, each in [0, 1]:
 *
 *     words       BM25 of the query's terms over the highest possible (word-index.ts); words and Chinese n-grams alike,
 *                 without function words (terms.ts)
 *     meaning     max(0, c − mean) / (highest − mean) of the cosine c of the query's vector and the memory's, over all of the
 *                 holder's vectors; 0 where either has none
 *     recency     2^(−age / halfLife), age = max(0, now − at) on the world's clock: 1 for what happens now
 *     importance  as given with the event
 *     presence    (Σ over asked s + ½ Σ over present s) / (asked + ½ present), where s = 1 for who or what the memory is
 *                 about, was told by, or is placed at, ½ for who was only there, 0 else; who is asked about counts once
 *     pinned      1 or 0
 *
 * and its score is their weighted sum. Equal scores are ordered by id. All memories are scored, none is skipped.
 */
import { compareText } from "./timeline.ts"
import type { Validity } from "./timeline.ts"
import type { Memory } from "./event.ts"

export const recallParts = ["words", "meaning", "recency", "importance", "presence", "pinned"] as const

export type RecallPart = (typeof recallParts)[number]

/** Weight of each part, and after how long on the world's clock recency is halved (in the unit of `at`). */
export type RecallWeights = Readonly<Record<RecallPart, number>> & { readonly halfLife: number }

/** Tuned as benchmarks/dream/memory.md says, on seeds and topics that are not reported. The half-life is in seconds. */
export const defaultWeights: RecallWeights = {
  words: 1, meaning: 1, recency: 0.1, importance: 0.1, presence: 0.3, pinned: 0.5, halfLife: 3 * 24 * 3600,
}

/** What is asked of a memory. */
export interface RecallQuery {
  readonly text: string
  /** Of `text`, by the model whose vectors the memories have. */
  readonly vector?: ArrayLike<number>
  /** The holder's time on the world's clock. */
  readonly now: number
  /** Who is there now. */
  readonly present?: readonly string[]
  /** Who or what is asked about. */
  readonly about?: readonly string[]
  /** Most memories to give; by default 10. */
  readonly limit?: number
  /** Facts and relations that no longer hold at `now` too; by default only those that do. */
  readonly includesPast?: boolean
  readonly weights?: RecallWeights
}

/** One recalled memory, and why. */
export interface Recalled {
  readonly memory: Memory
  /** Of a fact or a relation. */
  readonly validity?: Validity
  readonly score: number
  /** Each part before its weight. */
  readonly parts: Readonly<Record<RecallPart, number>>
}

/** 2^(−age / halfLife); what lies ahead of `now` counts as now. */
export const recencyOf = (at: number, now: number, halfLife: number): number => 2 ** (-Math.max(0, now - at) / halfLife)

/** Parts of all slots, as columns. */
export type PartColumns = Readonly<Record<RecallPart, Float64Array>>

/** A slot with its score. */
export interface Ranked {
  readonly slot: number
  readonly score: number
}

/**
 * The `limit` best of `slots`, best first, equal scores by id. Keeps the best in order as it goes: for the few that are
 * wanted this is one comparison for almost every slot.
 */
export function rank(
  slots: Iterable<number>, columns: PartColumns, weights: RecallWeights, ids: readonly (string | undefined)[], limit: number,
): Ranked[] {
  const best: Ranked[] = []
  const isBefore = (a: Ranked, b: Ranked) =>
    a.score > b.score || (a.score === b.score && compareText(ids[a.slot] ?? "", ids[b.slot] ?? "") < 0)
  for (const slot of slots) {
    const candidate = { slot, score: scoreOf(slot, columns, weights) }
    const last = best.at(-1)
    if (best.length >= limit && (last === undefined || !isBefore(candidate, last))) continue
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(candidate, best[middle] as Ranked)) high = middle
      else low = middle + 1
    }
    best.splice(low, 0, candidate)
    if (best.length > limit) best.pop()
  }
  return best
}

/** Always added in the same order, so that equal parts give equal sums on every machine. */
const scoreOf = (slot: number, columns: PartColumns, weights: RecallWeights): number => {
  let score = 0
  for (const part of recallParts) score += weights[part] * (columns[part][slot] as number)
  return score
}
