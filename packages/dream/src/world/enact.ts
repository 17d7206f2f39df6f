/** From an author's effects to events. */
import { relationOf, resolve } from "./condition.ts"
import type { Bindings } from "./condition.ts"
import { charactersOf } from "./definition.ts"
import type { Value, WorldDefinition } from "./definition.ts"
import type { Effect } from "./effect.ts"
import type { WorldEvent } from "./event.ts"
import { knowledgeOf } from "./knowledge.ts"
import { peopleAt } from "./place.ts"
import type { WorldState } from "./state.ts"

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

function peopleOf(definition: WorldDefinition, state: WorldState, reference: string, bindings: Bindings): string[] {
  if (reference !== "present" && reference !== "everyone") return [resolve(reference, bindings)]
  if (reference === "everyone") return charactersOf(definition).map(({ id }) => id)
  const place = state.positions[resolve("$actor", bindings)] ?? null
  return place === null ? [] : peopleAt(definition, state, place)
}

function toldValue(definition: WorldDefinition, state: WorldState, from: string, fact: string): Value | undefined {
  return knowledgeOf(definition, state, from, fact).findLast(({ until }) => until === undefined)?.value
}

/** The events of one effect now. What is already so gives none. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function eventsOf(
  definition: WorldDefinition,
  state: WorldState,
  effect: Effect,
  bindings: Bindings,
): WorldEvent[] {
  const { time } = state
  const at = (reference: string) => resolve(reference, bindings)
  const people = (reference: string) => peopleOf(definition, state, reference, bindings)
  switch (effect.op) {
    case "set":
      return state.facts[at(effect.fact)]?.value === effect.value
        ? []
        : [{ kind: "changed", time, fact: at(effect.fact), value: effect.value }]
    case "add": {
      const range = definition.facts.get(effect.fact)?.range ?? null
      const now = state.facts[effect.fact]?.value
      if (range === null) return []
      const value = clamp((typeof now === "number" ? now : 0) + effect.amount, range.least, range.most)
      return value === now ? [] : [{ kind: "changed", time, fact: effect.fact, value }]
    }
    case "move": {
      const to = effect.to === null ? null : at(effect.to)
      return people(effect.who)
        .filter((who) => state.positions[who] !== to)
        .map((character) => ({ kind: "moved", time, character, to }))
    }
    case "put": {
      const to = effect.in === null ? null : at(effect.in)
      return state.positions[at(effect.thing)] === to ? [] : [{ kind: "placed", time, thing: at(effect.thing), in: to }]
    }
    case "reveal":
      return state.hidden[at(effect.what)] === true ? [{ kind: "shown", time, entity: at(effect.what) }] : []
    case "hide":
      return state.hidden[at(effect.what)] === true ? [] : [{ kind: "hidden", time, entity: at(effect.what) }]
    case "learn": {
      const fact = at(effect.fact)
      const from = effect.from === null ? null : at(effect.from)
      const value = from === null ? (state.facts[fact]?.value ?? undefined) : toldValue(definition, state, from, fact)
      if (value === undefined) return []
      return people(effect.who)
        .filter((who) => who !== from)
        .map((holder) => ({
          kind: "learned",
          time,
          holder,
          fact,
          value,
          source: from === null ? { kind: "seen", place: state.positions[holder] ?? null } : { kind: "told", by: from },
        }))
    }
    case "relate": {
      const relation = definition.relations.get(effect.kind)
      const now = relationOf(definition, state, effect.kind, at(effect.from), at(effect.to))
      if (relation === undefined || now === undefined) return []
      const value = clamp(effect.set ?? now + (effect.add ?? 0), relation.least, relation.most)
      return value === now
        ? []
        : [{ kind: "related", time, relation: effect.kind, from: at(effect.from), to: at(effect.to), value }]
    }
    case "feel":
      return people(effect.who).map((character) => ({ kind: "felt", time, character, feeling: effect.feeling }))
    case "narrate":
      return [{ kind: "narrated", time, to: people(effect.to), text: effect.text, origin: "authored" }]
  }
}
