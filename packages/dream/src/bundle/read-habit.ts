/** What a character does by itself, from its sheet. */
import { parseDuration } from "../world/index.ts"
import type { ArgumentDefinition, BuiltinMove, WorldDefinition } from "../world/index.ts"
import type { AuthoredHabit } from "./document.ts"
import type { Habit } from "./model.ts"
import { within } from "./reading.ts"
import type { Place, Reading } from "./reading.ts"

type Kinds = Readonly<Record<string, ArgumentDefinition["kind"] | "entity">>

const ofBuiltins: Readonly<Record<BuiltinMove, Kinds>> = {
  go: { to: "place" },
  take: { thing: "thing" },
  drop: { thing: "thing" },
  put: { thing: "thing", in: "thing" },
  give: { thing: "thing", to: "character" },
  tell: { fact: "fact", value: "choice" },
  say: {},
  wait: {},
}

const kindNames = { character: "角色", place: "地点", thing: "物品", fact: "事实", choice: "选项", entity: "事物" } as const

function kindsOf(definition: WorldDefinition, move: string): Kinds | undefined {
  const authored = definition.moves.get(move)
  if (authored !== undefined) return Object.fromEntries([...authored.arguments].map(([name, { kind }]) => [name, kind]))
  const builtin = definition.builtins.find((one) => one === move)
  return builtin === undefined ? undefined : ofBuiltins[builtin]
}

function isFitting(definition: WorldDefinition, kind: Kinds[string] | undefined, value: string): boolean {
  if (kind === "choice" || kind === undefined) return true
  return kind === "fact" ? definition.facts.has(value) : definition.entities.get(value)?.kind === kind
}

/** Reads one habit of `character`. */
export function readHabit(reading: Reading, authored: AuthoredHabit, character: string, place: Place): Habit {
  const { definition, names, tell } = reading
  const kinds = kindsOf(definition, authored.move)
  const given = authored.arguments ?? {}
  if (kinds === undefined) names.reference("move", authored.move, { source: place.file, path: [...place.path, "move"] })
  else {
    const known = Object.keys(kinds)
    if (known.length !== Object.keys(given).length || known.some((name) => !Object.hasOwn(given, name)))
      tell("move_arguments", within(place, "arguments"), { known: known.join(", ") || "—" })
    for (const [name, value] of Object.entries(given)) {
      const kind = kinds[name]
      if (kind !== undefined && !isFitting(definition, kind, value))
        tell("argument_unknown", within(place, "arguments", name), { id: value, kind, kindZh: kindNames[kind] })
    }
    const who = definition.moves.get(authored.move)?.who ?? "everyone"
    if (who !== "everyone" && !who.includes(character)) tell("move_forbidden", within(place, "move"), { id: character })
  }
  const every = authored.every === undefined ? 0 : parseDuration(authored.every)
  if (every === null) place.file.report("bad_duration", [...place.path, "every"], { text: authored.every ?? "" })
  return {
    id: authored.id,
    when: reading.condition(authored.when, within(place, "when")),
    move: authored.move,
    arguments: given,
    every: every ?? 0,
  }
}
