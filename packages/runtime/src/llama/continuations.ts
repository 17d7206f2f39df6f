/** Which ways of writing count as one answer, and how answers that begin alike share their tokens. */

/** All writings of `continuation` that count as it: as given, lower case, capitalised, upper case; each also after a space. */
export function spellingsOf(continuation: string): readonly string[] {
  const text = continuation.trim()
  const lower = text.toLowerCase()
  const capitalised = lower.replace(/^\p{L}/u, (letter) => letter.toUpperCase())
  const cases = [text, lower, capitalised, text.toUpperCase()]
  return [...new Set(cases.flatMap((spelling) => [spelling, ` ${spelling}`]))]
}

/** A node of the tree of token sequences. */
export interface TrieNode {
  readonly children: Map<number, TrieNode>
  /** The continuations, by position, of which a writing ends here. */
  readonly ends: number[]
}

const emptyNode = (): TrieNode => ({ children: new Map(), ends: [] })

/**
 * The tree of all writings of `continuations`. A writing that two continuations share ("yes" and "Yes") counts for the
 * one that is written so exactly, else for the first.
 */
export function buildTrie(continuations: readonly string[], tokenize: (text: string) => readonly number[]): TrieNode {
  const owner = new Map<string, number>()
  for (const [index, continuation] of continuations.entries()) {
    const text = continuation.trim()
    if (!owner.has(text)) owner.set(text, index)
  }
  for (const [index, continuation] of continuations.entries()) {
    for (const spelling of spellingsOf(continuation)) {
      if (!owner.has(spelling)) owner.set(spelling, owner.get(spelling.trim()) ?? index)
    }
  }
  const root = emptyNode()
  for (const [spelling, index] of owner) {
    let node = root
    for (const token of tokenize(spelling)) {
      const next = node.children.get(token) ?? emptyNode()
      node.children.set(token, next)
      node = next
    }
    if (node !== root && !node.ends.includes(index)) node.ends.push(index)
  }
  return root
}
