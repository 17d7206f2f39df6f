/** What must always hold of a state. The reducer keeps it by construction; this says it again, independently. */
import { charactersOf, isValueOf } from "./definition.ts"
import type { WorldDefinition } from "./definition.ts"
import { isTime } from "./event.ts"
import { deepestNesting } from "./place.ts"
import type { WorldState } from "./state.ts"

const kinds = new Set(["authored", "seen", "narrated", "told", "asked", "supposed"])

function positionBreaches({ entities }: WorldDefinition, { positions, hidden }: WorldState): string[] {
  const breaches: string[] = []
  const movable = [...entities.values()].filter(({ kind }) => kind !== "place")
  if (Object.keys(positions).length !== movable.length) breaches.push("not every character and thing is somewhere")
  for (const { id, kind } of movable) {
    const at = positions[id]
    if (at === undefined) breaches.push(`${id} has no position`)
    if (at === undefined || at === null) continue
    const holder = entities.get(at)
    if (holder === undefined) breaches.push(`${id} is in "${at}", which is not in the world`)
    if (kind === "character" && holder?.kind !== "place") breaches.push(`${id} is in no place`)
    if (holder?.kind === "thing" && !holder.isContainer) breaches.push(`${id} is in ${at}, which holds nothing`)
    let depth = 0
    for (
      let outer: string | null | undefined = at;
      outer !== null && outer !== undefined && depth <= deepestNesting + 2;
      outer = positions[outer]
    )
      depth++
    if (depth > deepestNesting + 2) breaches.push(`${id} lies within itself or too deep`)
  }
  for (const id of Object.keys(hidden))
    if (!movable.some((entity) => entity.id === id)) breaches.push(`"${id}" is hidden and not in the world`)
  return breaches
}

/** Hearsay of a secret must lead back to a player, to a liar whom the author allows, or to somebody who held it for true. */
function groundlessSecrets(definition: WorldDefinition, state: WorldState): string[] {
  return Object.entries(state.knowledge).flatMap(([holder, byFact]) =>
    Object.entries(byFact).flatMap(([id, items]) => {
      const fact = definition.facts.get(id)
      if (fact === undefined || fact.guard === null || fact.lies.length > 0) return []
      return items.flatMap(({ value, source }) => {
        if (source.kind !== "told" && source.kind !== "asked") return []
        const teller = definition.entities.get(source.by)
        const isGrounded =
          (teller?.kind === "character" && teller.isPlayer) ||
          (state.knowledge[source.by]?.[id] ?? []).some((item) => item.value === value)
        return isGrounded ? [] : [`${holder} has ${id} from ${source.by}, who never held it for true`]
      })
    }),
  )
}

function knowledgeBreaches(definition: WorldDefinition, state: WorldState): string[] {
  const breaches: string[] = []
  const isCharacter = (id: string) => definition.entities.get(id)?.kind === "character"
  for (const [holder, byFact] of Object.entries(state.knowledge)) {
    if (!isCharacter(holder)) breaches.push(`"${holder}" knows something and is no character`)
    for (const [id, items] of Object.entries(byFact)) {
      const fact = definition.facts.get(id)
      if (fact === undefined) breaches.push(`${holder} knows of "${id}", which is no fact`)
      if (new Set(items.map(({ value }) => value)).size !== items.length)
        breaches.push(`${holder} holds one value of ${id} twice`)
      for (const { value, since, until, entry, source } of items) {
        if (fact !== undefined && !isValueOf(fact, value)) breaches.push(`${holder} holds an impossible value of ${id}`)
        if (!isTime(since) || since > state.time || (until !== undefined && (until < since || until > state.time)))
          breaches.push(`${holder} knows ${id} at a wrong time`)
        if (!kinds.has(source.kind)) breaches.push(`${holder} knows ${id} from no source`)
        if ((source.kind === "told" || source.kind === "asked") && (!isCharacter(source.by) || source.by === holder))
          breaches.push(`${holder} knows ${id} from nobody`)
        if (
          (entry === -1) !== (source.kind === "authored" || (source.kind === "seen" && entry === -1)) ||
          entry > state.index
        )
          breaches.push(`${holder} knows ${id} from no entry`)
      }
    }
  }
  breaches.push(...groundlessSecrets(definition, state))
  for (const [holder, known] of Object.entries(state.acquainted)) {
    if (!isCharacter(holder)) breaches.push(`"${holder}" is acquainted and no character`)
    for (const [id, since] of Object.entries(known)) {
      if (!definition.entities.has(id)) breaches.push(`${holder} is acquainted with "${id}", which is not in the world`)
      if (!isTime(since) || since > state.time) breaches.push(`${holder} is acquainted with ${id} at a wrong time`)
    }
  }
  return breaches
}

/** Every breach, as a sentence for a log; empty for every state that the reducer can reach. */
export function findBreaches(definition: WorldDefinition, state: WorldState): string[] {
  const breaches = [...positionBreaches(definition, state), ...knowledgeBreaches(definition, state)]
  if (!isTime(state.time) || state.time < definition.starts) breaches.push("time lies before the beginning")
  if (!Number.isSafeInteger(state.index) || state.index < 0) breaches.push("the index is no number of entries")
  if (Object.keys(state.facts).length !== definition.facts.size) breaches.push("not every fact has a state")
  for (const [id, { value, since }] of Object.entries(state.facts)) {
    const fact = definition.facts.get(id)
    if (fact === undefined || (value !== null && !isValueOf(fact, value)))
      breaches.push(`${id} has an impossible value`)
    if (!isTime(since) || since > state.time) breaches.push(`${id} is so at a wrong time`)
  }
  const people = new Set(charactersOf(definition).map(({ id }) => id))
  for (const [kind, byFrom] of Object.entries(state.relations)) {
    const relation = definition.relations.get(kind)
    for (const [from, byTo] of Object.entries(byFrom))
      for (const [to, value] of Object.entries(byTo))
        if (
          relation === undefined ||
          !people.has(from) ||
          !people.has(to) ||
          from === to ||
          !Number.isSafeInteger(value) ||
          value < relation.least ||
          value > relation.most
        )
          breaches.push(`${kind} from ${from} to ${to} is impossible`)
  }
  for (const [id, feeling] of Object.entries(state.feelings))
    if (!people.has(id) || !definition.feelings.includes(feeling)) breaches.push(`${id} feels something impossible`)
  for (const [id, until] of Object.entries(state.busy))
    if (!people.has(id) || !isTime(until)) breaches.push(`${id} is busy impossibly`)
  for (const [id, count] of Object.entries(state.done))
    if (
      !(definition.moves.has(id) || definition.rules.has(id) || definition.builtins.some((move) => move === id)) ||
      !Number.isSafeInteger(count) ||
      count < 1
    )
      breaches.push(`"${id}" was done impossibly often`)
  return breaches
}
