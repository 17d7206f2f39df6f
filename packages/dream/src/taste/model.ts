/** One player's taste: where they like each dial to stand, learnt from what they set and how they liked what they played. */
import type { Language } from "@daydream/engine/language"
import type { ContentKind } from "../bundle/index.ts"

/** Dials that mean the same in every dream; an author may declare others, which are learnt by their own ids. */
export const standardDials = ["tone", "pace", "fear", "romance", "length", "point-of-view"] as const

/** What is known of one dial: 0 is its first setting, 1 its last. */
export interface DialTaste {
  readonly position: number
  /** Evidence so far; 0: none. At most {@link mostWeight}, so that taste can change. */
  readonly weight: number
}

/** Plain JSON; belongs to the player, who can read, change and delete it. */
export interface Taste {
  readonly format: 1
  readonly dials: Readonly<Record<string, DialTaste>>
  readonly without: readonly ContentKind[]
  readonly language: Language | null
}

export const mostWeight = 12

/** Something that says what the player likes. */
export type TasteEvidence =
  /** Set by hand. */
  | { readonly kind: "set"; readonly dial: string; readonly position: number }
  /** A dream was played with these positions and liked so much: −1 not at all, 1 very. */
  | { readonly kind: "played"; readonly positions: Readonly<Record<string, number>>; readonly liked: number }

export const emptyTaste: Taste = { format: 1, dials: {}, without: [], language: null }
