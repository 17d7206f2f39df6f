/** The moves that every world has: with which arguments they are open, and what they do. */
import { bindingsOf, nameOf, valueText } from "./actor.ts"
import type { Actor, Arguments } from "./actor.ts"
import { holds } from "./condition.ts"
import type { BuiltinMove, Texts } from "./definition.ts"
import type { Effect } from "./effect.ts"
import { isAcquainted, knowledgeOf, rankOf } from "./knowledge.ts"
import { holderOf, seenCharacters, seenThings } from "./place.ts"
import { applyEvent } from "./reduce.ts"
import { tellingObstacle } from "./telling.ts"

const builtinNames: Readonly<Record<BuiltinMove, Texts>> = {
  go: { en: "Go to {to}", zh: "去{to}" },
  take: { en: "Take {thing}", zh: "拿起{thing}" },
  drop: { en: "Put down {thing}", zh: "放下{thing}" },
  put: { en: "Put {thing} into {in}", zh: "把{thing}放进{in}" },
  give: { en: "Give {thing} to {to}", zh: "把{thing}交给{to}" },
  tell: { en: "Tell: {fact}", zh: "说出：{fact}" },
  say: { en: "Say something", zh: "说点什么" },
  wait: { en: "Wait", zh: "等一等" },
}

const onward: Texts = { en: "Go on", zh: "往前走" }

/** What a move is called. A way out is called as its author calls it, else by where it leads if the actor knows of that place. */
export function builtinName(actor: Actor, move: BuiltinMove, args: Arguments): Texts {
  const { definition, state, id } = actor
  if (move !== "go") return nameOf(actor, builtinNames[move], args)
  const { to = "" } = args
  const place = definition.entities.get(state.positions[id] ?? "")
  const own = place?.kind === "place" ? (place.exits.find((exit) => exit.to === to)?.names ?? {}) : {}
  return { ...nameOf(actor, isAcquainted(definition, state, id, to) ? builtinNames.go : onward, args), ...own }
}

const held = ({ definition, state, id }: Actor) =>
  seenThings(definition, state, id).filter((thing) => state.positions[thing] === id)

function takeable({ definition, state, id }: Actor): string[] {
  return seenThings(definition, state, id).filter((thing) => {
    const entity = definition.entities.get(thing)
    if (entity?.kind !== "thing" || !entity.isPortable || state.positions[thing] === id) return false
    const holder = holderOf(definition, state, thing)
    return holder === null || holder === id
  })
}

function openExits(actor: Actor): string[] {
  const { definition, state, id } = actor
  const place = definition.entities.get(state.positions[id] ?? "")
  if (place?.kind !== "place") return []
  return place.exits
    .filter(({ when }) => when === null || holds(definition, state, when, bindingsOf(actor, {})))
    .map(({ to }) => to)
}

function containers({ definition, state, id }: Actor): string[] {
  return seenThings(definition, state, id).filter((thing) => {
    const entity = definition.entities.get(thing)
    const holder = holderOf(definition, state, thing)
    return entity?.kind === "thing" && entity.isContainer && (holder === null || holder === id)
  })
}

/** True where `thing` can lie in `into`: not in itself, not too deep, not where it is already. */
const fits = ({ definition, state }: Actor, thing: string, into: string): boolean =>
  applyEvent(definition, state, { kind: "placed", time: state.time, thing, in: into }) !== undefined

/** What the actor could tell: facts that it holds for true and may say, with lies that the author allows. */
function tellable({ definition, state, id }: Actor): Arguments[] {
  const entity = definition.entities.get(id)
  const isPlayed = entity?.kind === "character" && entity.isPlayer
  const known = Object.keys(state.knowledge[id] ?? {}).flatMap((fact) =>
    knowledgeOf(definition, state, id, fact)
      .filter((item) => item.until === undefined && rankOf(item.source) >= 2)
      .map(({ value }) => ({ fact, value })),
  )
  const lies = [...definition.facts.values()].flatMap((fact) =>
    fact.lies.flatMap(({ value, who }) =>
      value !== null && (who === "everyone" ? !isPlayed : who.includes(id)) ? [{ fact: fact.id, value }] : [],
    ),
  )
  return [...known, ...lies.filter((lie) => !known.some(({ fact, value }) => fact === lie.fact && value === lie.value))]
    .filter((claim) => tellingObstacle(definition, state, id, claim) === null)
    .map(({ fact, value }) => ({ fact, value: valueText(value) }))
    .toSorted((a, b) => (a.fact === b.fact ? (a.value < b.value ? -1 : 1) : a.fact < b.fact ? -1 : 1))
}

/** Every set of arguments with which the move is open. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function builtinArguments(actor: Actor, move: BuiltinMove): Arguments[] {
  const { definition, state, id } = actor
  const people = () => seenCharacters(definition, state, id)
  switch (move) {
    case "go":
      return [...new Set(openExits(actor))].map((to) => ({ to }))
    case "take":
      return takeable(actor).map((thing) => ({ thing }))
    case "drop":
      return held(actor).map((thing) => ({ thing }))
    case "put":
      return held(actor).flatMap((thing) =>
        containers(actor)
          .filter((into) => fits(actor, thing, into))
          .map((into) => ({ thing, in: into })),
      )
    case "give":
      return held(actor).flatMap((thing) => people().map((to) => ({ thing, to })))
    case "tell":
      return people().length === 0 ? [] : tellable(actor)
    case "say":
    case "wait":
      return [{}]
  }
}

const same = (a: Arguments, b: Arguments) => {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}

/** True where the move is open with these arguments. A player may tell whatever there is. */
export function isBuiltinOpen(actor: Actor, move: BuiltinMove, args: Arguments): boolean {
  const { isPlayer } = actor.definition.entities.get(actor.id) as { isPlayer?: boolean }
  if (move === "tell" && isPlayer === true)
    return Object.hasOwn(args, "fact") && Object.hasOwn(args, "value") && actor.definition.facts.has(args.fact ?? "")
  return builtinArguments(actor, move).some((one) => same(one, args))
}

/** What the move does. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function builtinEffects(actor: string, move: BuiltinMove, args: Arguments): Effect[] {
  const { thing = "", to = "", in: into = "" } = args
  switch (move) {
    case "go":
      return [{ op: "move", who: actor, to }]
    case "take":
      return [{ op: "put", thing, in: actor }]
    case "drop":
      return [{ op: "put", thing, in: "$here" }]
    case "put":
      return [{ op: "put", thing, in: into }]
    case "give":
      return [{ op: "put", thing, in: to }]
    case "tell":
    case "say":
    case "wait":
      return []
  }
}
