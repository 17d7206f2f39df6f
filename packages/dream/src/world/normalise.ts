/** Texts as they are compared: without case, accents, width, invisible characters and decorations. */

/** The characters to compare, and where each stands in the original (one entry more: the end). */
export interface Normalised {
  readonly text: string
  readonly starts: readonly number[]
}

const isHan = (code: number) => (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf)
const isWordCode = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code > 127 && !isHan(code) && isLetter(String.fromCharCode(code)))
const isLetter = (text: string) => /^[\p{L}\p{N}]$/u.test(text)

/** True for a letter or digit of a script that puts spaces between words. */
export const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && isWordCode(character.charCodeAt(0))

const marks: ReadonlyMap<string, string> = new Map([
  ["。", "."],
  ["｡", "."],
  ["…", "."],
  ["\n", "."],
  ["，", ","],
  ["、", ","],
  [";", ","],
  [":", ","],
  ["；", ","],
  ["：", ","],
  ["’", "'"],
  ["‘", "'"],
  ["ʼ", "'"],
  ["＇", "'"],
])
const separators = new Set(' \t\r\u00a0\u3000-_*~·•|/\\"“”«»「」『』()（）[]【】<>《》‐‑–—`^+=#')

function foldAny(character: string): string {
  const mark = marks.get(character)
  if (mark !== undefined) return mark
  if (separators.has(character)) return " "
  const folded = character
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Cf}\p{Cc}\p{Cs}]/gu, "")
  return folded.length === 1
    ? (marks.get(folded) ?? (separators.has(folded) ? " " : folded))
    : folded.replaceAll(/\s+/gu, "")
}

const ascii: readonly string[] = Array.from({ length: 128 }, (_, code) => foldAny(String.fromCharCode(code)))

/** Folds `text`. A run of spaces and decorations becomes one space, and none beside a Chinese character. */
export function normalise(text: string): Normalised {
  let folded = ""
  const starts: number[] = []
  /** Where a space that has not been written yet stands; -1: none. */
  let spaceAt = -1
  let last = 0
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at)
    const isPair = unit >= 0xd800 && unit <= 0xdbff && at + 1 < text.length
    const piece =
      unit < 128
        ? (ascii[unit] ?? "")
        : isHan(unit)
          ? (text[at] ?? "")
          : foldAny(isPair ? text.slice(at, at + 2) : (text[at] ?? ""))
    if (piece === " ") spaceAt = spaceAt < 0 && last !== 0 ? at : spaceAt
    else
      for (let part = 0; part < piece.length; part++) {
        const next = piece.charCodeAt(part)
        if (spaceAt >= 0 && !isHan(next) && !isHan(last)) {
          folded += " "
          starts.push(spaceAt)
        }
        spaceAt = -1
        folded += piece[part]
        starts.push(at)
        last = next
      }
    at += isPair ? 2 : 1
  }
  starts.push(text.length)
  return { text: folded, starts }
}
