/** Moves, rules and relations of an author's files. */
import { actorBindings } from "./compile-entities.ts"
import type { ArgumentDefinition, MoveDefinition, RelationDefinition, RuleDefinition } from "./definition.ts"
import type { WorldDocument } from "./document.ts"
import type { Items, Names, Placed, ReferenceKind, Spot } from "./names-of-world.ts"
import { parseDuration } from "./story-time.ts"

type AuthoredMove = NonNullable<WorldDocument["moves"]>[string]

function argumentsOf(names: Names, { source, path, value }: Placed<AuthoredMove>): Map<string, ArgumentDefinition> {
  return new Map(
    Object.entries(value.arguments ?? {}).map(([name, { kind, from = "here" }]) => {
      const spot: Spot = { source, path: [...path, "arguments", name, "from"] }
      if (actorBindings.has(name)) source.report("reserved_id", [...path, "arguments", name], { id: name })
      if (Array.isArray(from) && kind !== "choice")
        for (const [at, id] of from.entries())
          names.reference(kind satisfies ReferenceKind, id, { ...spot, path: [...spot.path, at] })
      if (!Array.isArray(from) && kind === "choice") source.report("bad_from", [...path, "arguments", name], undefined)
      return [name, { kind, from }]
    }),
  )
}

function compileMove(names: Names, item: Placed<AuthoredMove>): MoveDefinition {
  const { id, source, path, value } = item
  const args = argumentsOf(names, item)
  const bindings = new Map([...actorBindings, ...[...args].map(([name, { kind }]) => [name, kind] as const)])
  const spot = (key: string): Spot => ({ source, path: [...path, key], bindings })
  const takes = parseDuration(value.takes ?? "0s")
  if (takes === null) source.report("bad_duration", [...path, "takes"], { text: value.takes ?? "" })
  return {
    id,
    names: names.texts(source, [...path, "names"], value.names),
    examples: names.lists(source, [...path, "examples"], value.examples),
    who: names.who(value.who, spot("who"), "everyone"),
    arguments: args,
    when: names.condition(value.when, spot("when")),
    effects: names.effects(value.effects, spot("effects")),
    takes: takes ?? 0,
    isSecret: value.secret ?? false,
  }
}

/** All moves by id. */
export const compileMoves = (names: Names, items: Items): Map<string, MoveDefinition> =>
  new Map([...items.moves].map(([id, item]) => [id, compileMove(names, item)]))

/** All rules by id. In a rule, `$actor` is whoever acted, nobody where time passed by itself. */
export const compileRules = (names: Names, items: Items): Map<string, RuleDefinition> =>
  new Map(
    [...items.rules].map(([id, { source, path, value }]) => [
      id,
      {
        id,
        when: names.condition(value.when, { source, path: [...path, "when"], bindings: actorBindings }) ?? {
          op: "all",
          of: [],
        },
        effects: names.effects(value.effects, { source, path: [...path, "effects"], bindings: actorBindings }),
        isRepeated: value.repeated ?? false,
      },
    ]),
  )

/** All relations by id; from -100 to 100 where no range is given. */
export const compileRelations = (names: Names, items: Items): Map<string, RelationDefinition> =>
  new Map(
    [...items.relations].map(([id, { source, path, value }]) => {
      const [least, most] = value.range ?? [-100, 100]
      if (least > most) source.report("bad_range", [...path, "range"], undefined)
      const starts = value.starts ?? Math.min(most, Math.max(least, 0))
      const check = (number: number, ...at: (string | number)[]) => {
        if (number < least || number > most)
          source.report("outside_range", [...path, ...at], { value: number, least, most })
      }
      check(starts, "starts")
      const pairs = (value.pairs ?? []).map(({ from, to, value: number }, at) => {
        check(number, "pairs", at, "value")
        names.reference("character", from, { source, path: [...path, "pairs", at, "from"] })
        names.reference("character", to, { source, path: [...path, "pairs", at, "to"] })
        return { from, to, value: number }
      })
      return [id, { id, names: names.texts(source, [...path, "names"], value.names), least, most, starts, pairs }]
    }),
  )
