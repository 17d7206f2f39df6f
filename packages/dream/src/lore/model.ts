/** What a lorebook is, whatever file it came from: a character's book (V2, V3), a V3 lorebook file, a SillyTavern world file. */

export type LoreLogic = "and-any" | "and-all" | "not-any" | "not-all"
export type LoreRole = "system" | "user" | "assistant"

/** Where an entry asks to stand. */
export type LorePlace =
  | "before_char"
  | "after_char"
  | "before_description"
  | "after_description"
  | "personality"
  | "scenario"
  | "before_examples"
  | "after_examples"
  | "note_top"
  | "note_bottom"
  | "depth"
  | "outlet"

/** Texts beside the conversation in which an entry may look for its keys. */
export type LoreSource =
  | "persona_description"
  | "character_description"
  | "character_personality"
  | "character_note"
  | "scenario"
  | "creator_notes"

/** What the decorators at the head of an entry's content say (V3). Depths and counts are messages. */
export interface LoreDecorators {
  readonly activateOnlyAfter?: number
  readonly activateOnlyEvery?: number
  readonly keepActivateAfterMatch?: true
  readonly dontActivateAfterMatch?: true
  readonly depth?: number
  readonly reverseDepth?: number
  readonly role?: LoreRole
  readonly scanDepth?: number
  readonly isGreeting?: number
  readonly position?: LorePlace
  readonly ignoreOnMaxContext?: true
  readonly additionalKeys?: readonly string[]
  readonly excludeKeys?: readonly string[]
  readonly isUserIcon?: string
  readonly dontActivate?: true
  readonly activate?: true
  readonly disableUiPrompt?: readonly string[]
}

export interface LoreEntry {
  /** Unique in its book. */
  readonly id: string
  /** For people alone: name or comment. */
  readonly title: string
  readonly keys: readonly string[]
  readonly secondaryKeys: readonly string[]
  readonly logic: LoreLogic
  /** Without its decorators, macros unexpanded. */
  readonly content: string
  readonly decorators: LoreDecorators
  /** Decorators that are not followed here, and have no fallback that is. */
  readonly ignoredDecorators?: readonly string[]
  readonly enabled: boolean
  readonly constant: boolean
  /** Lower stands earlier. */
  readonly order: number
  /** Lower is dropped first where the budget is short; without it, `order` counts. */
  readonly priority?: number
  readonly place: LorePlace
  readonly depth: number
  readonly role: LoreRole
  readonly outlet?: string
  /** Every key is the source of a regular expression (V3). Keys written `/…/flags` are one always. */
  readonly usesRegex: boolean
  readonly caseSensitive?: boolean
  readonly wholeWords?: boolean
  readonly scanDepth?: number
  /** Percent. */
  readonly probability: number
  /** Messages. */
  readonly sticky: number
  readonly cooldown: number
  readonly delay: number
  /** Is not found by the content of other entries. */
  readonly excludeRecursion: boolean
  /** Its content finds no other entries. */
  readonly preventRecursion: boolean
  /** 0: not delayed; else the level of recursion from which it may be found. */
  readonly delayUntilRecursion: number
  readonly groups: readonly string[]
  readonly groupWeight: number
  readonly groupPrioritised: boolean
  readonly groupScoring?: boolean
  readonly ignoresBudget: boolean
  readonly characterFilter?: {
    readonly names: readonly string[]
    readonly tags: readonly string[]
    readonly exclude: boolean
  }
  /** Kinds of generation; empty: all. */
  readonly triggers: readonly string[]
  readonly sources: readonly LoreSource[]
}

export interface Lorebook {
  /** Tells books apart in state and traces. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** Messages looked at, from the last. */
  readonly scanDepth?: number
  /** Tokens of all its entries together. */
  readonly tokenBudget?: number
  /** Whether the content of entries may find entries of this book. Undefined: as the options say. */
  readonly recursive?: boolean
  readonly entries: readonly LoreEntry[]
}
