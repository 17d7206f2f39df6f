/** One turn of play: perceive → route → speak → check → commit; each a plain value, together what an author reads. */
import type { Language } from "@daydream/engine/language"
import type { Origin } from "@daydream/engine/origin"
import type { LoreState } from "../lore/index.ts"
import type { MemoryEntry } from "../memory/index.ts"
import type { StoryState } from "../story/index.ts"
import type { Entry, Finding, World } from "../world/index.ts"

/** What a player says or does. */
export type PlayerInput =
  /** The first input of a session: the opening is played. */
  | { readonly kind: "begin" }
  | { readonly kind: "say"; readonly text: string; readonly to?: string }
  /** A suggestion was taken: the key of an {@link Option}. */
  | { readonly kind: "take"; readonly option: string }
  /** A move of the world, by its name. */
  | { readonly kind: "do"; readonly move: string; readonly arguments: Readonly<Record<string, string>> }
  /** The story paused. */
  | { readonly kind: "continue" }
  | { readonly kind: "wait"; readonly seconds?: number }

/** What is open to the player now. */
export interface Option {
  /** Stable within the state: `choice:<id>`, `topic:<character>/<topic>`, `move:<move>?<argument>=<value>&…`. */
  readonly key: string
  readonly kind: "choice" | "topic" | "move"
  /** With whom, of a topic. */
  readonly character: string | null
  /** In the session's language. */
  readonly name: string
  /** Utterances that mean it. */
  readonly examples: readonly string[]
  /** Phrases that mean it for certain. */
  readonly patterns: readonly string[]
  /** Shown to the player as a suggestion. */
  readonly isSuggested: boolean
}

/** What is chosen beside the options. */
export type RouteOther = "unclear" | "off_world" | "nature" | "crisis" | "small_talk"

/** How it was found what the player meant. */
export interface Route {
  readonly to: { readonly option: string } | { readonly other: RouteOther }
  readonly by: "key" | "rule" | "model" | "words" | "fallback"
  /** Of the model's or the words' choice, in [0, 1]; 1 by rule. */
  readonly confidence: number
  /** The best candidates, for the trace. */
  readonly candidates: readonly { readonly option: string; readonly probability: number }[]
  /** Whom the player speaks to; null: nobody. */
  readonly addressee: string | null
}

/** Why one sentence was not said. */
export interface RefusedText {
  readonly speaker: string
  readonly text: string
  readonly findings: readonly Finding[]
  readonly attempt: number
  /** What else is wrong: `guarded` (a guarded fact in words of a model), `language`, `too_long`, `repeated`, `failed` (the model gave none). */
  readonly reason?: "guarded" | "language" | "too_long" | "repeated" | "failed"
}

/** One step in a turn's trace: "why this line". */
export type TraceStep =
  | { readonly step: "perceive"; readonly holder: string; readonly facts: readonly string[]; readonly memories: readonly string[]; readonly lore: readonly string[] }
  | { readonly step: "route"; readonly route: Route }
  | { readonly step: "line"; readonly speaker: string; readonly line: string; readonly why: "first_unsaid" | "said_longest_ago" | "reaction" | "fallback" | "story" }
  | { readonly step: "say"; readonly speaker: string; readonly note: string; readonly sentences: readonly string[]; readonly origin: Origin }
  | { readonly step: "refused"; readonly refused: RefusedText }
  | { readonly step: "world"; readonly input: string; readonly refusal: string | null }
  | { readonly step: "scene"; readonly trigger: string; readonly knot: string }
  | { readonly step: "withheld"; readonly line: string; readonly content: string }

/** What reaches the player, in order. `do` and `feel` come before the sentences that go with them. */
export type TurnOutput =
  | { readonly type: "narrate"; readonly text: string; readonly language: Language; readonly origin: Origin; readonly line: string | null }
  | { readonly type: "say"; readonly character: string; readonly text: string; readonly language: Language; readonly origin: Origin | "player"; readonly line: string | null }
  | { readonly type: "do"; readonly character: string; readonly move: string; readonly arguments: Readonly<Record<string, string>>; readonly text: string }
  | { readonly type: "feel"; readonly character: string; readonly feeling: string }
  /** The player is somewhere else now, or sees others. */
  | { readonly type: "scene"; readonly place: string | null; readonly characters: readonly string[]; readonly things: readonly string[] }
  /** From the interface, outside the fiction. */
  | { readonly type: "notice"; readonly code: string; readonly text: string }
  | { readonly type: "refused"; readonly code: string; readonly text: string }
  | { readonly type: "end"; readonly ending: string | null }

/** Answers of models in one turn, in the order asked: a turn replays from them to the same bytes. */
export type RecordedCall =
  | { readonly port: "choose"; readonly probabilities: Readonly<Record<string, number>>; readonly by: "model" | "words" }
  | { readonly port: "say"; readonly sentences: readonly string[] }
  | { readonly port: "recall"; readonly memories: readonly string[] }

/** A played turn. Plain JSON: the journal of a session is a list of these. */
export interface Turn {
  readonly index: number
  readonly player: string
  readonly input: PlayerInput
  readonly calls: readonly RecordedCall[]
  /** What was appended to the world's journal. */
  readonly entries: readonly Entry[]
  /** The story after the turn, where it moved. */
  readonly story: StoryState | null
  /** Lines said (`character/line`), options taken and reactions (`reaction:<character>/<id>`), scenes begun in this turn. */
  readonly said: readonly string[]
  readonly taken: readonly string[]
  readonly scenes: readonly string[]
  readonly lore: LoreState | null
  readonly outputs: readonly TurnOutput[]
  /** Of each output the player characters who perceive it. */
  readonly audience: readonly (readonly string[])[]
  /** Whom the player spoke to; null: nobody. */
  readonly addressee: string | null
  /** Set where the input was not open: nothing happened, and the turn is not to be kept. */
  readonly refused: string | null
  readonly trace: readonly TraceStep[]
  /** What holders keep of it; not part of the turn's own record (see the session's store). */
  readonly memories: readonly MemoryEntry[]
  /** Set where the dream has ended. */
  readonly ended: { readonly ending: string | null } | null
}

/** A line that was heard or read, for the next turns. */
export interface RecentLine {
  /** Null: narration. */
  readonly speaker: string | null
  readonly text: string
  /** The player characters who perceived it. */
  readonly audience: readonly string[]
}

/** Where a play stands. Everything in it follows from the dream, the seed and the turns so far. */
export interface PlayState {
  readonly session: string
  readonly seed: string
  readonly language: Language
  readonly dials: Readonly<Record<string, string>>
  readonly world: World
  readonly story: StoryState | null
  /** By `character/line`: the turn at which it was said last. */
  readonly said: Readonly<Record<string, number>>
  readonly taken: Readonly<Record<string, number>>
  readonly scenes: Readonly<Record<string, number>>
  readonly lore: LoreState
  /** By player character: whom it spoke to last. */
  readonly addressees: Readonly<Record<string, string>>
  /** The last lines, oldest first. */
  readonly recent: readonly RecentLine[]
  /** Turns so far. */
  readonly turns: number
  readonly ended: { readonly ending: string | null } | null
}
