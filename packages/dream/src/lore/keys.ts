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

/** Where keys are looked for: the conversation, and behind it the content of entries that were found, which only grows. */
export interface KeyText {
  readonly base: string
  readonly found: string
}

export interface KeyMatcher {
  find(key: string, rules: KeyRules, text: KeyText): KeyAnswer
}

// Scripts that part words by spaces. Han, kana, Thai, Lao, Khmer and Burmese do not: there every place is a border of words.
const word = /[\p{L}\p{N}\p{M}_]/u
const unparted =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const joins = (character: string | undefined): boolean =>
  character !== undefined && word.test(character) && !unparted.test(character)

const before = (text: string, at: number): string | undefined =>
  at === 0 ? undefined : /[\s\S]$/u.exec(text.slice(Math.max(0, at - 2), at))?.[0]
const after = (text: string, at: number): string | undefined =>
  at >= text.length ? undefined : String.fromCodePoint(text.codePointAt(at) as number)

/** Whether `key` stands in `text` from `from` on with no letter grown onto either end. Between characters of scripts without spaces there is no such growth. */
export function findsWholeWord(key: string, text: string, from = 0): boolean {
  const opens = joins(after(key, 0))
  const closes = joins(before(key, key.length))
  for (let at = text.indexOf(key, from); at !== -1; at = text.indexOf(key, at + 1)) {
    const grows = (opens && joins(before(text, at))) || (closes && joins(after(text, at + key.length)))
    if (!grows) return true
  }
  return false
}

/** A matcher that keeps compiled expressions and lower-cased texts for as long as it lives: one evaluation. */
export function createKeyMatcher(macros: MacroContext, regexSteps = 2_000_000, allRegexSteps = 10_000_000): KeyMatcher {
  let stepsLeft = allRegexSteps
  const compiled = new Map<string, SafeRegex>()
  const lowered = new Map<string, string>()
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
  const contains = (needle: string, rules: KeyRules, hay: string, from: number): boolean =>
    rules.wholeWords ? findsWholeWord(needle, hay, from) : hay.includes(needle, from)
  const tables = Array.from({ length: 8 }, () => new Map<string, Prepared>())
  const prepare = (key: string, rules: KeyRules): Prepared => {
    const table = tables[
      Number(rules.usesRegex) + 2 * Number(rules.caseSensitive) + 4 * Number(rules.wholeWords)
    ] as Map<string, Prepared>
    const known = table.get(key)
    if (known !== undefined) return known
    const expanded = expandMacros(key, macros).trim()
    const written = readRegexKey(expanded)
    const expression =
      written ?? (rules.usesRegex ? { source: expanded, flags: rules.caseSensitive ? "" : "i" } : undefined)
    const fresh: Prepared = {
      needle: rules.caseSensitive ? expanded : expanded.toLowerCase(),
      expression,
      bases: new Map(),
      upTo: 0,
      isFound: false,
    }
    table.set(key, fresh)
    return fresh
  }
  return {
    find: (key, rules, { base, found }) => {
      const one = prepare(key, rules)
      if (one.needle === "") return "absent"
      if (one.expression !== undefined) {
        // An expression may reach over the border, so it sees the whole.
        const whole = base + found
        const known = one.bases.get(whole) ?? regex(one.expression.source, one.expression.flags, whole)
        one.bases.set(whole, known)
        return known
      }
      const known =
        one.bases.get(base) ??
        (contains(one.needle, rules, rules.caseSensitive ? base : lower(base), 0) ? "found" : "absent")
      one.bases.set(base, known)
      if (known === "found" || found === "") return known
      const hay = rules.caseSensitive ? found : lower(found)
      if (!one.isFound && one.upTo < hay.length) {
        // Pieces are parted by borders, so nothing lies over the place where the last search ended.
        one.isFound = contains(one.needle, rules, hay, one.upTo)
        one.upTo = hay.length
      }
      return one.isFound ? "found" : "absent"
    },
  }
}

interface Prepared {
  readonly needle: string
  readonly expression: { readonly source: string; readonly flags: string } | undefined
  readonly bases: Map<string, KeyAnswer>
  /** How much of what was found has been searched. */
  upTo: number
  isFound: boolean
}
