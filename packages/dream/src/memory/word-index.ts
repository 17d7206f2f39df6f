/** BM25 over terms, incremental both ways: a removed document leaves no posting, no term and no count behind. */

/** Robertson and Zaragoza 2009; the customary values. */
const k1 = 1.2
const b = 0.75

/** Documents that hold a term, as pairs of slot and count in a row. */
type Postings = number[]

/** An inverted index of documents that are known by small whole numbers (slots). */
export interface WordIndex {
  add(slot: number, terms: readonly string[]): void
  /** `terms` as they were added. */
  remove(slot: number, terms: readonly string[]): void
  /**
   * Adds to `scores[slot]`, in [0, 1): the BM25 of the document over the highest that any document could have, that is
   * over Σ idf · (k1 + 1) of the terms that the index knows. So it says how much of what was asked is there.
   */
  score(terms: readonly string[], scores: Float64Array): void
  /** Every term with its postings, for tests and for looking inside. */
  inspect(): { readonly term: string; readonly postings: readonly (readonly [slot: number, count: number])[] }[]
}

const countTerms = (terms: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

const without = (postings: Postings, slot: number): Postings => {
  for (let at = 0; at < postings.length; at += 2)
    if (postings[at] === slot) postings.splice(at, 2)
  return postings
}

export function createWordIndex(): WordIndex {
  const postings = new Map<string, Postings>()
  const lengths: number[] = []
  let documents = 0
  let total = 0
  const idf = (frequency: number) => Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
  return {
    add: (slot, terms) => {
      lengths[slot] = terms.length
      documents++
      total += terms.length
      for (const [term, count] of countTerms(terms)) {
        const list = postings.get(term)
        if (list === undefined) postings.set(term, [slot, count])
        else list.push(slot, count)
      }
    },
    remove: (slot, terms) => {
      documents--
      total -= lengths[slot] ?? 0
      lengths[slot] = 0
      for (const term of new Set(terms)) {
        const left = without(postings.get(term) ?? [], slot)
        if (left.length === 0) postings.delete(term)
      }
    },
    score: (terms, scores) => {
      const known = [...new Set(terms)].map((term) => postings.get(term) ?? []).filter((list) => list.length > 0)
      const highest = known.reduce((sum, list) => sum + idf(list.length / 2), 0) * (k1 + 1)
      if (highest === 0) return
      const average = total / documents
      for (const list of known) {
        const weight = (idf(list.length / 2) * (k1 + 1)) / highest
        for (let at = 0; at < list.length; at += 2) {
          const slot = list[at] as number
          const count = list[at + 1] as number
          const norm = k1 * (1 - b + (b * (lengths[slot] as number)) / average)
          scores[slot] = (scores[slot] as number) + (weight * count) / (count + norm)
        }
      }
    },
    inspect: () => [...postings].map(([term, list]) => ({
      term,
      postings: Array.from({ length: list.length / 2 }, (_, index) =>
        [list[index * 2] as number, list[index * 2 + 1] as number] as const),
    })),
  }
}
