/** What a character can do now. */
import { holds } from "./condition.ts"
import type { Bindings, Condition } from "./condition.ts"
import type { ArgumentDefinition, BuiltinMove, MoveDefinition, Texts, Value, WorldDefinition } from "./definition.ts"
import type { Effect } from "./effect.ts"
import { isAcquainted, knowledgeOf, rankOf } from "./knowledge.ts"
import { readMeanings } from "./lexicon.ts"
import { holderOf, seenCharacters, seenThings, sees } from "./place.ts"
import { applyEvent } from "./reduce.ts"
import type { World } from "./journal.ts"
import type { WorldState } from "./state.ts"
import { tellingObstacle } from "./telling.ts"

/** The arguments of a move, by name. */
export type Arguments = Readonly<Record<string, string>>

/** A move that is open now. */
export interface LegalMove {
  readonly move: string
  readonly arguments: Arguments
  readonly names: Texts
  /** Seconds for which the actor is then busy. */
  readonly takes: number
}

/** Who is asked about, in which state. */
export interface Actor {
  readonly definition: WorldDefinition
  readonly state: WorldState
  readonly id: string
}

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

/** A choice of a fact's value as an argument: `<value>` as JSON. */
const valueText = (value: Value) => JSON.stringify(value)

function nameOf(actor: Actor, texts: Texts, args: Arguments): Texts {
  const { definition } = actor
  const fill = (language: string, text: string) =>
    text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => {
      const id = args[name] ?? ""
      const entity = definition.entities.get(id)?.names as Readonly<Record<string, string>> | undefined
      return entity?.[language] ?? factName(actor, id, args, language) ?? (id === "" ? whole : id)
    })
  const asked = definition.languages
  return Object.fromEntries(
    Object.entries(texts)
      .filter(([language]) => asked.some((one) => one === language))
      .map(([language, text]) => [language, fill(language, text)]),
  )
}

function factName({ definition }: Actor, id: string, args: Arguments, language: string): string | undefined {
  const fact = definition.facts.get(id)
  if (fact === undefined || fact.type === "number")
    return fact?.values.get("number")?.says[language as "en"]?.replaceAll("{value}", args.value ?? "")
  const value = [...fact.values.keys()].find((one) => valueText(one) === args.value)
  return value === undefined ? undefined : fact.values.get(value)?.says[language as "en"]
}

const onward: Texts = { en: "Go on", zh: "往前走" }

/** A way out is called as its author calls it, else by where it leads if the actor knows of that place. */
function builtinName(actor: Actor, move: BuiltinMove, args: Arguments): Texts {
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

function openExits({ definition, state, id }: Actor): string[] {
  const place = definition.entities.get(state.positions[id] ?? "")
  if (place?.kind !== "place") return []
  return place.exits
    .filter(({ when }) => when === null || holds(definition, state, when, { actor: id }))
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

// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
function builtinArguments(actor: Actor, move: BuiltinMove): Arguments[] {
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

function candidates(actor: Actor, argument: ArgumentDefinition): readonly string[] {
  const { definition, state, id } = actor
  if (typeof argument.from !== "string")
    return argument.kind === "choice"
      ? argument.from
      : argument.from.filter((one) =>
          argument.kind === "fact"
            ? knowledgeOf(definition, state, id, one).length > 0
            : isAcquainted(definition, state, id, one),
        )
  if (argument.kind === "fact") return Object.keys(state.knowledge[id] ?? {}).toSorted()
  const ofKind = [...definition.entities.values()]
    .filter((entity) => entity.kind === argument.kind && entity.id !== id)
    .map((entity) => entity.id)
  return ofKind.filter((one) => {
    if (argument.from === "held") return state.positions[one] === id
    return argument.from === "here" ? sees(definition, state, id, one) : isAcquainted(definition, state, id, one)
  })
}

/** Every combination of the arguments, in order, at most `limit`. */
function combinations(actor: Actor, move: MoveDefinition, limit: number): Arguments[] {
  let all: Arguments[] = [{}]
  for (const [name, argument] of move.arguments) {
    const values = candidates(actor, argument)
    const next: Arguments[] = []
    for (const one of all) for (const value of values) if (next.length < limit) next.push({ ...one, [name]: value })
    all = next
  }
  return all
}

/** True where the move's own texts, and those of its arguments, give no secret away to the actor. */
function isFitToShow({ definition, state, id }: Actor, texts: Texts): boolean {
  return Object.values(texts).every((text) =>
    readMeanings(definition, text).every(({ meaning }) => {
      if (meaning.kind !== "claim" && meaning.kind !== "word") return true
      const fact = definition.facts.get(meaning.fact)
      return (
        fact === undefined ||
        fact.guard === null ||
        knowledgeOf(definition, state, id, meaning.fact).some(({ value }) => value === meaning.value)
      )
    }),
  )
}

const isOpen = (actor: Actor, when: Condition | null, bindings: Bindings) =>
  when === null || holds(actor.definition, actor.state, when, bindings)

/** What `$...` stands for while `actor` makes a move: its arguments, `$actor` and `$here`, the actor's place. */
export const bindingsOf = ({ state, id }: Actor, args: Arguments): Bindings => ({
  ...args,
  actor: id,
  here: state.positions[id] ?? "",
})

const isAuthored = (actor: Actor, move: MoveDefinition): boolean =>
  move.who === "everyone" || move.who.includes(actor.id)

/** Combinations of arguments that one move may try before it is cut. */
const triedCombinations = 4096

/**
 * The moves that are open to `character` now, in the author's order, those of every world after them; at most `limit`
 * (256). None for somebody who is not on the stage or who is busy (see {@link freeAt}).
 */
export function legalMoves(
  world: Pick<World, "definition" | "state">,
  character: string,
  options: { readonly limit?: number } = {},
): LegalMove[] {
  const actor = { ...world, id: character }
  const { limit = 256 } = options
  if (!isOnStage(actor) || freeAt(world, character) > world.state.time) return []
  const moves: LegalMove[] = []
  for (const move of world.definition.moves.values()) {
    if (!isAuthored(actor, move)) continue
    for (const args of combinations(actor, move, triedCombinations)) {
      if (moves.length >= limit) return moves
      if (!isOpen(actor, move.when, bindingsOf(actor, args))) continue
      const names = nameOf(actor, move.names, args)
      if (isFitToShow(actor, names)) moves.push({ move: move.id, arguments: args, names, takes: move.takes })
    }
  }
  for (const move of world.definition.builtins)
    for (const args of builtinArguments(actor, move))
      if (moves.length < limit) moves.push({ move, arguments: args, names: builtinName(actor, move, args), takes: 0 })
  return moves
}

const isOnStage = ({ definition, state, id }: Actor) =>
  definition.entities.get(id)?.kind === "character" && (state.positions[id] ?? null) !== null

/** Story time from which `character` can act again. */
export const freeAt = (world: Pick<World, "definition" | "state">, character: string): number =>
  (world.definition.entities.has(character) ? world.state.busy[character] : undefined) ?? 0

const same = (a: Arguments, b: Arguments) => {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}

/** What an open move does; undefined where it is not open with these arguments. */
export function findMove(
  actor: Actor,
  move: string,
  args: Arguments,
): { readonly authored: MoveDefinition | null; readonly effects: readonly Effect[] } | undefined {
  if (!isOnStage(actor)) return undefined
  const authored = actor.definition.moves.get(move)
  if (authored !== undefined) {
    const isKnown =
      isAuthored(actor, authored) &&
      Object.keys(args).length === authored.arguments.size &&
      [...authored.arguments].every(
        ([name, argument]) => Object.hasOwn(args, name) && candidates(actor, argument).includes(args[name] ?? ""),
      )
    if (!isKnown || !isOpen(actor, authored.when, bindingsOf(actor, args))) return undefined
    return isFitToShow(actor, nameOf(actor, authored.names, args)) ? { authored, effects: authored.effects } : undefined
  }
  const builtin = actor.definition.builtins.find((one) => one === move)
  if (builtin === undefined || !isBuiltinOpen(actor, builtin, args)) return undefined
  return { authored: null, effects: builtinEffects(actor.id, builtin, args) }
}

function isBuiltinOpen(actor: Actor, move: BuiltinMove, args: Arguments): boolean {
  const { isPlayer } = actor.definition.entities.get(actor.id) as { isPlayer?: boolean }
  if (move === "tell" && isPlayer === true)
    return Object.hasOwn(args, "fact") && Object.hasOwn(args, "value") && actor.definition.facts.has(args.fact ?? "")
  return builtinArguments(actor, move).some((one) => same(one, args))
}

// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
function builtinEffects(actor: string, move: BuiltinMove, args: Arguments): Effect[] {
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
