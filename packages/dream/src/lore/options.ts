import type { LorePlace, LoreRole, LoreSource } from "./model.ts"

export interface LoreMessage {
  readonly role: LoreRole
  /** Who speaks, as keys may name it. */
  readonly name?: string
  readonly text: string
}

/** What an evaluation is told beside the books and the conversation. What a book or an entry says itself goes before. */
export interface LoreOptions {
  /** Name (or nickname) of the character, and of the player. */
  readonly char: string
  readonly user: string
  /** Messages looked at, from the last. Default 4. */
  readonly scanDepth?: number
  /** Defaults: not case-sensitive, not whole words, no recursion. */
  readonly caseSensitive?: boolean
  readonly wholeWords?: boolean
  readonly recursive?: boolean
  /** Passes at most, the first included; 0 (the default): as many as find something. */
  readonly maxPasses?: number
  /** Look further back until so many entries are found, at most `maxScanDepth` messages. */
  readonly minActivations?: number
  readonly maxScanDepth?: number
  /** Tokens of all books together. */
  readonly tokenBudget?: number
  readonly countTokens?: (text: string) => number
  /** Whether `name: ` stands before each message that is looked at. Default true. */
  readonly includesNames?: boolean
  readonly groupScoring?: boolean
  readonly character?: { readonly name: string; readonly tags: readonly string[] }
  /** What the text is generated for: normal, continue, impersonate, swipe, regenerate, quiet. */
  readonly trigger?: string
  /** Which greeting began the conversation, and the name of the player's picture; unknown: rules about them are ignored. */
  readonly greetingIndex?: number
  readonly userIcon?: string
  /** The prompt is at its limit: entries that yield then do. */
  readonly contextIsFull?: boolean
  readonly sources?: Readonly<Partial<Record<LoreSource, string>>>
  /** Places that the prompt has; an entry that asks for another stands near the end. Default: all. */
  readonly places?: readonly LorePlace[]
  /** Keep the prompt's beginning equal from turn to turn: what may come and go stands near the end. Default true. */
  readonly keepsPrefix?: boolean
  /** Messages after what was moved near the end. Default 1: before the last message. */
  readonly nearDepth?: number
  /** Steps (about 25 ns each) that one regular expression may take on one text. */
  readonly regexSteps?: number
  /** Steps of all regular expressions together in one evaluation; those that come after count as not found. */
  readonly allRegexSteps?: number
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF00-\uFFEF]/gu

/** A rough count: one token for a character of Chinese, Japanese or Korean, one for four others. */
export function estimateTokens(text: string): number {
  const count = text.match(wide)?.length ?? 0
  return count + Math.ceil((text.length - count) / 4)
}
