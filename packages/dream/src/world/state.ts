/** The state of a world: plain data, so that it can be written, compared and hashed. */
import { charactersOf } from "./definition.ts"
import type { Value, WorldDefinition } from "./definition.ts"
import { lookAround } from "./look.ts"

/** Where a piece of knowledge comes from. */
export type Source =
  | { readonly kind: "authored" }
  | { readonly kind: "seen"; readonly place: string | null }
  | { readonly kind: "narrated" }
  | { readonly kind: "told"; readonly by: string }
  /** Heard as a question. */
  | { readonly kind: "asked"; readonly by: string }
  /** Said by the holder itself without knowing it. */
  | { readonly kind: "supposed" }

/** One value that somebody holds for true. */
export interface Knowledge {
  readonly value: Value
  /** Story time. */
  readonly since: number
  /** The journal's entry that brought it; -1: the author. */
  readonly entry: number
  readonly source: Source
  /** Story time from which the holder knows better. */
  readonly until?: number
}

/** What is so now, and since when. */
export interface FactPeriod {
  readonly value: Value | null
  readonly since: number
}

type ById<T> = Readonly<Record<string, T>>

export interface WorldState {
  /** Story time, in seconds since the midnight before day 1. */
  readonly time: number
  /** How many entries of the journal made this state. */
  readonly index: number
  /** Of each character its place, of each thing the place, character or thing that has it; null: nowhere. */
  readonly positions: ById<string | null>
  readonly hidden: ById<true>
  readonly facts: ById<FactPeriod>
  /** By holder and fact; one item a value. */
  readonly knowledge: ById<ById<readonly Knowledge[]>>
  /** By holder, the entities it knows of beyond what everyone knows, and since when. */
  readonly acquainted: ById<ById<number>>
  /** By kind, from and to. */
  readonly relations: ById<ById<ById<number>>>
  readonly feelings: ById<string>
  /** How often each move and rule happened. */
  readonly done: ById<number>
  /** Until when a character is busy. */
  readonly busy: ById<number>
}

const knows = (known: "everyone" | readonly string[], id: string) => known === "everyone" || known.includes(id)

/** The state at the beginning. */
export function initialState(definition: WorldDefinition): WorldState {
  const { starts, entities, facts, relations } = definition
  const characters = charactersOf(definition)
  const movable = [...entities.values()].filter((entity) => entity.kind !== "place")
  const knowledgeAt = (holder: string) =>
    Object.fromEntries(
      [...facts.values()]
        .filter((fact) => fact.starts !== null && knows(fact.known, holder))
        .map((fact) => [
          fact.id,
          [{ value: fact.starts as Value, since: starts, entry: -1, source: { kind: "authored" as const } }],
        ]),
    )
  const acquaintedAt = (holder: string) => {
    const known = [...entities.values()].filter(
      (entity) => entity.known !== "everyone" && (entity.id === holder || entity.known.includes(holder)),
    )
    const about = [...facts.values()]
      .filter((fact) => fact.starts !== null && knows(fact.known, holder))
      .flatMap((fact) => fact.about)
    return Object.fromEntries(
      [...known.map(({ id }) => id), ...about.filter((id) => entities.get(id)?.known !== "everyone")].map((id) => [
        id,
        starts,
      ]),
    )
  }
  const bonds: Record<string, Record<string, Record<string, number>>> = {}
  for (const { id, pairs } of relations.values())
    for (const { from, to, value } of pairs) ((bonds[id] ??= {})[from] ??= {})[to] = value
  const state: WorldState = {
    time: starts,
    index: 0,
    positions: Object.fromEntries(movable.map((entity) => [entity.id, entity.at])),
    hidden: Object.fromEntries(movable.filter((entity) => entity.hidden).map(({ id }) => [id, true as const])),
    facts: Object.fromEntries([...facts.values()].map((fact) => [fact.id, { value: fact.starts, since: starts }])),
    knowledge: Object.fromEntries(characters.map(({ id }) => [id, knowledgeAt(id)])),
    acquainted: Object.fromEntries(characters.map(({ id }) => [id, acquaintedAt(id)])),
    relations: bonds,
    feelings: Object.fromEntries(characters.flatMap(({ id, feeling }) => (feeling === null ? [] : [[id, feeling]]))),
    done: {},
    busy: {},
  }
  return characters.reduce((now, { id }) => lookAround(definition, now, id, -1), state)
}
