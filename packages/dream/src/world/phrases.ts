/** Finding many phrases in one pass (Aho and Corasick 1975), with gaps within a sentence. */
import { isWordCharacter, normalise } from "./normalise.ts"

/** A phrase and what it stands for. `...` is a gap of at most 60 characters within one sentence; a final `*` any ending. */
export interface Phrase<T> {
  readonly text: string
  /** Also found within longer words. */
  readonly isLoose?: boolean
  readonly meaning: T
}

/** Where a phrase was found in the original text, `end` exclusive. */
export interface Hit<T> {
  readonly start: number
  readonly end: number
  readonly meaning: T
  /** In a sentence that ends with a question mark or a Chinese particle of asking. */
  readonly isQuestion: boolean
}

export interface PhraseIndex<T> {
  find(text: string): Hit<T>[]
}

interface Part {
  readonly phrase: number
  readonly position: number
  readonly length: number
  readonly isPrefix: boolean
  readonly isLoose: boolean
  readonly isLast: boolean
}

interface Node {
  readonly next: Map<number, number>
  fail: number
  readonly parts: Part[]
  /** The nearest node on the way of failures that ends a part; 0: none. */
  output: number
}

const longestGap = 60
const newNode = (): Node => ({ next: new Map(), fail: 0, parts: [], output: 0 })

function addPhrase(nodes: Node[], phrase: number, text: string, isLoose: boolean): void {
  const pieces = text
    .split(/\.{3,}|…+/u)
    .map((piece) => piece.trim())
    .filter((piece) => normalise(piece).text !== "")
  for (const [position, piece] of pieces.entries()) {
    const isPrefix = piece.endsWith("*")
    const literal = normalise(isPrefix ? piece.slice(0, -1) : piece).text.replace(/[.!?,]+$/u, "")
    if (literal === "") return
    let at = 0
    for (let index = 0; index < literal.length; index++) {
      const character = literal.charCodeAt(index)
      const known = nodes[at]?.next.get(character)
      if (known === undefined) {
        nodes[at]?.next.set(character, nodes.length)
        at = nodes.length
        nodes.push(newNode())
      } else at = known
    }
    nodes[at]?.parts.push({
      phrase,
      position,
      length: literal.length,
      isPrefix,
      isLoose,
      isLast: position === pieces.length - 1,
    })
  }
}

function link(nodes: readonly Node[]): void {
  const queue = [...(nodes[0]?.next.values() ?? [])]
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head] ?? 0
    const node = nodes[at] as Node
    for (const [character, child] of node.next) {
      let fail = node.fail
      while (fail !== 0 && nodes[fail]?.next.has(character) !== true) fail = nodes[fail]?.fail ?? 0
      const target = nodes[fail]?.next.get(character) ?? 0
      const childNode = nodes[child] as Node
      childNode.fail = target === child ? 0 : target
      const failNode = nodes[childNode.fail] as Node
      childNode.output = failNode.parts.length > 0 ? childNode.fail : failNode.output
      queue.push(child)
    }
  }
}

/** Where sentences end in a normalised text, and which of them are questions. */
function sentencesOf(text: string): { readonly of: readonly number[]; readonly questions: readonly boolean[] } {
  const of: number[] = []
  const questions: boolean[] = []
  let sentence = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ""
    of.push(sentence)
    const isEnd = character === "." || character === "!" || character === "?"
    // A Chinese question needs no question mark.
    if (isEnd || at === text.length - 1)
      questions[sentence] = character === "?" || /[吗么呢]/u.test(isEnd ? (text[at - 1] ?? "") : character)
    if (isEnd) sentence++
  }
  return { of, questions }
}

const endsWell = (text: string, part: Part, start: number, end: number) =>
  part.isLoose ||
  (!(isWordCharacter(text[start]) && isWordCharacter(text[start - 1])) &&
    (part.isPrefix || !(isWordCharacter(text[end - 1]) && isWordCharacter(text[end]))))

/** An index over `phrases`; finding is linear in the text's length and the hits. */
export function indexPhrases<T>(phrases: readonly Phrase<T>[]): PhraseIndex<T> {
  const nodes: Node[] = [newNode()]
  for (const [index, { text, isLoose }] of phrases.entries()) addPhrase(nodes, index, text, isLoose ?? false)
  link(nodes)
  if (nodes.length === 1) return { find: () => [] }

  function find(original: string): Hit<T>[] {
    const { text, starts } = normalise(original)
    const hits: Hit<T>[] = []
    let sentences: ReturnType<typeof sentencesOf> | undefined
    /** Of each phrase with gaps, by position, where its first part began and this one ended: the latest few. */
    const open = new Map<number, { readonly start: number; readonly end: number }[][]>()
    const reach = (part: Part, start: number, end: number): void => {
      if (!endsWell(text, part, start, end)) return
      sentences ??= sentencesOf(text)
      const { of, questions } = sentences
      let first = start
      if (part.position > 0) {
        const before = open
          .get(part.phrase)
          ?.[part.position - 1]?.findLast(
            (one) => one.end <= start && start - one.end <= longestGap && of[one.start] === of[start],
          )
        if (before === undefined) return
        first = before.start
      }
      if (!part.isLast) {
        const reached = open.get(part.phrase) ?? []
        reached[part.position] = [...(reached[part.position] ?? []).slice(-7), { start: first, end }]
        open.set(part.phrase, reached)
        return
      }
      const meaning = phrases[part.phrase]?.meaning as T
      hits.push({
        start: starts[first] ?? 0,
        end: endOf(original, starts, end),
        meaning,
        isQuestion: questions[of[end - 1] ?? 0] ?? false,
      })
    }
    let at = 0
    for (let position = 0; position < text.length; position++) {
      const character = text.charCodeAt(position)
      let next = nodes[at]?.next.get(character)
      while (next === undefined && at !== 0) {
        at = nodes[at]?.fail ?? 0
        next = nodes[at]?.next.get(character)
      }
      at = next ?? 0
      for (let node = at; node !== 0; node = nodes[node]?.output ?? 0)
        for (const part of nodes[node]?.parts ?? []) reach(part, position + 1 - part.length, position + 1)
    }
    return hits
  }
  return { find }
}

/** The end in the original of the character before `end`, without what was dropped after it. */
function endOf(original: string, starts: readonly number[], end: number): number {
  const last = starts[end - 1] ?? 0
  return last + ((original.codePointAt(last) ?? 0) > 0xffff ? 2 : 1)
}
