/** Whether one entry is meant, at one pass over the conversation. */
import type { KeyAnswer, KeyMatcher, KeyRules, KeyText } from "./keys.ts"
import type { LoreEntry, Lorebook } from "./model.ts"
import type { LoreOptions } from "./options.ts"
import { inForce, type LoreEntryState } from "./state.ts"

/** Why an entry stands in the prompt. */
export type LoreCause = "sticky" | "kept" | "decorator" | "constant" | "key" | "recursion"
/** Why it does not. */
export type LoreRefusal =
  | "disabled"
  | "filtered"
  | "trigger"
  | "delayed"
  | "cooling"
  | "decorator"
  | "waits_for_recursion"
  | "no_recursion"
  | "no_key"
  | "secondary"
  | "excluded"
  | "bad_regex"
  | "group"
  | "probability"
  | "budget"
  | "context_full"
  | "no_outlet"

export type Finding =
  | { readonly cause: LoreCause; readonly key?: string; readonly score: number }
  | { readonly refusal: LoreRefusal; readonly key?: string }

/** One pass: the first over the messages; the others also over what was found, or further back. */
export interface Pass {
  readonly isRecursion: boolean
  readonly level: number
  readonly now: number
  readonly characterMessages: number
  /** The texts in which `entry` looks for its keys, and the part of it that is conversation. */
  readonly textFor: (book: Lorebook, entry: LoreEntry) => KeyText & { readonly conversation: string }
}

export interface MatchContext {
  readonly matcher: KeyMatcher
  readonly options: LoreOptions
}

function isFiltered(entry: LoreEntry, { character }: LoreOptions): boolean {
  const filter = entry.characterFilter
  if (filter === undefined || character === undefined) return false
  const isNamed = filter.names.includes(character.name) || filter.tags.some((tag) => character.tags.includes(tag))
  return isNamed === filter.exclude
}

/** The refusal of the conditions that come before any key. */
function refusalBefore(entry: LoreEntry, pass: Pass, options: LoreOptions): LoreRefusal | undefined {
  const { decorators: d } = entry
  if (d.isGreeting !== undefined && options.greetingIndex !== undefined && d.isGreeting !== options.greetingIndex)
    return "decorator"
  if (d.isUserIcon !== undefined && options.userIcon !== undefined && d.isUserIcon !== options.userIcon)
    return "decorator"
  if (d.activateOnlyAfter !== undefined && pass.characterMessages < d.activateOnlyAfter) return "decorator"
  if (d.activateOnlyEvery !== undefined && pass.characterMessages % d.activateOnlyEvery !== 0) return "decorator"
  if (d.ignoreOnMaxContext === true && options.contextIsFull === true) return "context_full"
  return undefined
}

/** What of `entry` holds now. The order of the questions is that of the specifications: "in any case" goes first. */
export function findEntry(
  book: Lorebook,
  entry: LoreEntry,
  state: LoreEntryState | undefined,
  pass: Pass,
  context: MatchContext,
): Finding {
  const { options } = context
  const { decorators: d } = entry
  if (!entry.enabled) return { refusal: "disabled" }
  if (isFiltered(entry, options)) return { refusal: "filtered" }
  if (entry.triggers.length > 0 && !entry.triggers.includes(options.trigger ?? "normal")) return { refusal: "trigger" }
  const wasFound = state?.firstMatch !== undefined
  if (d.activate === true) return { cause: "decorator", score: 0 }
  if (d.dontActivate === true) return { refusal: "decorator" }
  if (wasFound && d.dontActivateAfterMatch === true) return { refusal: "decorator" }
  if (wasFound && d.keepActivateAfterMatch === true) return { cause: "kept", score: 0 }
  if (inForce(state?.sticky, pass.now)) return { cause: "sticky", score: 0 }
  if (entry.delay > pass.now) return { refusal: "delayed" }
  if (inForce(state?.cooldown, pass.now)) return { refusal: "cooling" }
  if (entry.delayUntilRecursion > 0 && (!pass.isRecursion || entry.delayUntilRecursion > pass.level))
    return { refusal: "waits_for_recursion" }
  if (entry.excludeRecursion && pass.isRecursion) return { refusal: "no_recursion" }
  const refusal = refusalBefore(entry, pass, options)
  if (refusal !== undefined) return { refusal }
  return findKeys(book, entry, pass, context)
}

function findKeys(book: Lorebook, entry: LoreEntry, pass: Pass, { matcher, options }: MatchContext): Finding {
  const text = pass.textFor(book, entry)
  const rules: KeyRules = {
    usesRegex: entry.usesRegex,
    caseSensitive: entry.caseSensitive ?? options.caseSensitive ?? false,
    wholeWords: entry.wholeWords ?? options.wholeWords ?? false,
  }
  const { additionalKeys = [], excludeKeys = [] } = entry.decorators
  let bad: KeyAnswer | undefined
  const found = (keys: readonly string[]): string[] =>
    keys.filter((key) => {
      const answer = matcher.find(key, rules, text)
      if (answer !== "found" && answer !== "absent") bad ??= answer
      return answer === "found"
    })
  if (!entry.usesRegex) {
    const excluded = found(excludeKeys)[0]
    if (excluded !== undefined) return { refusal: "excluded", key: excluded }
    if (additionalKeys.length > 0 && found(additionalKeys).length === 0) return { refusal: "no_key" }
    if (entry.constant) return { cause: "constant", score: 0 }
  }
  const primary = found(entry.usesRegex ? [...entry.keys, ...additionalKeys] : entry.keys)
  // One wrong expression makes the whole entry no match, as the specification has it.
  if (entry.usesRegex && bad === "invalid") return { refusal: "bad_regex" }
  const [key] = primary
  if (key === undefined) return { refusal: bad === undefined ? "no_key" : "bad_regex" }
  const extra = entry.usesRegex ? 0 : secondaryScore(entry, found(entry.secondaryKeys).length)
  if (extra === undefined) return { refusal: "secondary", key }
  const isDirect = matcher.find(key, rules, { base: text.conversation, found: "" }) === "found"
  return { cause: isDirect ? "key" : "recursion", key, score: primary.length + extra }
}

/** What the secondary keys add to the score of a group; undefined where they forbid the entry. */
function secondaryScore({ secondaryKeys, logic }: LoreEntry, found: number): number | undefined {
  const all = secondaryKeys.length
  if (all === 0) return 0
  if (logic === "and-any") return found > 0 ? found : undefined
  if (logic === "and-all") return found === all ? found : undefined
  if (logic === "not-any") return found === 0 ? 0 : undefined
  return found < all ? 0 : undefined
}
