/** Whether a key is in a text. */
import { expandMacros, type MacroContext } from "./macros.ts"
import { readRegexKey, safeRegex, type SafeRegex } from "./regex/index.ts"

export interface KeyRules {
  readonly usesRegex: boolean
  readonly caseSensitive: boolean
  readonly wholeWords: boolean
}

/** `stopped`, `invalid`, `unsupported`: an expression that could not be answered; it counts as not found, and is told. */
export type KeyAnswer = "found" | "absent" | "stopped" | "invalid" | "unsupported"

export interface KeyMatcher {
  find(key: string, rules: KeyRules, text: string): KeyAnswer
}

// Scripts that part words by spaces. Han, kana, Thai, Lao, Khmer and Burmese do not: there every place is a border of words.
const word = /[\p{L}\p{N}\p{M}_]/u
const unparted = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const joins = (character: string | undefined): boolean => character !== undefined && word.test(character) && !unparted.test(character)

const before = (text: string, at: number): string | undefined => (at === 0 ? undefined : /[\s\S]$/u.exec(text.slice(Math.max(0, at - 2), at))?.[0])
const after = (text: string, at: number): string | undefined => (at >= text.length ? undefined : String.fromCodePoint(text.codePointAt(at) as number))

/** Whether `key` stands in `text` with no letter grown onto either end. Between characters of scripts without spaces there is no such growth. */
export function findsWholeWord(key: string, text: string): boolean {
  const opens = joins(after(key, 0))
  const closes = joins(before(key, key.length))
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    const grows = (opens && joins(before(text, at))) || (closes && joins(after(text, at + key.length)))
    if (!grows) return true
  }
  return false
}

/** A matcher that keeps compiled expressions and lower-cased texts for as long as it lives: one evaluation. */
export function createKeyMatcher(macros: MacroContext, regexSteps = 2_000_000, allRegexSteps = 20_000_000): KeyMatcher {
  let stepsLeft = allRegexSteps
  const compiled = new Map<string, SafeRegex>()
  const lowered = new Map<string, string>()
  const answers = new Map<string, Map<string, KeyAnswer>>()
  const lower = (text: string): string => {
    const known = lowered.get(text) ?? text.toLowerCase()
    if (lowered.size < 64) lowered.set(text, known)
    return known
  }
  const regex = (source: string, flags: string, text: string): KeyAnswer => {
    const name = `${flags}/${source}`
    const known = compiled.get(name) ?? safeRegex(source, flags)
    compiled.set(name, known)
    if (known.kind !== "ready") return known.kind
    const { verdict, steps } = known.test(text, Math.min(regexSteps, stepsLeft))
    stepsLeft = Math.max(0, stepsLeft - steps)
    return verdict === "match" ? "found" : verdict === "stopped" ? "stopped" : "absent"
  }
  const find = (key: string, rules: KeyRules, text: string): KeyAnswer => {
    const expanded = expandMacros(key, macros).trim()
    if (expanded === "") return "absent"
    const written = readRegexKey(expanded)
    if (written !== undefined) return regex(written.source, written.flags, text)
    if (rules.usesRegex) return regex(expanded, rules.caseSensitive ? "" : "i", text)
    const hay = rules.caseSensitive ? text : lower(text)
    const needle = rules.caseSensitive ? expanded : expanded.toLowerCase()
    return (rules.wholeWords ? findsWholeWord(needle, hay) : hay.includes(needle)) ? "found" : "absent"
  }
  return {
    find: (key, rules, text) => {
      // An expression may be asked for again in each pass; its answer on the same text is the same.
      const name = `${rules.usesRegex}${rules.caseSensitive}${rules.wholeWords}\0${key}`
      const ofText = answers.get(text) ?? new Map<string, KeyAnswer>()
      if (answers.size < 64) answers.set(text, ofText)
      const known = ofText.get(name) ?? find(key, rules, text)
      ofText.set(name, known)
      return known
    },
  }
}
