/** What a character can do now. */
import { bindingsOf, nameOf } from "./actor.ts"
import type { Actor, Arguments } from "./actor.ts"
import { builtinArguments, builtinEffects, builtinName, isBuiltinOpen } from "./builtin-moves.ts"
import { holds } from "./condition.ts"
import type { Bindings, Condition } from "./condition.ts"
import type { ArgumentDefinition, MoveDefinition, Texts } from "./definition.ts"
import type { Effect } from "./effect.ts"
import type { World } from "./journal.ts"
import { isAcquainted, knowledgeOf } from "./knowledge.ts"
import { readMeanings } from "./lexicon.ts"
import { sees } from "./place.ts"

/** A move that is open now. */
export interface LegalMove {
  readonly move: string
  readonly arguments: Arguments
  readonly names: Texts
  /** Seconds for which the actor is then busy. */
  readonly takes: number
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
