/** Where acts can lead in a world, worked out once: ways, moves, rules and guards with what they read and write. Pure. */
import { charactersOf } from "../world/index.ts"
import type { Condition, WorldDefinition, WorldState } from "../world/index.ts"
import { footprintOf, readsOf } from "./marks.ts"
import type { Footprint, Mark } from "./marks.ts"

export interface RuleFootprint extends Footprint {
  readonly isRepeated: boolean
  readonly when: Condition
  /** It asks who has just acted, or needs somebody who has. */
  readonly isOfActor: boolean
  /** It does something to whoever has just acted, or where they are. */
  readonly isLocal: boolean
}

export interface Atlas {
  /** By place: where anybody may go from there. Ways that are closed now count: they may open. */
  readonly ways: ReadonlyMap<string, readonly string[]>
  /** By kind: the same without the ways that are never open to it. */
  readonly waysOf: readonly ReadonlyMap<string, readonly string[]>[]
  /** By character: the author's moves that it may make. */
  readonly moves: ReadonlyMap<string, readonly Footprint[]>
  readonly rules: readonly RuleFootprint[]
  /** By character: its kind. Characters of one kind may make the same moves and go the same ways. */
  readonly kinds: ReadonlyMap<string, number>
  /** By kind: one of its characters. */
  readonly examples: readonly string[]
  /** By place: what the ways out depend on. */
  readonly exits: ReadonlyMap<string, readonly Mark[]>
  /** By character: what decides whether it may speak of guarded facts. */
  readonly guards: ReadonlyMap<string, readonly Mark[]>
}

const made = new WeakMap<WorldDefinition, Atlas>()

/** What is known of a condition whatever happens, where `actor` (null: anybody) acts; undefined: nothing. */
function alwaysIs(condition: Condition, actor: string | null): boolean | undefined {
  if (condition.op === "not") {
    const inner = alwaysIs(condition.of, actor)
    return inner === undefined ? undefined : !inner
  }
  if (condition.op === "all" || condition.op === "any") {
    const parts = condition.of.map((part) => alwaysIs(part, actor))
    const decisive = condition.op === "any"
    if (parts.includes(decisive)) return decisive
    return parts.every((part) => part === !decisive) ? !decisive : undefined
  }
  if (condition.op !== "same" || actor === null) return undefined
  const [a, b] = [condition.a, condition.b].map((one) => (one === "$actor" ? actor : one))
  return a?.startsWith("$") === true || b?.startsWith("$") === true ? undefined : a === b
}

const placesOf = ({ entities }: WorldDefinition) => [...entities.values()].filter((entity) => entity.kind === "place")

/** Where `actor` (null: anybody) may ever go, by place. */
function waysFor(definition: WorldDefinition, actor: string | null): Map<string, readonly string[]> {
  const canGo = definition.builtins.includes("go")
  const open = placesOf(definition).map(({ id, exits }) => {
    const ways = exits.filter(({ when }) => when === null || alwaysIs(when, actor) !== false)
    return [id, canGo ? [...new Set(ways.map(({ to }) => to))] : []] as const
  })
  return new Map(open)
}

function guardsOf(definition: WorldDefinition, character: string): readonly Mark[] {
  const rules = [...definition.facts.values()].flatMap(({ guard, lies }) => [...(guard ?? []), ...lies])
  return rules
    .filter(({ who, when }) => when !== null && (who === "everyone" || who.includes(character)))
    .flatMap(({ when }) => (when === null ? [] : readsOf(definition, when)))
}

/** The atlas of a world. */
export function atlasOf(definition: WorldDefinition): Atlas {
  const known = made.get(definition)
  if (known !== undefined) return known
  const characters = charactersOf(definition).map(({ id }) => id)
  const all = [...definition.moves.values()].map(({ id, who, when, effects, arguments: given }) => ({
    who,
    footprint: footprintOf(definition, id, when, effects, given),
  }))
  const ownWays = new Map(characters.map((id) => [id, waysFor(definition, id)]))
  const signatureOf = (id: string) =>
    JSON.stringify([
      all.map(({ who }) => who === "everyone" || who.includes(id)),
      [...(ownWays.get(id) ?? [])].map(([, to]) => to.length),
      [...(ownWays.get(id) ?? [])].flatMap(([, to]) => to),
    ])
  const signatures = [...new Set(characters.map(signatureOf))]
  const examples = signatures.map((one) => characters.find((id) => signatureOf(id) === one) ?? "")
  const atlas: Atlas = {
    ways: waysFor(definition, null),
    kinds: new Map(characters.map((id) => [id, signatures.indexOf(signatureOf(id))])),
    examples,
    waysOf: examples.map((id) => ownWays.get(id) ?? new Map<string, never>()),
    exits: new Map(
      placesOf(definition).map(({ id, exits }) => [
        id,
        exits.flatMap(({ when }) => (when === null ? [] : readsOf(definition, when))),
      ]),
    ),
    moves: new Map(
      characters.map((id) => [
        id,
        all.filter(({ who }) => who === "everyone" || who.includes(id)).map(({ footprint }) => footprint),
      ]),
    ),
    rules: [...definition.rules.values()].map(({ id, when, effects, isRepeated }) => {
      const footprint = footprintOf(definition, id, when, effects)
      const { reads, writes, places } = footprint
      const isLocal = writes.includes("actor")
      const isOfActor = isLocal || reads.includes("actor") || reads.includes("*") || places !== undefined
      return { ...footprint, isRepeated, when, isOfActor, isLocal }
    }),
    guards: new Map(characters.map((id) => [id, guardsOf(definition, id)])),
  }
  made.set(definition, atlas)
  return atlas
}

/**
 * What the decision of `character` in `place`, and what comes of it, depend on beside the scene there and itself. A rule
 * that does something to whoever acts belongs to it until it is used up: who acts first, has it.
 */
export function readsAt(atlas: Atlas, state: WorldState, character: string, place: string): readonly Mark[] {
  const rules = atlas.rules.filter(
    ({ id, isLocal, isRepeated, places }) =>
      isLocal &&
      (isRepeated || state.done[id] === undefined) &&
      (places === undefined || [place, ...(atlas.ways.get(place) ?? [])].some((one) => places.includes(one))),
  )
  return [
    `at:${place}`,
    `of:${character}`,
    ...(atlas.exits.get(place) ?? []),
    ...(atlas.guards.get(character) ?? []),
    ...movesAt(atlas, character, place).flatMap(({ reads }) => reads),
    ...rules.flatMap(({ id, reads, isRepeated }) => (isRepeated ? reads : [...reads, `done:${id}`])),
  ]
}

/** The author's moves that `character` may make in `place`. */
export const movesAt = (atlas: Atlas, character: string, place: string): readonly Footprint[] =>
  (atlas.moves.get(character) ?? []).filter(({ places }) => places === undefined || places.includes(place))
