/** What a code point is to the features: a space, part of a word, a sign, or of a script that is written without spaces. */

export const space = 0
export const sign = 1
export const letter = 2
/** Han, kana, Thai, Lao, Khmer, Myanmar: words are not separated, so characters are the units. */
export const unspaced = 3

const unspacedScripts =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

function classify(codePoint: number): number {
  const text = String.fromCodePoint(codePoint)
  if (/^[\s\p{C}\p{Z}]$/u.test(text)) return space
  if (unspacedScripts.test(text)) return unspaced
  return /^[\p{L}\p{N}\p{M}_]$/u.test(text) ? letter : sign
}

const unknown = 255
const known = new Uint8Array(0x110000).fill(unknown)

/** Class of a code point; found out once. */
export function classOf(codePoint: number): number {
  const found = known[codePoint] as number
  if (found !== unknown) return found
  return (known[codePoint] = classify(codePoint))
}

// oxlint-disable-next-line no-control-regex
const isAscii = /^[\u0000-\u007f]*$/

/** One spelling for all: compatibility forms folded (NFKC), lower case. */
export const normalise = (text: string): string =>
  isAscii.test(text) ? text.toLowerCase() : text.normalize("NFKC").toLowerCase()
