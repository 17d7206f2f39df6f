/** Facts of an author's files. */
import { actorBindings } from "./compile-entities.ts"
import type { FactDefinition, TellingRule, Value, ValueTexts } from "./definition.ts"
import type { AuthoredFact, AuthoredTelling } from "./document.ts"
import type { Items, Names, Placed, Spot } from "./names-of-world.ts"

type AuthoredTexts = Pick<AuthoredFact, "says" | "phrasings" | "words">

function textsOf(names: Names, { source, path }: Spot, value: Value, authored: AuthoredTexts): ValueTexts {
  return {
    value,
    says: names.texts(source, [...path, "says"], authored.says),
    phrasings: names.lists(source, [...path, "phrasings"], authored.phrasings),
    words: names.lists(source, [...path, "words"], authored.words),
  }
}

function valuesOf(names: Names, item: Placed<AuthoredFact>): Map<Value, ValueTexts> {
  const { source, path, value: authored } = item
  if (authored.values !== undefined)
    return new Map(
      Object.entries(authored.values).map(([value, texts]) => [
        value,
        textsOf(names, { source, path: [...path, "values", value] }, value, texts),
      ]),
    )
  const own = textsOf(names, { source, path }, authored.range === undefined ? true : "number", authored)
  if (authored.range !== undefined) return new Map([["number", own]])
  return new Map([
    [true, own],
    [false, textsOf(names, { source, path: [...path, "not"] }, false, authored.not ?? {})],
  ])
}

function tellings(names: Names, fact: string, authored: readonly AuthoredTelling[], spot: Spot): TellingRule[] {
  return authored.map((rule, at) => {
    const here = { ...spot, path: [...spot.path, at], bindings: actorBindings }
    return {
      who: names.who(rule.who, { ...here, path: [...here.path, "who"] }, "everyone"),
      value:
        rule.value === undefined ? null : names.value(fact, rule.value, { ...here, path: [...here.path, "value"] }),
      when: names.condition(rule.when, { ...here, path: [...here.path, "when"] }),
    }
  })
}

function checkForm(
  { id, source, path, value: fact }: Placed<AuthoredFact>,
  values: ReadonlyMap<Value, ValueTexts>,
): void {
  const isMixed =
    fact.range !== undefined
      ? fact.values !== undefined || fact.not !== undefined
      : fact.values !== undefined &&
        (fact.says !== undefined || fact.not !== undefined || fact.phrasings !== undefined || fact.words !== undefined)
  if (isMixed) source.report("fact_form", path, undefined)
  if (fact.range !== undefined && fact.range[0] > fact.range[1])
    source.report("bad_range", [...path, "range"], undefined)
  if (fact.guard !== undefined && fact.range !== undefined)
    source.report("number_guarded", [...path, "guard"], undefined)
  else if (fact.guard !== undefined)
    for (const { value, says } of values.values())
      if (value !== false && Object.keys(says).length === 0)
        source.report("guard_without_texts", [...path, "guard"], { value: String(value === true ? id : value) })
  for (const [at, lie] of (fact.lies ?? []).entries())
    if (lie.value === undefined) source.report("lie_without_value", [...path, "lies", at], undefined)
}

function compileFact(names: Names, item: Placed<AuthoredFact>): FactDefinition {
  const { id, source, path, value: authored } = item
  const spot = (key: string): Spot => ({ source, path: [...path, key] })
  const values = valuesOf(names, item)
  checkForm(item, values)
  const [least, most] = authored.range ?? []
  const { starts = authored.range === undefined && authored.values === undefined ? false : null } = authored
  return {
    id,
    values,
    type: authored.range !== undefined ? "number" : authored.values === undefined ? "boolean" : "choice",
    starts: starts === null ? null : names.value(id, starts, spot("starts")),
    range: least === undefined || most === undefined ? null : { least, most },
    where: authored.where === undefined ? null : names.reference("entity", authored.where, spot("where")),
    about: (authored.about ?? []).map((one, at) =>
      names.reference("entity", one, { source, path: [...path, "about", at] }),
    ),
    known: names.who(authored.known, spot("known"), []),
    guard:
      authored.guard === undefined
        ? null
        : tellings(names, id, authored.guard.tell ?? [], { source, path: [...path, "guard", "tell"] }),
    lies: tellings(names, id, authored.lies ?? [], spot("lies")),
  }
}

/** All facts by id. */
export const compileFacts = (names: Names, items: Items): Map<string, FactDefinition> =>
  new Map([...items.facts].map(([id, item]) => [id, compileFact(names, item)]))
