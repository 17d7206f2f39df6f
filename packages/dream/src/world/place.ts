/** Where things and people are, and who sees them. */
import { charactersOf, thingsOf } from "./definition.ts"
import type { WorldDefinition } from "./definition.ts"
import type { WorldState } from "./state.ts"

/** Containers within containers end here: the reducer accepts no deeper nesting. */
export const deepestNesting = 8

/** The place where an entity is, through whoever or whatever holds it; null: nowhere. A place is where it is itself. */
export function placeOf(definition: WorldDefinition, state: WorldState, id: string): string | null {
  let at: string | null = id
  for (let depth = 0; at !== null && depth <= deepestNesting + 1; depth++) {
    const entity = definition.entities.get(at)
    if (entity === undefined) return null
    if (entity.kind === "place") return at
    at = state.positions[at] ?? null
  }
  return null
}

/** The character who holds a thing, directly or within another thing; null: none. */
export function holderOf(definition: WorldDefinition, state: WorldState, thing: string): string | null {
  let at = definition.entities.get(thing)?.kind === "thing" ? (state.positions[thing] ?? null) : null
  for (let depth = 0; at !== null && depth <= deepestNesting; depth++) {
    const entity = definition.entities.get(at)
    if (entity?.kind === "character") return at
    if (entity?.kind !== "thing") return null
    at = state.positions[at] ?? null
  }
  return null
}

/** True where `id` is in or with `outer`, directly or within others. */
export function isWithin(state: WorldState, id: string, outer: string): boolean {
  let at: string | null = state.positions[id] ?? null
  for (let depth = 0; at !== null && depth <= deepestNesting + 1; depth++) {
    if (at === outer) return true
    at = state.positions[at] ?? null
  }
  return false
}

/** The characters in `place`, hidden ones too. */
export const peopleAt = (definition: WorldDefinition, state: WorldState, place: string): string[] =>
  charactersOf(definition)
    .filter(({ id }) => state.positions[id] === place)
    .map(({ id }) => id)

/**
 * True where `holder` sees `id` now: itself, its place, who and what is not hidden in the same place (also within
 * things that it sees), and whatever it holds.
 */
export function sees(definition: WorldDefinition, state: WorldState, holder: string, id: string): boolean {
  const here = state.positions[holder] ?? null
  const entity = definition.entities.get(id)
  if (entity === undefined) return false
  if (id === holder) return true
  if (entity.kind === "place") return id === here
  if (here === null) return entity.kind === "thing" && holderOf(definition, state, id) === holder
  let at: string | null = id
  for (let depth = 0; at !== null && depth <= deepestNesting + 1; depth++) {
    if (at === here) return true
    const held: string | null = state.positions[at] ?? null
    if (held === holder) return true
    if (state.hidden[at] === true) return false
    at = held
  }
  return false
}

/** The characters whom `holder` sees, in the author's order, without itself. */
export const seenCharacters = (definition: WorldDefinition, state: WorldState, holder: string): string[] =>
  charactersOf(definition)
    .filter(({ id }) => id !== holder && sees(definition, state, holder, id))
    .map(({ id }) => id)

/** The things that `holder` sees, in the author's order, those in its own hands too. */
export const seenThings = (definition: WorldDefinition, state: WorldState, holder: string): string[] =>
  thingsOf(definition)
    .filter(({ id }) => sees(definition, state, holder, id))
    .map(({ id }) => id)
