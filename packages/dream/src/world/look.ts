/** What a character learns by being where it is. */
import { factsAt, thingsOf } from "./definition.ts"
import type { WorldDefinition } from "./definition.ts"
import { acquaint, learn } from "./knowledge.ts"
import { isWithin, seenCharacters, seenThings, sees } from "./place.ts"
import type { WorldState } from "./state.ts"

/** `holder` gets to know of `ids`, all of which it sees, and of the facts that can be seen there. */
function notice(
  definition: WorldDefinition,
  state: WorldState,
  holder: string,
  ids: readonly string[],
  entry: number,
): WorldState {
  const place = state.positions[holder] ?? null
  let now = acquaint(definition, state, holder, ids)
  for (const id of ids)
    for (const fact of factsAt(definition, id)) {
      const value = now.facts[fact.id]?.value ?? null
      if (value !== null) now = learn(definition, now, holder, { fact, value, source: { kind: "seen", place }, entry })
    }
  return now
}

/** `holder` looks at whoever and whatever it sees. */
export function lookAround(definition: WorldDefinition, state: WorldState, holder: string, entry: number): WorldState {
  const place = state.positions[holder] ?? null
  const seen = [
    holder,
    ...(place === null ? [] : [place]),
    ...seenCharacters(definition, state, holder),
    ...seenThings(definition, state, holder),
  ]
  return notice(definition, state, holder, seen, entry)
}

/** `holders` look at `entity`, which has just come or shown itself, and at what it carries or contains. */
export function lookAt(
  definition: WorldDefinition,
  state: WorldState,
  holders: readonly string[],
  entity: string,
  entry: number,
): WorldState {
  const news = [
    entity,
    ...thingsOf(definition)
      .filter(({ id }) => id !== entity && isWithin(state, id, entity))
      .map(({ id }) => id),
  ]
  let now = state
  for (const holder of holders)
    now = notice(
      definition,
      now,
      holder,
      news.filter((id) => sees(definition, state, holder, id)),
      entry,
    )
  return now
}
