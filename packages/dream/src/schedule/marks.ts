/**
 * What conditions read and effects write, as marks: `at:<place>` (the scene there), `of:<character>` (where it is, what it
 * knows and feels), `thing:<id>`, `fact:<id>`, `done:<move or rule>`, `actor` (whoever acts and what is around it) and `*`
 * (anything). Pure, and worked out once a world.
 */
import type { ArgumentDefinition, Condition, Effect, WorldDefinition } from "../world/index.ts"

export type Mark = string

/** What `$name` may stand for. */
type Arguments = ReadonlyMap<string, ArgumentDefinition>
const noArguments: Arguments = new Map()

interface Reader {
  readonly definition: WorldDefinition
  readonly arguments: Arguments
}

/** The ids that `reference` may name; `actor`: the one who acts, its place, or what is there. */
function idsOf({ definition, arguments: given }: Reader, reference: string): readonly string[] {
  if (!reference.startsWith("$")) return [reference]
  const argument = given.get(reference.slice(1))
  if (argument === undefined || argument.from === "here" || argument.from === "held") return ["actor"]
  if (typeof argument.from !== "string") return argument.from
  if (argument.kind === "fact") return [...definition.facts.keys()]
  return [...definition.entities.values()].filter(({ kind }) => kind === argument.kind).map(({ id }) => id)
}

function markOf({ definition }: Reader, id: string): Mark {
  if (id === "actor") return id
  if (definition.facts.has(id)) return `fact:${id}`
  const kind = definition.entities.get(id)?.kind
  if (kind === "character") return `of:${id}`
  return kind === "place" ? `at:${id}` : kind === "thing" ? `thing:${id}` : "*"
}

const marksOf = (reader: Reader, ...references: readonly string[]): Mark[] =>
  references.flatMap((reference) => idsOf(reader, reference)).map((id) => markOf(reader, id))

/** What `condition` reads. That time passes is no mark: it is known when it does. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
function read(reader: Reader, condition: Condition): Mark[] {
  switch (condition.op) {
    case "all":
    case "any":
      return condition.of.flatMap((part) => read(reader, part))
    case "not":
      return read(reader, condition.of)
    case "at":
      return marksOf(reader, condition.who)
    case "together":
      return marksOf(reader, ...condition.who)
    case "has":
      return marksOf(reader, condition.who, condition.thing)
    case "in":
      return marksOf(reader, condition.thing)
    case "knows":
    case "met":
    case "feels":
      return marksOf(reader, condition.who)
    case "fact":
      return marksOf(reader, condition.fact)
    case "relation":
      return marksOf(reader, condition.from)
    case "hidden":
      return marksOf(reader, condition.what)
    case "done":
      return [`done:${condition.what}`]
    case "time":
    case "clock":
    case "same":
      return []
  }
}

/** Everybody whom `who` of an effect means. */
function people(reader: Reader, who: string): Mark[] {
  if (who === "present") return ["actor"]
  if (who !== "everyone") return marksOf(reader, who)
  const { entities } = reader.definition
  return [...entities.values()].filter(({ kind }) => kind === "character").map(({ id }) => `of:${id}`)
}

// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
function written(reader: Reader, effect: Effect): Mark[] {
  switch (effect.op) {
    case "set":
    case "add":
      return marksOf(reader, effect.fact)
    case "move":
      return [...people(reader, effect.who), ...(effect.to === null ? [] : marksOf(reader, effect.to))]
    case "put":
      return [...marksOf(reader, effect.thing), ...(effect.in === null ? [] : marksOf(reader, effect.in))]
    case "reveal":
    case "hide":
      return marksOf(reader, effect.what)
    case "learn":
    case "feel":
      return people(reader, effect.who)
    case "relate":
      return marksOf(reader, effect.from)
    case "narrate":
      return people(reader, effect.to)
  }
}

/** Effects that may be impossible, and then undo all that come with them: whether they are depends on these. */
const doubtful = (reader: Reader, effect: Effect): Mark[] =>
  effect.op === "put" || effect.op === "learn"
    ? [...written(reader, effect), ...(effect.op === "learn" ? learnReads(reader, effect) : [])]
    : []

const learnReads = (reader: Reader, effect: Extract<Effect, { op: "learn" }>) => [
  ...marksOf(reader, effect.fact),
  ...(effect.from === null ? [] : marksOf(reader, effect.from)),
]

/** Places in one of which `who` must be for the condition to hold; undefined: anywhere. */
function placesOf(condition: Condition | null, who: string): readonly string[] | undefined {
  if (condition?.op === "at" && condition.who === who && !condition.place.startsWith("$")) return [condition.place]
  if (condition?.op === "all")
    return condition.of.map((part) => placesOf(part, who)).find((places) => places !== undefined)
  if (condition?.op !== "any" || condition.of.length === 0) return undefined
  const each = condition.of.map((part) => placesOf(part, who))
  return each.every((places) => places !== undefined) ? each.flat() : undefined
}

/** The time before which the condition does not hold, whatever happens. */
function notBefore(condition: Condition | null): number {
  if (condition?.op === "time") return condition.after ?? 0
  if (condition?.op === "all") return Math.max(0, ...condition.of.map(notBefore))
  return condition?.op === "any" && condition.of.length > 0 ? Math.min(...condition.of.map(notBefore)) : 0
}

/** What a move or a rule may do, and on what that depends. */
export interface Footprint {
  readonly id: string
  readonly reads: readonly Mark[]
  readonly writes: readonly Mark[]
  /** Only somebody in one of these places can do it; undefined: anywhere. */
  readonly places: readonly string[] | undefined
  /** Where it may bring whom: `actor` or a character. */
  readonly moves: readonly { readonly who: string; readonly to: readonly string[] }[]
  readonly notBefore: number
}

const unique = (marks: readonly Mark[]) => [...new Set(marks)]

/** What `when` and `effects` of the move or rule `id` read and write. */
export function footprintOf(
  definition: WorldDefinition,
  id: string,
  when: Condition | null,
  effects: readonly Effect[],
  given: Arguments = noArguments,
): Footprint {
  const reader = { definition, arguments: given }
  const moves = effects.flatMap((effect) => {
    if (effect.op !== "move" || effect.to === null) return []
    const to = idsOf(reader, effect.to).filter((place) => place !== "actor")
    return people(reader, effect.who).map((mark) => ({ who: mark === "actor" ? mark : mark.slice(3), to }))
  })
  return {
    id,
    reads: unique([
      ...(when === null ? [] : read(reader, when)),
      ...effects.flatMap((effect) => doubtful(reader, effect)),
    ]),
    writes: unique(effects.flatMap((effect) => written(reader, effect))),
    places: placesOf(when, "$actor"),
    moves,
    notBefore: notBefore(when),
  }
}

/** What `condition` reads, asked of one character. */
export const readsOf = (definition: WorldDefinition, condition: Condition): readonly Mark[] =>
  unique(read({ definition, arguments: noArguments }, condition))
