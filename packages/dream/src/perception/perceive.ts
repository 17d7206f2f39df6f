/** What one holder perceives and knows: the sole input of a character's prompt. Secrecy by construction. */
import {
  charactersOf,
  entriesOf,
  isAcquainted,
  knowledgeOf,
  maySpeakOf,
  rankOf,
  relationOf,
  seenCharacters,
  seenThings,
  sentencesOf,
  holds,
} from "../world/index.ts"
import type { Source, Texts, Value, World, WorldEvent } from "../world/index.ts"
import { projectEvent } from "./project-event.ts"
import type { PerceivedEvent } from "./project-event.ts"

/** An entity as it is named to the holder. */
export interface NamedEntity {
  readonly id: string
  readonly names: Texts
}

/** A place from within. */
export interface PerceivedPlace extends NamedEntity {
  readonly description: Texts
  /** Open now. */
  readonly exits: readonly NamedEntity[]
}

/** Somebody who is seen. */
export interface PerceivedCharacter extends NamedEntity {
  readonly description: Texts
  readonly feeling: string | null
  /** What they are seen to have. */
  readonly holds: readonly NamedEntity[]
}

/** Something that is seen. */
export interface PerceivedThing extends NamedEntity {
  readonly description: Texts
  /** The place, character or thing that has it. */
  readonly in: string
}

/** Something that the holder holds for true, or did. */
export interface PerceivedFact {
  readonly fact: string
  readonly value: Value
  readonly says: Texts
  readonly source: Source
  /** Story time. */
  readonly since: number
  /** Seconds of story time since then. */
  readonly age: number
  /** From when the holder knows better; null: it still holds it for true. */
  readonly until: number | null
  readonly certainty: "certain" | "hearsay" | "rumour"
  /** A guarded fact. */
  readonly isSecret: boolean
  /** The holder may tell it now. */
  readonly mayTell: boolean
}

export interface Perception {
  readonly holder: NamedEntity & {
    readonly description: Texts
    readonly feeling: string | null
    readonly isHidden: boolean
  }
  readonly time: number
  /** The journal's length: what {@link PerceiveOptions.since} may be the next time. */
  readonly index: number
  readonly place: PerceivedPlace | null
  readonly characters: readonly PerceivedCharacter[]
  /** In the place, and in the holder's hands. */
  readonly things: readonly PerceivedThing[]
  readonly facts: readonly PerceivedFact[]
  /** How the holder stands to others that it knows of. */
  readonly relations: readonly {
    readonly kind: string
    readonly names: Texts
    readonly to: string
    readonly value: number
  }[]
  /** Entities that the holder knows of, seen now or not. */
  readonly known: readonly (NamedEntity & { readonly kind: "place" | "character" | "thing" })[]
  /** What the holder noticed, oldest first. */
  readonly events: readonly PerceivedEvent[]
}

export interface PerceiveOptions {
  /** The journal's index from which on events are told; default 0. */
  readonly since?: number
  /** At most so many events, the latest; default 200. */
  readonly events?: number
}

const certainties = { 1: "rumour", 2: "hearsay", 3: "certain" } as const
const noTexts: Texts = {}

const named = ({ definition }: World, id: string): NamedEntity => ({
  id,
  names: definition.entities.get(id)?.names ?? noTexts,
})
const described = (world: World, id: string) => ({
  ...named(world, id),
  description: world.definition.entities.get(id)?.description ?? noTexts,
})

function placeOfHolder(world: World, holder: string): PerceivedPlace | null {
  const { definition, state } = world
  const place = definition.entities.get(state.positions[holder] ?? "")
  if (place?.kind !== "place") return null
  const exits = place.exits.filter(
    ({ when }) => when === null || holds(definition, state, when, { actor: holder, here: place.id }),
  )
  return {
    ...described(world, place.id),
    exits: exits.map(({ to, names }) => ({ id: to, names: exitNames(world, holder, to, names) })),
  }
}

/** An exit has its own name, or that of a place which the holder knows of. */
function exitNames({ definition, state }: World, holder: string, to: string, names: Texts): Texts {
  const own = isAcquainted(definition, state, holder, to) ? (definition.entities.get(to)?.names ?? noTexts) : noTexts
  return { ...own, ...names }
}

function factsOf({ definition, state }: World, holder: string): PerceivedFact[] {
  return [...definition.facts.values()].flatMap((fact) =>
    knowledgeOf(definition, state, holder, fact.id).map((item) => ({
      fact: fact.id,
      value: item.value,
      says: sentencesOf(fact, item.value),
      source: item.source,
      since: item.since,
      age: state.time - item.since,
      until: item.until ?? null,
      certainty: certainties[rankOf(item.source)],
      isSecret: fact.guard !== null,
      mayTell: maySpeakOf(definition, state, holder, fact, item.value),
    })),
  )
}

function relationsOf({ definition, state }: World, holder: string): Perception["relations"] {
  const others = charactersOf(definition).filter(
    ({ id }) => id !== holder && isAcquainted(definition, state, holder, id),
  )
  return [...definition.relations.values()].flatMap(({ id: kind, names, starts }) =>
    others.flatMap(({ id: to }) => {
      const value = relationOf(definition, state, kind, holder, to) ?? starts
      return value === starts ? [] : [{ kind, names, to, value }]
    }),
  )
}

function eventsOf(world: World, holder: string, { since = 0, events: most = 200 }: PerceiveOptions): PerceivedEvent[] {
  const found: PerceivedEvent[] = []
  const entries = entriesOf(world, since)
  for (let at = entries.length - 1; at >= 0 && found.length < most; at--) {
    const entry = entries[at]
    for (let position = (entry?.events.length ?? 0) - 1; position >= 0 && found.length < most; position--) {
      if (entry?.witnesses[position]?.includes(holder) !== true) continue
      const event = projectEvent(world, holder, entry.events[position] as WorldEvent)
      if (event !== null) found.push({ index: entry.index, ...event })
    }
  }
  return found.toReversed()
}

/**
 * What `holder` perceives now. Nothing is taken from the world but what the holder sees, knows, feels or noticed: no
 * sentence or phrasing of a guarded value that it does not hold or held for true is in it. (The single `words` of a secret
 * may stand in what the holder heard: a player may say any word, and so may whoever may tell it.) Null where `holder` is no character.
 */
export function perceive(world: World, holder: string, options: PerceiveOptions = {}): Perception | null {
  const { definition, state } = world
  if (definition.entities.get(holder)?.kind !== "character") return null
  const feelingOf = (id: string) => state.feelings[id] ?? null
  const things = seenThings(definition, state, holder)
  const heldBy = (id: string) =>
    things.filter((thing) => state.positions[thing] === id).map((thing) => named(world, thing))
  return {
    holder: { ...described(world, holder), feeling: feelingOf(holder), isHidden: state.hidden[holder] === true },
    time: state.time,
    index: world.journal.length,
    place: placeOfHolder(world, holder),
    characters: seenCharacters(definition, state, holder).map((id) => ({
      ...described(world, id),
      feeling: feelingOf(id),
      holds: heldBy(id),
    })),
    things: things.map((id) => ({ ...described(world, id), in: state.positions[id] ?? "" })),
    facts: factsOf(world, holder),
    relations: relationsOf(world, holder),
    known: [...definition.entities.values()]
      .filter(({ id }) => isAcquainted(definition, state, holder, id))
      .map(({ id, names, kind }) => ({ id, names, kind })),
    events: eventsOf(world, holder, options),
  }
}
