/** Who is asked about, in which state, and what a move is called to them. */
import type { Bindings } from "./condition.ts"
import type { Texts, Value, WorldDefinition } from "./definition.ts"
import type { WorldState } from "./state.ts"

/** The arguments of a move, by name. */
export type Arguments = Readonly<Record<string, string>>

/** Who is asked about, in which state. */
export interface Actor {
  readonly definition: WorldDefinition
  readonly state: WorldState
  readonly id: string
}

/** A choice of a fact's value as an argument: `<value>` as JSON. */
export const valueText = (value: Value) => JSON.stringify(value)

/** `texts` with the names of the arguments in them. */
export function nameOf(actor: Actor, texts: Texts, args: Arguments): Texts {
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

/** What `$...` stands for while `actor` makes a move: its arguments, `$actor` and `$here`, the actor's place. */
export const bindingsOf = ({ state, id }: Actor, args: Arguments): Bindings => ({
  ...args,
  actor: id,
  here: state.positions[id] ?? "",
})
