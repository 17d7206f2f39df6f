/** Style of the author's text: punctuation and languages. */
import { finding } from "./finding.ts"
import type { AuthoredLine } from "./authored.ts"
import type { StoryFinding } from "./finding.ts"
import { findSpeaker, readSpeaker } from "./speaker.ts"
import type { StorySpeaker } from "./port.ts"

const han = "[\\p{Script=Han}]"
const halfwidth = new RegExp(`(?<=${han})\\s?[,.!?;:()]|[,!?;:()](?=\\s?${han})|(?<=[”’》」])[,.!?;:]|(?<=${han})["']|["'](?=${han})|(?<=${han})\\.{2,}|(?<=${han})--`, "u")
const wide: Readonly<Record<string, string>> = {
  ",": "，", ".": "。", "!": "！", "?": "？", ";": "；", ":": "：", "(": "（", ")": "）", "\"": "“”", "'": "‘’", "...": "……", "--": "——",
}

const countHan = (text: string) => [...text.matchAll(/\p{Script=Han}/gu)].length
const latinWords = (text: string) => text.match(/[A-Za-z][A-Za-z'’-]+/g) ?? []

/** The language of a text by its script; null where it has no letters. */
export function languageOf(text: string): "en" | "zh" | null {
  const signs = countHan(text)
  const words = latinWords(text).length
  if (signs === 0) return /[A-Za-z]/.test(text) ? "en" : null
  return signs >= words ? "zh" : "en"
}

interface StyleOptions {
  readonly vocabulary?: readonly string[]
  readonly speakers?: readonly StorySpeaker[]
}

function checkPiece(piece: string, line: AuthoredLine, { vocabulary = [], speakers = [] }: StyleOptions): StoryFinding[] {
  const location = { file: line.file, line: line.line }
  const language = languageOf(piece)
  const isAllowed = (word: string) => vocabulary.some((one) => one.toLowerCase() === word.toLowerCase()) || findSpeaker(word, speakers) !== undefined
  const text = piece.trim()
  const findings: StoryFinding[] = []
  if (language === "zh") {
    const half = halfwidth.exec(piece)?.[0].trim()
    if (half !== undefined) findings.push(finding("style_halfwidth", location, { text, fix: wide[half] ?? wide[half.slice(0, 1)] ?? half }))
    if (/\p{Script=Han} +\p{Script=Han}/u.test(piece)) findings.push(finding("style_space", location, { text }))
    if (latinWords(piece).some((word) => !isAllowed(word) && word !== word.toUpperCase())) findings.push(finding("style_mixed", location, { text }))
  }
  if (language === "en") {
    const known = vocabulary.reduce((left, word) => left.replaceAll(word, ""), piece)
    if (countHan(known) > 0) findings.push(finding("style_mixed", location, { text }))
    if (/[，。！？；：（）]/.test(piece)) findings.push(finding("style_fullwidth", location, { text }))
  }
  return findings
}

/** What is amiss in the style of a line, its speaker's name left aside. */
export function checkStyle(line: AuthoredLine, options: StyleOptions): StoryFinding[] {
  const found = line.pieces.flatMap((piece, index) =>
    checkPiece(index === 0 && line.kind === "line" ? readSpeaker(piece.trim(), options.speakers).text : piece, line, options))
  const seen = new Set<string>()
  return found.filter(({ code }) => !seen.has(code) && seen.add(code))
}
