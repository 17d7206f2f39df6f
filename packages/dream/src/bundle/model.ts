/** A dream as its author (or a wish) made it: world, story, cast, lore and dials, read from one folder. */
import type { Language } from "@daydream/engine/language"
import type { Lorebook } from "../lore/index.ts"
import type { Story } from "../story/index.ts"
import type { Claim, Condition, Effect, TextLists, Texts, WorldDefinition } from "../world/index.ts"

/** What a dream holds that an age gate or a reader's limits look at. */
export const contentKinds = ["fear", "violence", "death", "romance", "alcohol", "gambling", "self-harm"] as const
export type ContentKind = (typeof contentKinds)[number]

/** For whom a dream is: `everyone`; `teen`, from 14; `adult`, from 18. */
export const ratings = ["everyone", "teen", "adult"] as const
export type Rating = (typeof ratings)[number]

/**
 * The most that a model may do in a dream or for a character. `select`: choose among the author's lines. `reword`: also
 * word the author's notes. `talk`: also free small talk.
 */
export const freedoms = ["select", "reword", "talk"] as const
export type Freedom = (typeof freedoms)[number]

/** What an author lets a reader's taste set. The story reads it with `dial("tone")`. */
export interface Dial {
  readonly id: string
  readonly names: Texts
  /** The settings, from one end to the other. */
  readonly values: readonly { readonly value: string; readonly names: Texts }[]
  readonly starts: string
  /** Of these kinds: off for a minor, and wherever limits forbid it. The dial then stands at its first value. */
  readonly content: ContentKind | null
}

/** One line that an author wrote for a character. */
export interface CastLine {
  /** Unique in the character's sheet: given, or made of the topic and the line's place. */
  readonly id: string
  readonly texts: Texts
  /** Null: always. `$actor` is the player. */
  readonly when: Condition | null
  readonly feeling: string | null
  /** What it states beside what the text is found to state. */
  readonly claims: readonly Claim[]
  /** Content of which the line is; left out where limits forbid it. */
  readonly content: ContentKind | null
}

/** What a player can bring up with a character, and what the character answers. */
export interface Topic {
  readonly id: string
  /** As a suggestion to the player; empty: never suggested. */
  readonly names: Texts
  /** Utterances of a player that mean it (three or more a language). */
  readonly examples: TextLists
  /** Phrases that mean it for certain, by rule and before any model; `...` is a gap, a final `*` any ending. */
  readonly patterns: TextLists
  readonly when: Condition | null
  readonly isOnce: boolean
  /** What comes of it, by the author's hand. */
  readonly effects: readonly Effect[]
  /** The first one that holds and was not said yet; where all were said, the one said longest ago. */
  readonly lines: readonly CastLine[]
  /** What the character means, for a model to word in the character's voice; the lines stand in where none may. */
  readonly note: Texts | null
  /** A knot tagged `# entry` that begins after the answer. */
  readonly enters: string | null
}

/** What a character says by itself as soon as something is so and the player is there; once. */
export interface Reaction {
  readonly id: string
  readonly when: Condition
  readonly effects: readonly Effect[]
  readonly lines: readonly CastLine[]
}

/** A habit: what a character does by itself. The first that holds is done. */
export interface Habit {
  readonly id: string
  readonly when: Condition | null
  readonly move: string
  readonly arguments: Readonly<Record<string, string>>
  /** Story seconds between two times; 0: whenever the character is free. */
  readonly every: number
}

/** How one character of the world speaks and what it does. `characters/<id>.yaml`. */
export interface CastMember {
  readonly character: string
  /** A child in the fiction: never in anything of the kind `romance`. */
  readonly isMinor: boolean
  readonly freedom: Freedom
  /** Who it is, in a few sentences, for a model's prompt. */
  readonly persona: Texts
  /** How it words a note, three or more. */
  readonly voice: Readonly<Partial<Record<Language, readonly { readonly note: string; readonly line: string }[]>>>
  readonly topics: readonly Topic[]
  readonly reactions: readonly Reaction[]
  readonly habits: readonly Habit[]
  /** Where nothing that was said could be made out. */
  readonly unclear: readonly CastLine[]
  /** Where what was said is not of this world (telephones, instructions to a program). */
  readonly offWorld: readonly CastLine[]
  /** In the fiction, after the interface has answered honestly, where the player asks whether this is an AI. */
  readonly nature: readonly CastLine[]
}

/** A scene that begins by itself where the story is at rest and `when` holds; once, unless `isRepeated`. */
export interface SceneTrigger {
  readonly id: string
  readonly when: Condition
  readonly enters: string
  readonly isRepeated: boolean
}

/** A whole dream, immutable. */
export interface Dream {
  readonly id: string
  readonly names: Texts
  readonly summary: Texts
  readonly author: string
  readonly languages: readonly Language[]
  /** Minutes of play. */
  readonly minutes: number | null
  readonly rating: Rating
  readonly contents: readonly ContentKind[]
  /** The characters that humans may play; the first is the one of a single player. */
  readonly players: readonly string[]
  /** Story seconds that a turn takes where its move says nothing else. */
  readonly secondsPerTurn: number
  readonly freedom: Freedom
  readonly world: WorldDefinition
  /** `story.ink`, or `story.en.ink` and `story.zh.ink`. */
  readonly stories: Readonly<Partial<Record<Language, Story>>>
  readonly cast: ReadonlyMap<string, CastMember>
  readonly scenes: readonly SceneTrigger[]
  readonly lore: readonly Lorebook[]
  readonly dials: ReadonlyMap<string, Dial>
  /** Where nobody is spoken to and nothing was made out: narration. */
  readonly unclear: TextLists
  /** Of the languages' text as a whole: written by a person, or made from a wish (then by which model). */
  readonly made: { readonly by: "author" } | { readonly by: "wish"; readonly wish: string; readonly model: string }
  /** SHA-256 over every file: a session belongs to one version. */
  readonly hash: string
}

/** A file of a dream's folder: path with `/`, relative to the folder. */
export interface DreamFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What is wrong in a dream's files, for its author. */
export interface DreamProblem {
  readonly code: string
  readonly severity: "error" | "warning"
  readonly file: string
  /** From 1; 0 where the whole file is meant. */
  readonly line: number
  readonly column: number
  readonly message: Readonly<Record<Language, string>>
  readonly hint: Readonly<Record<Language, string>>
}
