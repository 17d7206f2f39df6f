/**
 * Nearest texts without a model: cosine of TF-IDF vectors over words and runs of three characters (two for Han
 * characters, so that Chinese needs no dictionary). Sublinear term frequency, as in Manning et al. 2008, 6.4.
 */

/** A known text and its cosine similarity with the query, in [0, 1]. */
export interface LexicalNeighbour {
  readonly row: number
  readonly similarity: number
}

// A longer text is searched by its beginning.
const MOST_CHARACTERS = 2000

/** Terms with their weight 1 + ln(count). */
function termsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (term: string) => counts.set(term, (counts.get(term) ?? 0) + 1)
  const plain = text.slice(0, MOST_CHARACTERS).normalize("NFKC").toLowerCase()
  for (const [word] of plain.matchAll(/\p{Script=Han}+|[[\p{L}\p{N}]--\p{Script=Han}]+/gv)) {
    const isHan = /^\p{Script=Han}/u.test(word)
    const characters = Array.from(isHan ? word : ` ${word} `)
    const size = isHan ? 2 : 3
    if (!isHan || characters.length === 1) add(word)
    for (let i = 0; i + size <= characters.length; i++) add(characters.slice(i, i + size).join(""))
  }
  for (const [term, count] of counts) counts.set(term, 1 + Math.log(count))
  return counts
}

interface Posting {
  readonly row: number
  weight: number
}

/** An index of known texts. */
export class LexicalIndex {
  readonly #postings = new Map<string, Posting[]>()
  readonly #rows: number

  constructor(texts: readonly string[]) {
    this.#rows = texts.length
    for (const [row, text] of texts.entries()) {
      for (const [term, weight] of termsOf(text)) {
        const postings = this.#postings.get(term)
        if (postings === undefined) this.#postings.set(term, [{ row, weight }])
        else postings.push({ row, weight })
      }
    }
    const squares = new Float64Array(texts.length)
    for (const postings of this.#postings.values()) {
      const rarity = this.#rarity(postings.length)
      for (const posting of postings) {
        posting.weight *= rarity
        squares[posting.row] = (squares[posting.row] ?? 0) + posting.weight ** 2
      }
    }
    for (const postings of this.#postings.values()) {
      for (const posting of postings) posting.weight /= Math.sqrt(squares[posting.row] ?? 1)
    }
  }

  /** The `count` nearest known texts that share a term with `text`, nearest first, ties by row; and the work done. */
  nearest(text: string, count: number): { readonly neighbours: readonly LexicalNeighbour[]; readonly operations: number } {
    const sums = new Map<number, number>()
    let operations = 0
    let square = 0
    for (const [term, frequency] of termsOf(text)) {
      const postings = this.#postings.get(term) ?? []
      const weight = frequency * this.#rarity(postings.length)
      square += weight ** 2
      operations += postings.length
      for (const posting of postings) sums.set(posting.row, (sums.get(posting.row) ?? 0) + weight * posting.weight)
    }
    const neighbours = Array.from(sums, ([row, sum]) => ({ row, similarity: Math.min(1, sum / Math.sqrt(square)) }))
      .toSorted((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, count)
    return { neighbours, operations }
  }

  /** Inverse document frequency, smoothed as if one more text held every term. */
  #rarity(texts: number): number {
    return Math.log((1 + this.#rows) / (1 + texts)) + 1
  }
}
