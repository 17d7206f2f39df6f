/**
 * The pieces of a text that become features. Block 0: words and pairs of neighbouring words. Block 1: 3 to 5 characters
 * within a chunk between spaces, the chunk padded by a space on each side; 1 to 3 characters within a run of a script
 * that is written without spaces. Every piece is a slice of a block's buffer of code points, known by a 64-bit hash.
 */
import { classOf, letter, normalise, space, unspaced } from "./characters.ts"

/** Characters of one cell that are looked at; what follows is ignored, so that one huge cell cannot stall a fit. */
export const scannedCharacters = 32_768

export const wordBlock = 0
export const characterBlock = 1
export const blocks = 2

const blank = 0x20
const seedsA = [0x2545f491, 0x6a09e667]
const seedsB = [0x1b873593, 0x3c6ef372]

const mixA = (hash: number, codePoint: number): number => {
  const mixed = Math.imul(hash ^ codePoint, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

const mixB = (hash: number, codePoint: number): number => {
  const mixed = Math.imul((hash + codePoint) | 0, 0x85ebca77)
  return mixed ^ (mixed >>> 13)
}

const grown = (array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> => {
  if (array.length >= needed) return array
  const larger = new Int32Array(Math.max(needed, array.length * 2))
  larger.set(array)
  return larger
}

/** Cuts texts into pieces. Its arrays are used again by the next scan. */
export class GramScanner {
  /** Pieces found by the last scan; the arrays below hold one item a piece. */
  count = 0
  hashA = new Int32Array(4096)
  hashB = new Int32Array(4096)
  /** Where the piece begins in its block's buffer, times 2, plus its block. */
  place = new Int32Array(4096)
  length = new Int32Array(4096)
  private readonly buffers = [new Int32Array(4096), new Int32Array(4096)]
  private wordStarts = new Int32Array(1024)

  /** Finds the pieces of `text`. */
  scan(text: string): void {
    const clean = normalise(text.length > scannedCharacters ? text.slice(0, scannedCharacters) : text)
    this.count = 0
    this.reserve(clean.length)
    const words = this.buffers[wordBlock] as Int32Array
    const characters = this.buffers[characterBlock] as Int32Array
    const { wordStarts } = this
    let wordEnd = 0
    let wordCount = 0
    let characterEnd = 0
    let chunkStart = 0
    let chunkClass = space
    let isInWord = false
    for (let i = 0; i <= clean.length; i++) {
      let codePoint = blank
      if (i < clean.length) {
        codePoint = clean.charCodeAt(i)
        if (codePoint >= 0xd800 && codePoint < 0xdc00) {
          codePoint = clean.codePointAt(i) as number
          if (codePoint > 0xffff) i++
        }
      }
      const kind = classOf(codePoint)
      const chunkKind = kind === letter ? 1 : kind
      if (chunkKind !== chunkClass) {
        if (chunkClass === unspaced) this.addRun(characters, chunkStart, characterEnd)
        else if (chunkClass !== space) {
          characters[characterEnd++] = blank
          this.addChunk(characters, chunkStart, characterEnd)
        }
        chunkStart = characterEnd
        chunkClass = chunkKind
        if (chunkKind !== space && chunkKind !== unspaced) characters[characterEnd++] = blank
      }
      if (chunkKind !== space) characters[characterEnd++] = codePoint
      if (kind === letter) {
        if (!isInWord) wordStarts[wordCount++] = wordEnd
        isInWord = true
        words[wordEnd++] = codePoint
      } else if (isInWord) {
        isInWord = false
        words[wordEnd++] = blank
      }
    }
    this.addWords(words, wordCount, wordEnd)
  }

  /** The text of piece `index` of the last scan. */
  textOf(index: number): string {
    const place = this.place[index] as number
    const start = place >>> 1
    const buffer = this.buffers[place & 1] as Int32Array
    return String.fromCodePoint(...buffer.subarray(start, start + (this.length[index] as number)))
  }

  private reserve(length: number): void {
    const needed = 3 * length + 8
    this.buffers[0] = grown(this.buffers[0] as Int32Array<ArrayBuffer>, needed)
    this.buffers[1] = grown(this.buffers[1] as Int32Array<ArrayBuffer>, needed)
    this.wordStarts = grown(this.wordStarts, length + 2)
    // At most three pieces a position of the character buffer, and two a word.
    const pieces = 3 * needed + 2 * length
    this.hashA = grown(this.hashA, pieces)
    this.hashB = grown(this.hashB, pieces)
    this.place = grown(this.place, pieces)
    this.length = grown(this.length, pieces)
  }

  private put(a: number, b: number, place: number, length: number): void {
    const i = this.count++
    this.hashA[i] = a
    this.hashB[i] = b
    this.place[i] = place
    this.length[i] = length
  }

  /** 3 to 5 characters of a padded chunk; a shorter chunk is one piece. */
  private addChunk(buffer: Int32Array, start: number, end: number): void {
    const shortest = Math.min(3, end - start)
    for (let from = start; from + shortest <= end; from++) {
      const last = Math.min(from + 5, end)
      let a = seedsA[characterBlock] as number
      let b = seedsB[characterBlock] as number
      for (let at = from; at < last; at++) {
        a = mixA(a, buffer[at] as number)
        b = mixB(b, buffer[at] as number)
        if (at - from + 1 >= shortest) this.put(a, b, (from << 1) | characterBlock, at - from + 1)
      }
    }
  }

  /** 1 to 3 characters of a run without spaces. */
  private addRun(buffer: Int32Array, start: number, end: number): void {
    for (let from = start; from < end; from++) {
      const last = Math.min(from + 3, end)
      let a = seedsA[characterBlock] as number
      let b = seedsB[characterBlock] as number
      for (let at = from; at < last; at++) {
        a = mixA(a, buffer[at] as number)
        b = mixB(b, buffer[at] as number)
        this.put(a, b, (from << 1) | characterBlock, at - from + 1)
      }
    }
  }

  /** Words, each followed by a blank in the buffer, and pairs of them. */
  private addWords(buffer: Int32Array, count: number, end: number): void {
    for (let word = 0; word < count; word++) {
      const start = this.wordStarts[word] as number
      const wordEnd = (word + 1 < count ? (this.wordStarts[word + 1] as number) : end) - 1
      const pairEnd = word + 1 < count ? (word + 2 < count ? (this.wordStarts[word + 2] as number) : end) - 1 : 0
      let a = seedsA[wordBlock] as number
      let b = seedsB[wordBlock] as number
      for (let at = start; at < wordEnd; at++) {
        a = mixA(a, buffer[at] as number)
        b = mixB(b, buffer[at] as number)
      }
      this.put(a, b, start << 1, wordEnd - start)
      for (let at = wordEnd; at < pairEnd; at++) {
        a = mixA(a, buffer[at] as number)
        b = mixB(b, buffer[at] as number)
      }
      if (pairEnd > 0) this.put(a, b, start << 1, pairEnd - start)
    }
  }
}

/** The hash of a piece that is known by its text. */
export function hashOf(block: number, text: string): { readonly a: number; readonly b: number } {
  let a = seedsA[block] as number
  let b = seedsB[block] as number
  for (const character of text) {
    a = mixA(a, character.codePointAt(0) as number)
    b = mixB(b, character.codePointAt(0) as number)
  }
  return { a, b }
}
