/** What an author wrote, checked and resolved: the immutable half of a world. */
import type { Language } from "@daydream/engine/language"
import type { Condition } from "./condition.ts"
import type { Effect } from "./effect.ts"

/** What a fact can be. */
export type Value = boolean | number | string

/** One text in the languages of the world. */
export type Texts = Readonly<Partial<Record<Language, string>>>

/** Several texts in the languages of the world. */
export type TextLists = Readonly<Partial<Record<Language, readonly string[]>>>

interface EntityBase {
  readonly id: string
  readonly names: Texts
  readonly aliases: TextLists
  readonly description: Texts
  /** Who knows of it at the start; others come to know of it by seeing it or by hearing its name. */
  readonly known: "everyone" | readonly string[]
}

/** Somebody who acts. */
export interface CharacterDefinition extends EntityBase {
  readonly kind: "character"
  /** The place where they are at the start; null: not on the stage. */
  readonly at: string | null
  readonly hidden: boolean
  /** Played by a human: may say whatever they like. */
  readonly isPlayer: boolean
  /** May say that they are an AI or a human (a robot in the fiction). */
  readonly mayClaimNature: boolean
  readonly feeling: string | null
}

/** A way from one place to another, one way only. */
export interface Exit {
  readonly to: string
  readonly names: Texts
  readonly when: Condition | null
}

/** Somewhere to be. */
export interface PlaceDefinition extends EntityBase {
  readonly kind: "place"
  readonly exits: readonly Exit[]
}

/** Something to have: in a place, with a character or in another thing. */
export interface ThingDefinition extends EntityBase {
  readonly kind: "thing"
  readonly at: string | null
  readonly hidden: boolean
  readonly isPortable: boolean
  /** Other things can be put into it. */
  readonly isContainer: boolean
}

export type EntityDefinition = CharacterDefinition | PlaceDefinition | ThingDefinition

/** How one value of a fact sounds. */
export interface ValueTexts {
  readonly value: Value
  /** The sentence that states it. `{value}` in a number's sentence stands for the number. */
  readonly says: Texts
  /** Other ways to claim it; `...` is a gap within one sentence, a final `*` any ending. */
  readonly phrasings: TextLists
  /** Words that give it away: never in the mouth of a character who may not tell it. */
  readonly words: TextLists
}

/** Who may say a value, and when. */
export interface TellingRule {
  readonly who: "everyone" | readonly string[]
  /** Only this value; null: any. */
  readonly value: Value | null
  readonly when: Condition | null
}

/** Something that is so, for a time. */
export interface FactDefinition {
  readonly id: string
  readonly type: "boolean" | "number" | "choice"
  /** Null: nothing is so yet. */
  readonly starts: Value | null
  /** Texts by value; a number fact has one, under the key `number`. */
  readonly values: ReadonlyMap<Value, ValueTexts>
  readonly range: { readonly least: number; readonly most: number } | null
  /** Whoever sees this entity (or is in this place) sees the fact. */
  readonly where: string | null
  /** Entities that one gets to know of with it. */
  readonly about: readonly string[]
  readonly known: "everyone" | readonly string[]
  /** Null: no secret. Else characters tell it only as one of these rules allows. */
  readonly guard: readonly TellingRule[] | null
  /** Who may claim what is not so. */
  readonly lies: readonly TellingRule[]
}

/** What may stand in a move's place for an argument. */
export interface ArgumentDefinition {
  readonly kind: "character" | "place" | "thing" | "fact" | "choice"
  /** `here`: seen now. `held`: in the actor's hands. `known`: known to the actor. */
  readonly from: "here" | "held" | "known" | readonly string[]
}

/** What characters can do, beside the moves that every world has. */
export interface MoveDefinition {
  readonly id: string
  readonly names: Texts
  /** Utterances of a player that mean it. */
  readonly examples: TextLists
  readonly who: "everyone" | readonly string[]
  readonly arguments: ReadonlyMap<string, ArgumentDefinition>
  readonly when: Condition | null
  readonly effects: readonly Effect[]
  /** Seconds of story time for which the actor is busy. */
  readonly takes: number
  /** Nobody but the actor notices it. */
  readonly isSecret: boolean
}

/** What happens by itself. */
export interface RuleDefinition {
  readonly id: string
  readonly when: Condition
  readonly effects: readonly Effect[]
  readonly isRepeated: boolean
}

/** A kind of bond from one character to another, as a whole number. */
export interface RelationDefinition {
  readonly id: string
  readonly names: Texts
  readonly least: number
  readonly most: number
  readonly starts: number
  readonly pairs: readonly { readonly from: string; readonly to: string; readonly value: number }[]
}

/** The moves that every world has, unless its author takes them away. */
export const builtinMoves = ["go", "take", "drop", "put", "give", "tell", "say", "wait"] as const

export type BuiltinMove = (typeof builtinMoves)[number]

/** A world as its author made it. */
export interface WorldDefinition {
  readonly id: string
  readonly names: Texts
  readonly languages: readonly Language[]
  /** Story time at the beginning, in seconds since the midnight before day 1. */
  readonly starts: number
  readonly entities: ReadonlyMap<string, EntityDefinition>
  readonly relations: ReadonlyMap<string, RelationDefinition>
  readonly facts: ReadonlyMap<string, FactDefinition>
  readonly moves: ReadonlyMap<string, MoveDefinition>
  readonly rules: ReadonlyMap<string, RuleDefinition>
  readonly builtins: readonly BuiltinMove[]
  readonly feelings: readonly string[]
  /** Names that may be said although nothing in the world bears them. */
  readonly vocabulary: TextLists
  /** SHA-256 of what the author wrote: a journal belongs to one version. */
  readonly hash: string
}

/** The ids of the characters, in the author's order. */
export const charactersOf = (definition: WorldDefinition): readonly CharacterDefinition[] => memo(definition).characters

/** The ids of the things, in the author's order. */
export const thingsOf = (definition: WorldDefinition): readonly ThingDefinition[] => memo(definition).things

/** Facts that can be seen at an entity. */
export const factsAt = (definition: WorldDefinition, entity: string): readonly FactDefinition[] =>
  memo(definition).factsAt.get(entity) ?? []

interface Lists {
  readonly characters: readonly CharacterDefinition[]
  readonly things: readonly ThingDefinition[]
  readonly factsAt: ReadonlyMap<string, readonly FactDefinition[]>
}

const lists = new WeakMap<WorldDefinition, Lists>()

function memo(definition: WorldDefinition): Lists {
  const found = lists.get(definition)
  if (found !== undefined) return found
  const entities = [...definition.entities.values()]
  const made: Lists = {
    characters: entities.filter((entity) => entity.kind === "character"),
    things: entities.filter((entity) => entity.kind === "thing"),
    factsAt: Map.groupBy(
      [...definition.facts.values()].filter((fact) => fact.where !== null),
      (fact) => fact.where ?? "",
    ),
  }
  lists.set(definition, made)
  return made
}

/** True where the value is one that the fact can have. */
export function isValueOf(fact: FactDefinition, value: unknown): value is Value {
  if (fact.type === "number")
    return (
      typeof value === "number" &&
      Number.isSafeInteger(value) &&
      !Object.is(value, -0) &&
      value >= (fact.range?.least ?? 0) &&
      value <= (fact.range?.most ?? 0)
    )
  return (typeof value === "boolean" || typeof value === "string") && fact.values.has(value)
}

/** The sentences that state `value`, by language; none where the author gave none. */
export function sentencesOf(fact: FactDefinition, value: Value): Texts {
  if (fact.type !== "number") return fact.values.get(value)?.says ?? {}
  const says = fact.values.get("number")?.says ?? {}
  return Object.fromEntries(
    Object.entries(says).map(([language, text]) => [language, text.replaceAll("{value}", String(value))]),
  )
}
