/** Many characters, each on its own clock: what the parts of the schedule give each other. All plain data. */
import type { Perception } from "../perception/index.ts"
import type { Condition, LegalMove, Proposal, RefusalCode, World } from "../world/index.ts"

/** How fast things go, in whole story seconds, each at least 1. The longer, the further characters can be apart in time. */
export interface Pace {
  /** The least between two acts of one character, unless something wakes it. */
  readonly step: number
  /** Who has gone somewhere does nothing else for so long. */
  readonly travel: number
  /** From what happens to a character to what it does about it. */
  readonly reaction: number
}

/** Where one character stands in time. */
export interface Clock {
  /** When it decides next, unless something wakes it; null: not before something does. */
  readonly due: number | null
  /** Before this time nothing wakes it. */
  readonly free: number
  /** When it decided last: what was noticed from then on is new to it. */
  readonly since: number
  /** When something last happened that concerns it. */
  readonly heard: number
  /** Why what it last proposed did not happen. */
  readonly refused: RefusalCode | null
  /** When each habit was last followed. */
  readonly habits: Readonly<Record<string, number>>
}

/** By character. To be kept beside the world's journal: together they say how things go on. */
export type Clocks = Readonly<Record<string, Clock>>

/** The world and its characters' clocks. */
export interface Standing {
  readonly world: World
  readonly clocks: Clocks
}

/**
 * All that a decision may depend on. Nothing in it tells how many inputs elsewhere came before, so that it is the same
 * whatever the order in which the others were asked.
 */
export interface View {
  readonly character: string
  readonly time: number
  readonly perception: Omit<Perception, "index" | "events"> & { readonly events: readonly Noticed[] }
  /** What is open to the character now. */
  readonly moves: readonly LegalMove[]
  /** Whether each of the questions of {@link Deciding.questions} holds. */
  readonly answers: readonly boolean[]
  /** Why what it last proposed did not happen. */
  readonly refused: RefusalCode | null
  /** When each habit was last followed. */
  readonly habits: Readonly<Record<string, number>>
}

/** What the character noticed since it decided last, oldest first. */
export type Noticed = DistributiveOmit<Perception["events"][number], "index">

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** What a character does now. */
export interface Decision {
  /** Null: nothing. */
  readonly proposal: Proposal | null
  /** Story seconds until it wants to act again if nothing happens; {@link Pace.step} at least. */
  readonly rest?: number
  /** The habit that is followed, to be told in later views. */
  readonly habit?: string
}

/** Who decides: a model, or the author's habits. To be the same schedule it must decide the same on equal views. */
export interface Deciding {
  decide(view: View, options: { readonly abortSignal: AbortSignal }): Promise<Decision>
  /** What {@link decide} wants to know of the world beyond what the character perceives, by author's condition. */
  questions?(character: string): readonly Condition[]
}

/** What is put into the world: a character's decision, time that passes, or an input from outside. */
export interface Act {
  readonly time: number
  /** Null: not of the schedule's characters. Those come first at their time. */
  readonly character: string | null
  readonly input: unknown
  readonly proposal: Proposal | null
  readonly rest: number
  readonly habit: string | null
}
