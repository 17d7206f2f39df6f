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

/**
 * Near the best of what was tried in benchmarks/dream/memory.md, on seeds and topics that are not reported; importance and
 * pinned are set by hand. Two weeks in seconds: a story of one evening does well to give its own half-life.
 */
export const defaultWeights: RecallWeights = {
  words: 1, meaning: 0.5, recency: 0.1, importance: 0.1, presence: 1, pinned: 0.5, halfLife: 14 * 24 * 3600,
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
 * The `limit` best of the slots that are candidates, best first, equal scores by id. Keeps the best in order as it goes:
 * for the few that are wanted this is one comparison for almost every slot.
 */
export function rank(
  isCandidate: (slot: number) => boolean, columns: PartColumns, weights: RecallWeights, ids: readonly (string | undefined)[], limit: number,
): Ranked[] {
  const best: Ranked[] = []
  const isBefore = (a: Ranked, b: Ranked) =>
    a.score > b.score || (a.score === b.score && compareText(ids[a.slot] ?? "", ids[b.slot] ?? "") < 0)
  let worst = -Infinity
  for (let slot = 0; slot < ids.length; slot++) {
    const score = scoreOf(slot, columns, weights)
    if (score < worst || !isCandidate(slot)) continue
    const candidate = { slot, score }
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
    if (best.length >= limit) worst = best.at(-1)?.score ?? worst
  }
  return best
}

/** Always added in the same order, so that equal parts give equal sums on every machine. */
const scoreOf = (slot: number, columns: PartColumns, weights: RecallWeights): number =>
  weights.words * (columns.words[slot] as number) + weights.meaning * (columns.meaning[slot] as number)
  + weights.recency * (columns.recency[slot] as number) + weights.importance * (columns.importance[slot] as number)
  + weights.presence * (columns.presence[slot] as number) + weights.pinned * (columns.pinned[slot] as number)
