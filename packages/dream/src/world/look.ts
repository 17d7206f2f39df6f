/** What a character learns by being where it is. */
import { factsAt } from "./definition.ts"
import type { WorldDefinition } from "./definition.ts"
import { acquaint, learn } from "./knowledge.ts"
import { seenCharacters, seenThings } from "./place.ts"
import type { WorldState } from "./state.ts"

/** `holder` gets to know of whoever and whatever it sees, and of the facts that can be seen there. */
export function lookAround(definition: WorldDefinition, state: WorldState, holder: string, entry: number): WorldState {
  const place = state.positions[holder] ?? null
  const seen = [holder, ...(place === null ? [] : [place]),
    ...seenCharacters(definition, state, holder), ...seenThings(definition, state, holder)]
  let now = acquaint(definition, state, holder, seen)
  for (const id of seen)
    for (const fact of factsAt(definition, id)) {
      const value = now.facts[fact.id]?.value ?? null
      if (value !== null) now = learn(definition, now, holder, { fact, value, source: { kind: "seen", place }, entry })
    }
  return now
}
