/** The reducer: one event, one state to the next. Total: what cannot happen changes nothing. */
import { isValueOf, thingsOf } from "./definition.ts"
import type { EntityDefinition, WorldDefinition } from "./definition.ts"
import { readEvent } from "./event.ts"
import type { SaidEvent, WorldEvent } from "./event.ts"
import { acquaint, believes, learn } from "./knowledge.ts"
import { claimsIn, entitiesIn, readMeanings } from "./lexicon.ts"
import type { Claim, HeardClaim, Meaning } from "./lexicon.ts"
import { lookAround, lookAt } from "./look.ts"
import type { Hit } from "./phrases.ts"
import { deepestNesting, isWithin, peopleAt, placeOf, sees } from "./place.ts"
import type { WorldState } from "./state.ts"
import { maySpeakOf, tellingObstacle } from "./telling.ts"

/** What an accepted event leads to. */
export interface Step {
  readonly state: WorldState
  /** Who noticed it. */
  readonly witnesses: readonly string[]
}

interface Scene {
  readonly definition: WorldDefinition
  readonly state: WorldState
  readonly entry: number
}

const nobody: readonly string[] = []

const has = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** Who notices what `actor` does: everybody in its place, but only itself while it is hidden. */
function witnessesOf({ definition, state }: Scene, actor: string): string[] {
  const place = state.positions[actor] ?? null
  if (place === null || state.hidden[actor] === true) return [actor]
  return peopleAt(definition, state, place)
}

const union = (a: readonly string[], b: readonly string[]) => [...a, ...b.filter((id) => !a.includes(id))]

function moved(scene: Scene, event: Extract<WorldEvent, { kind: "moved" }>): Step | undefined {
  const { definition, state, entry } = scene
  if (state.positions[event.character] === event.to) return undefined
  const before = witnessesOf(scene, event.character)
  const next = { ...state, positions: { ...state.positions, [event.character]: event.to } }
  const after = witnessesOf({ ...scene, state: next }, event.character)
  const witnesses = union(before, after)
  const others = lookAt(
    definition,
    next,
    after.filter((id) => id !== event.character),
    event.character,
    entry,
  )
  const looked = lookAround(definition, others, event.character, entry)
  // Who saw them go knows where to.
  const named =
    event.to === null
      ? looked
      : before.reduce((now, holder) => acquaint(definition, now, holder, [event.to ?? ""]), looked)
  return { state: named, witnesses }
}

function placed(scene: Scene, event: Extract<WorldEvent, { kind: "placed" }>): Step | undefined {
  const { definition, state } = scene
  if (state.positions[event.thing] === event.in) return undefined
  let at = event.in
  for (let depth = 0; at !== null; depth++) {
    const holder: EntityDefinition | undefined = definition.entities.get(at)
    if (at === event.thing || depth > deepestNesting) return undefined
    if (holder?.kind !== "thing") break
    if (depth === 0 && !holder.isContainer) return undefined
    at = state.positions[at] ?? null
  }
  const next = { ...state, positions: { ...state.positions, [event.thing]: event.in } }
  if (depthBelow(definition, next, event.thing) > deepestNesting) return undefined
  const places = [placeOf(definition, state, event.thing), placeOf(definition, next, event.thing)]
  const near = places.reduce<readonly string[]>(
    (all, place) => (place === null ? all : union(all, peopleAt(definition, state, place))),
    [],
  )
  const witnesses = near.filter(
    (id) => sees(definition, state, id, event.thing) || sees(definition, next, id, event.thing),
  )
  return { state: lookAt(definition, next, near, event.thing, scene.entry), witnesses }
}

/** How deep the deepest thing within `thing` lies, counted from the place. */
function depthBelow(definition: WorldDefinition, state: WorldState, thing: string): number {
  const depthOf = (id: string) => {
    let depth = 0
    for (
      let at: string | null = id;
      at !== null && depth <= deepestNesting + 2 && definition.entities.get(at)?.kind === "thing";
      at = state.positions[at] ?? null
    )
      depth++
    return depth
  }
  const entity = definition.entities.get(thing)
  if (entity?.kind === "thing" && !entity.isContainer) return depthOf(thing)
  const inner = thingsOf(definition).filter(({ id }) => id === thing || isWithin(state, id, thing))
  return Math.max(...inner.map(({ id }) => depthOf(id)))
}

function uncovered(scene: Scene, entity: string, isHidden: boolean): Step | undefined {
  const { definition, state } = scene
  if ((state.hidden[entity] === true) === isHidden) return undefined
  const { [entity]: _, ...others } = state.hidden
  const next: WorldState = { ...state, hidden: isHidden ? { ...state.hidden, [entity]: true } : others }
  const place = placeOf(definition, state, entity)
  const near = place === null ? nobody : peopleAt(definition, state, place)
  const witnesses = near.filter((id) => sees(definition, state, id, entity) || sees(definition, next, id, entity))
  return { state: isHidden ? next : lookAt(definition, next, near, entity, scene.entry), witnesses }
}

function changed(scene: Scene, event: Extract<WorldEvent, { kind: "changed" }>): Step | undefined {
  const { definition, state, entry } = scene
  const fact = definition.facts.get(event.fact)
  if (fact === undefined || state.facts[fact.id]?.value === event.value) return undefined
  const next = { ...state, facts: { ...state.facts, [fact.id]: { value: event.value, since: state.time } } }
  const place = fact.where === null ? null : placeOf(definition, state, fact.where)
  if (place === null || fact.where === null || event.value === null) return { state: next, witnesses: nobody }
  const { where } = fact
  const { value } = event
  const witnesses = peopleAt(definition, state, place).filter((id) => sees(definition, state, id, where))
  const learned = witnesses.reduce(
    (now, holder) => learn(definition, now, holder, { fact, value, source: { kind: "seen", place }, entry }),
    next,
  )
  return { state: learned, witnesses }
}

function learned(scene: Scene, event: Extract<WorldEvent, { kind: "learned" }>): Step | undefined {
  const { definition, state, entry } = scene
  const fact = definition.facts.get(event.fact)
  if (fact === undefined) return undefined
  const { source, holder, value } = event
  if (source.kind === "seen" && state.facts[fact.id]?.value !== value) return undefined
  if (source.kind === "told" && (source.by === holder || tellingObstacle(definition, state, source.by, event) !== null))
    return undefined
  if (source.kind !== "seen" && source.kind !== "told") return undefined
  const clean =
    source.kind === "seen" ? { kind: source.kind, place: source.place } : { kind: source.kind, by: source.by }
  return { state: learn(definition, state, holder, { fact, value, source: clean, entry }), witnesses: [holder] }
}

/** What an utterance states, typed claims first. */
function claimsOf(event: SaidEvent, hits: readonly Hit<Meaning>[]): HeardClaim[] {
  const typed = event.claims.map(({ fact, value }) => ({ fact, value, isQuestion: false }))
  return [
    ...typed,
    ...claimsIn(hits).filter((claim) => !typed.some(({ fact, value }) => fact === claim.fact && value === claim.value)),
  ]
}

/** True where a character would say a secret that it does not know or may not tell, or name whom it cannot know. */
function isSpeechBarred(
  { definition, state }: Scene,
  event: SaidEvent,
  claims: readonly HeardClaim[],
  hits: readonly Hit<Meaning>[],
): boolean {
  const entity = definition.entities.get(event.speaker)
  if (entity?.kind === "character" && entity.isPlayer) return event.origin !== "player"
  if (event.origin === "player") return true
  const isBarred = (claim: Claim) => tellingObstacle(definition, state, event.speaker, claim) !== null
  if (event.claims.some(isBarred)) return true
  if (claims.some((claim) => definition.facts.get(claim.fact)?.guard !== null && isBarred(claim))) return true
  return hits.some(({ meaning }) => {
    const fact = meaning.kind === "word" ? definition.facts.get(meaning.fact) : undefined
    return (
      fact !== undefined &&
      meaning.kind === "word" &&
      !maySpeakOf(definition, state, event.speaker, fact, meaning.value)
    )
  })
}

function said(scene: Scene, event: SaidEvent): Step | undefined {
  const { definition, state, entry } = scene
  const place = state.positions[event.speaker] ?? null
  if (place === null) return undefined
  const hits = readMeanings(definition, event.text)
  const claims = claimsOf(event, hits)
  if (isSpeechBarred(scene, event, claims, hits)) return undefined
  const near = witnessesOf(scene, event.speaker)
  const witnesses = event.isWhisper ? near.filter((id) => id === event.speaker || event.to.includes(id)) : near
  const named = entitiesIn(hits)
  let next = state
  for (const holder of witnesses) {
    next = acquaint(definition, next, holder, [event.speaker, ...named])
    for (const { fact: id, value, isQuestion } of claims) {
      const fact = definition.facts.get(id)
      if (fact === undefined || !isValueOf(fact, value)) continue
      if (holder === event.speaker && believes(definition, next, holder, id, value, 1)) continue
      const source =
        holder === event.speaker
          ? { kind: "supposed" as const }
          : { kind: isQuestion ? ("asked" as const) : ("told" as const), by: event.speaker }
      next = learn(definition, next, holder, { fact, value, source, entry })
    }
  }
  return { state: next, witnesses }
}

function narrated(scene: Scene, event: Extract<WorldEvent, { kind: "narrated" }>): Step {
  const { definition, entry } = scene
  const hits = Object.values(event.text).flatMap((text) => readMeanings(definition, text))
  const claims = claimsIn(hits)
  const named = entitiesIn(hits)
  const witnesses = [...new Set(event.to)]
  let next = scene.state
  for (const holder of witnesses) {
    next = acquaint(definition, next, holder, named)
    for (const { fact: id, value } of claims) {
      const fact = definition.facts.get(id)
      if (fact !== undefined)
        next = learn(definition, next, holder, { fact, value, source: { kind: "narrated" }, entry })
    }
  }
  return { state: next, witnesses }
}

function acted(scene: Scene, event: Extract<WorldEvent, { kind: "acted" }>): Step | undefined {
  const { definition, state } = scene
  if (event.until < state.time) return undefined
  const done = { ...state.done, [event.move]: (has(state.done, event.move) ?? 0) + 1 }
  const busy = event.until > state.time ? { ...state.busy, [event.actor]: event.until } : state.busy
  const witnesses = event.isSecret ? [event.actor] : witnessesOf(scene, event.actor)
  const named = [event.actor, ...Object.values(event.arguments)]
  const next = witnesses.reduce((now, holder) => acquaint(definition, now, holder, named), { ...state, done, busy })
  return { state: next, witnesses }
}

// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
function step(scene: Scene, event: WorldEvent): Step | undefined {
  const { definition, state } = scene
  switch (event.kind) {
    case "waited":
      return { state, witnesses: nobody }
    case "said":
      return said(scene, event)
    case "acted":
      return acted(scene, event)
    case "moved":
      return moved(scene, event)
    case "placed":
      return placed(scene, event)
    case "shown":
      return uncovered(scene, event.entity, false)
    case "hidden":
      return uncovered(scene, event.entity, true)
    case "changed":
      return changed(scene, event)
    case "learned":
      return learned(scene, event)
    case "related": {
      const ofKind = state.relations[event.relation]
      const relations = {
        ...state.relations,
        [event.relation]: { ...ofKind, [event.from]: { ...ofKind?.[event.from], [event.to]: event.value } },
      }
      return { state: { ...state, relations }, witnesses: [event.from] }
    }
    case "felt":
      return {
        state: { ...state, feelings: { ...state.feelings, [event.character]: event.feeling } },
        witnesses: witnessesOf(scene, event.character),
      }
    case "narrated":
      return narrated(scene, event)
    case "fired": {
      if (definition.rules.get(event.rule)?.isRepeated !== true && has(state.done, event.rule) !== undefined)
        return undefined
      return {
        state: { ...state, done: { ...state.done, [event.rule]: (has(state.done, event.rule) ?? 0) + 1 } },
        witnesses: nobody,
      }
    }
  }
}

/**
 * The next state and who noticed, or undefined where `event` cannot happen: it is malformed, its time lies before the
 * state's, it would break an invariant, or a character would say what it does not know or may not tell. Never throws.
 */
export function applyEvent(definition: WorldDefinition, state: WorldState, event: unknown): Step | undefined {
  const read = readEvent(definition, event)
  if (read === undefined || read.time < state.time) return undefined
  const now = read.time === state.time ? state : { ...state, time: read.time }
  return step({ definition, state: now, entry: state.index }, read)
}

/** The next state; the same one where the event cannot happen. */
export const reduce = (definition: WorldDefinition, state: WorldState, event: unknown): WorldState =>
  applyEvent(definition, state, event)?.state ?? state
