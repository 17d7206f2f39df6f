/** How a story sees the world and moves it: a small port, so that any world can stand behind a story. */
import type { Localized } from "@daydream/engine/language"

/** What a fact or a dial can be. */
export type StoryValue = boolean | number | string

/** One change that a story asks of the world. */
export type StoryProposal =
  | { readonly op: "set"; readonly fact: string; readonly value: StoryValue | null }
  | { readonly op: "add"; readonly fact: string; readonly amount: number }
  | { readonly op: "move"; readonly who: string; readonly to: string | null }
  | { readonly op: "put"; readonly thing: string; readonly in: string | null }
  | { readonly op: "reveal" | "hide"; readonly what: string }
  | { readonly op: "learn"; readonly who: string; readonly fact: string; readonly from: string | null }
  | { readonly op: "relate"; readonly kind: string; readonly from: string; readonly to: string; readonly add?: number; readonly set?: number }
  | { readonly op: "feel"; readonly who: string; readonly feeling: string }
  | { readonly op: "act"; readonly who: string; readonly move: string; readonly arguments: Readonly<Record<string, string>> }

/** Why the world does not do what a story asked. */
export interface StoryVerdictRefusal {
  /** Stands in the story's variable `refusal`. */
  readonly code: string
  readonly message: Localized
}

/** What the world says to a proposal: the world after it, or a refusal that leaves the world as it is. */
export type StoryVerdict = { readonly world: StoryWorld } | { readonly refusal: StoryVerdictRefusal }

/**
 * A world as a story sees it: an immutable value. Every answer is synchronous, pure and total; names that do not exist
 * give null, false or 0.
 */
export interface StoryWorld {
  fact(fact: string): StoryValue | null
  knows(who: string, fact: string): boolean
  at(who: string, place: string): boolean
  has(who: string, thing: string): boolean
  relation(kind: string, from: string, to: string): number
  /** Story time, in seconds since the midnight before day 1. */
  time(): number
  /** What the player's taste or the author's dials say: `tone`, `pace`, `length`, `language`, `romance`… */
  dial(name: string): StoryValue | null
  propose(proposal: StoryProposal): StoryVerdict
  /** Where the world's history stands (the length of a journal, say): kept with checkpoints, so that a host can rewind to it. */
  mark(): number | string
  /** Equal for worlds that a story cannot tell apart, now and later. */
  digest(): string
}

/** The names that a story may use, for the checks at compile time. */
export interface StoryNames {
  readonly facts: readonly string[]
  readonly characters: readonly string[]
  readonly places: readonly string[]
  readonly things: readonly string[]
  readonly relations: readonly string[]
  readonly moves: readonly string[]
  readonly feelings: readonly string[]
  readonly dials: readonly string[]
  /** What a fact can be, where it is one of a few values. */
  readonly values?: Readonly<Record<string, readonly StoryValue[]>>
}

/** What names can be of. */
export type StoryNameKind = Exclude<keyof StoryNames, "values">

/** Somebody who speaks in a story, with every name that may stand before a colon. */
export interface StorySpeaker {
  readonly id: string
  readonly names: readonly string[]
}
