/** Which examples and which classes stand in a row's prompt. Pure. */
import type { Language } from "@daydream/engine/language"

/** A known example as retrieval sees it. */
export interface KnownExample {
  readonly text: string
  /** Position of its class. */
  readonly label: number
  readonly language: Language
}

/** A known example by position, with its similarity to the row. */
export interface Near {
  readonly row: number
  readonly similarity: number
}

/** What retrieval decided. */
export interface Retrieved {
  /** From the least to the most similar. */
  readonly examples: readonly Near[]
  /** Positions of the classes to choose among, in the order of the signature. */
  readonly candidates: readonly number[]
}

/** How much is shown. */
export interface RetrieveOptions {
  /** Examples in a prompt; 10. */
  readonly examples: number
  /** With more classes than this, only so many are candidates; 20. */
  readonly candidates: number
}

/** Neighbours to ask the index for. */
export const neighboursWanted = 80

/**
 * Examples in the row's language come first; where there are too few of it, the others follow. Texts that occur twice
 * are shown once.
 */
function inOrder(near: readonly Near[], known: readonly KnownExample[], language: Language): readonly Near[] {
  const seen = new Set<string>()
  const different = near.filter(({ row }) => {
    const text = known[row]?.text ?? ""
    return !seen.has(text) && seen.add(text)
  })
  return [...different.filter(({ row }) => known[row]?.language === language),
    ...different.filter(({ row }) => known[row]?.language !== language)]
}

/** The nearest examples with no class taking more than its share, filled up with the nearest of the rest. */
function diverse(near: readonly Near[], known: readonly KnownExample[], wanted: number): readonly Near[] {
  const classes = new Set(near.map(({ row }) => known[row]?.label)).size
  const share = Math.max(2, Math.ceil(wanted / Math.max(1, classes)))
  const counts = new Map<number, number>()
  const first = near.filter(({ row }) => {
    const label = known[row]?.label ?? -1
    const count = (counts.get(label) ?? 0) + 1
    counts.set(label, count)
    return count <= share
  }).slice(0, wanted)
  const taken = new Set(first)
  return [...first, ...near.filter((one) => !taken.has(one))].slice(0, wanted)
}

/**
 * Decides by the neighbours of a row (nearest first). Where there are many classes, candidates are those of the
 * examples shown, then of the other neighbours, nearest first, then the most frequent ones (`byFrequency`).
 */
export function retrieve(
  near: readonly Near[], known: readonly KnownExample[], byFrequency: readonly number[], language: Language, options: RetrieveOptions,
): Retrieved {
  const ordered = inOrder(near, known, language)
  const shown = diverse(ordered, known, options.examples)
  const labelOf = ({ row }: Near) => known[row]?.label ?? 0
  const ranked = new Set([...shown.map(labelOf), ...ordered.map(labelOf), ...byFrequency])
  const isNarrowed = byFrequency.length > options.candidates
  // Never fewer than the examples' own classes, and never one alone: the model has to choose.
  const most = isNarrowed ? Math.max(options.candidates, 2, new Set(shown.map(labelOf)).size) : byFrequency.length
  const candidates = [...ranked].slice(0, most).toSorted((a, b) => a - b)
  return { examples: shown.toSorted((a, b) => a.similarity - b.similarity || b.row - a.row), candidates }
}
