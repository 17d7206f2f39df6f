/** The two ports through which a model takes part in a turn. Each has a model, a record/replay and an author-only form. */
import type { Language } from "@daydream/engine/language"
import type { Recalled, RecallQuery } from "../memory/index.ts"
import type { Option } from "./model.ts"

export interface PortOptions {
  readonly abortSignal?: AbortSignal
}

/** What the chooser may know: what the player perceives, and what was said last. */
export interface ChooseContext {
  readonly language: Language
  /** What the player said. */
  readonly text: string
  /** With whom the player speaks, as named in the fiction; null: nobody. */
  readonly addressee: string | null
  readonly place: string | null
  /** The last lines, oldest first, as `name: text`. */
  readonly recent: readonly string[]
  /** Names the turn, for seeds. */
  readonly turn: string
}

/** Probabilities by option key, and under `none` for none of them; they sum to 1. */
export type Distribution = Readonly<Record<string, number>>

/** Chooses what the player means among what is open. */
export interface ChoosePort {
  /** What its choices are put down to; default: a model. */
  readonly by?: "model" | "words"
  choose(context: ChooseContext, options: readonly Option[], port?: PortOptions): Promise<Distribution>
}

/** Everything that a speaker may know. Nothing else reaches the model. */
export interface SayContext {
  readonly language: Language
  readonly speaker: { readonly id: string; readonly name: string }
  /** Equal from turn to turn: persona and constant lore. The part whose reading is cached, with `voice`. */
  readonly prefix: string
  /** How the speaker words notes; equal from turn to turn. */
  readonly voice?: readonly { readonly note: string; readonly line: string }[]
  /** What is so now, what comes to mind, what was said: below 100 tokens where the model is small. */
  readonly suffix: string
  readonly turn: string
  /** Attempts so far: another one draws otherwise. */
  readonly attempt: number
}

/** What is to be said: the author's note in the character's mind, or free small talk in answer to `hears`. */
export type SayNote =
  | { readonly kind: "note"; readonly note: string; readonly hears: string | null }
  | { readonly kind: "talk"; readonly hears: string }

/** Words what a character means. Gives whole sentences, as soon as each is there. */
export interface SayPort {
  say(context: SayContext, note: SayNote, port?: PortOptions): AsyncIterable<string>
}

/** What comes to a character's mind; the session gives the memory store's recall. */
export type RecallPort = (holder: string, query: RecallQuery, port?: PortOptions) => Promise<readonly Recalled[]>

/** What a turn is played with. Without `say`, only the author's lines are said. */
export interface Ports {
  readonly choose: ChoosePort
  readonly say?: SayPort
  readonly recall?: RecallPort
}
