/** Texts as they are compared: without case, accents, width, invisible characters and decorations. */

/** The characters to compare, and where each stands in the original (one entry more: the end). */
export interface Normalised {
  readonly text: string
  readonly starts: readonly number[]
}

const isHan = (code: number) => (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf)
const isWordCode = (code: number) => (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code > 127 && !isHan(code) && isLetter(String.fromCharCode(code)))
const isLetter = (text: string) => /^[\p{L}\p{N}]$/u.test(text)

/** True for a letter or digit of a script that puts spaces between words. */
export const isWordCharacter = (character: string | undefined): boolean => character !== undefined && isWordCode(character.charCodeAt(0))

const marks: ReadonlyMap<string, string> = new Map([
  ["。", "."], ["｡", "."], ["…", "."], ["\n", "."], ["，", ","], ["、", ","], [";", ","], [":", ","], ["；", ","], ["：", ","],
  ["’", "'"], ["‘", "'"], ["ʼ", "'"], ["＇", "'"],
])
const separators = new Set(" \t\r\u00a0\u3000-_*~·•|/\\\"“”«»「」『』()（）[]【】<>《》‐‑–—`^+=#")

function foldOne(character: string, code: number): string {
  if (code < 128) {
    if (code >= 65 && code <= 90) return String.fromCharCode(code + 32)
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) return character
  } else if (isHan(code)) return character
  const mark = marks.get(character)
  if (mark !== undefined) return mark
  if (separators.has(character)) return " "
  const folded = character.normalize("NFKD").toLowerCase().replaceAll(/[\p{M}\p{Cf}\p{Cc}\p{Cs}]/gu, "")
  return folded.length === 1 ? marks.get(folded) ?? (separators.has(folded) ? " " : folded) : folded.replaceAll(/\s+/gu, "")
}

/** Folds `text`. A run of spaces and decorations becomes one space, and none beside a Chinese character. */
export function normalise(text: string): Normalised {
  const folded: string[] = []
  const starts: number[] = []
  let isSpaceDue = false
  let last = 0
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0
    const length = code > 0xffff ? 2 : 1
    const piece = foldOne(length === 1 ? text[at] ?? "" : text.slice(at, at + 2), code)
    if (piece === " ") isSpaceDue = folded.length > 0
    else for (let part = 0; part < piece.length; part++) {
      const next = piece.charCodeAt(part)
      if (isSpaceDue && !isHan(next) && !isHan(last)) {
        folded.push(" ")
        starts.push(at)
      }
      isSpaceDue = false
      folded.push(piece[part] ?? "")
      starts.push(at)
      last = next
    }
    at += length
  }
  starts.push(text.length)
  return { text: folded.join(""), starts }
}
