/** Who knows what, since when and from whom. */
import type { FactDefinition, Value, WorldDefinition } from "./definition.ts"
import type { Knowledge, Source, WorldState } from "./state.ts"

/** 3: seen or given by the author. 2: told. 1: heard as a question, or merely supposed. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function rankOf(source: Source): 1 | 2 | 3 {
  switch (source.kind) {
    case "authored":
    case "seen":
      return 3
    case "told":
    case "narrated":
      return 2
    case "asked":
    case "supposed":
      return 1
  }
}

const nothing: readonly Knowledge[] = []

/** All that `holder` holds or held for true of `fact`. */
export function knowledgeOf(
  definition: WorldDefinition,
  state: WorldState,
  holder: string,
  fact: string,
): readonly Knowledge[] {
  if (!definition.facts.has(fact) || definition.entities.get(holder)?.kind !== "character") return nothing
  return state.knowledge[holder]?.[fact] ?? nothing
}

/** True where `holder` now holds `value` for true, at least as hearsay (`rank` 2), or as a rumour (1). */
export const believes = (
  definition: WorldDefinition,
  state: WorldState,
  holder: string,
  fact: string,
  value: Value,
  rank: 1 | 2 | 3 = 2,
): boolean =>
  knowledgeOf(definition, state, holder, fact).some(
    (item) => item.value === value && item.until === undefined && rankOf(item.source) >= rank,
  )

/** True where `holder` knows that the entity exists. */
export function isAcquainted(definition: WorldDefinition, state: WorldState, holder: string, id: string): boolean {
  const entity = definition.entities.get(id)
  if (entity === undefined || definition.entities.get(holder)?.kind !== "character") return false
  return entity.known === "everyone" || id === holder || state.acquainted[holder]?.[id] !== undefined
}

/** `holder` gets to know of `ids`. */
export function acquaint(
  definition: WorldDefinition,
  state: WorldState,
  holder: string,
  ids: readonly string[],
): WorldState {
  const news = ids.filter((id) => definition.entities.has(id) && !isAcquainted(definition, state, holder, id))
  if (news.length === 0) return state
  const acquainted = { ...state.acquainted[holder], ...Object.fromEntries(news.map((id) => [id, state.time])) }
  return { ...state, acquainted: { ...state.acquainted, [holder]: acquainted } }
}

/** Of a number only so many values are kept: it has too many to keep them all. */
const keptNumbers = 4

function learnedItems(fact: FactDefinition, items: readonly Knowledge[], item: Knowledge): readonly Knowledge[] {
  const rank = rankOf(item.source)
  const same = items.find(({ value }) => value === item.value)
  const kept = same !== undefined && same.until === undefined && rankOf(same.source) >= rank ? same : item
  const isEnded = (other: Knowledge) => rank === 3 && other.value !== item.value && other.until === undefined
  if (kept === same && !items.some(isEnded)) return items
  const others = items
    .filter(({ value }) => value !== item.value)
    .map((other) => (isEnded(other) ? { ...other, until: item.since } : other))
  return fact.type === "number" ? [...others, kept].slice(-keptNumbers) : [...others, kept]
}

/**
 * `holder` learns `value` from `source`. What was seen ends other beliefs; what was told stands beside them; a weaker
 * source never replaces a stronger one.
 */
export function learn(
  definition: WorldDefinition,
  state: WorldState,
  holder: string,
  news: { readonly fact: FactDefinition; readonly value: Value; readonly source: Source; readonly entry: number },
): WorldState {
  const { fact, value, source, entry } = news
  const items = state.knowledge[holder]?.[fact.id] ?? nothing
  const learned = learnedItems(fact, items, { value, since: state.time, entry, source })
  const aware = fact.about.length === 0 ? state : acquaint(definition, state, holder, fact.about)
  if (learned === items) return aware
  return { ...aware, knowledge: { ...aware.knowledge, [holder]: { ...aware.knowledge[holder], [fact.id]: learned } } }
}
