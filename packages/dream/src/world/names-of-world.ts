/** What the ids of a world's files stand for, and how texts, conditions and effects are read against them. */
import type { Language } from "@daydream/engine/language"
import type { Condition } from "./condition.ts"
import type { TextLists, Texts, Value, WorldDefinition } from "./definition.ts"
import type {
  AuthoredCondition,
  AuthoredEffect,
  AuthoredFact,
  AuthoredLists,
  AuthoredText,
  WorldDocument,
} from "./document.ts"
import type { Effect } from "./effect.ts"
import { normalise } from "./normalise.ts"
import { nearest } from "./problem.ts"
import type { Path, Reporter, Source } from "./source.ts"
import { inside, readCondition, readEffect } from "./read-authored.ts"
import { parseTime } from "./story-time.ts"

export type Section = "places" | "characters" | "things" | "relations" | "facts" | "moves" | "rules"

/** An item of a section, and where it stands. */
export interface Placed<T> {
  readonly id: string
  readonly source: Source
  readonly path: Path
  readonly value: T
}

type ItemOf<S extends Section> = NonNullable<WorldDocument[S]>[string]
export type Items = { readonly [S in Section]: ReadonlyMap<string, Placed<ItemOf<S>>> }

/** What an id must be. */
export type ReferenceKind = "place" | "character" | "thing" | "entity" | "movable" | "fact" | "relation" | "move"

/** Where something stands, and which `$` names it may use, with what they are. */
export interface Spot {
  readonly source: Reporter
  readonly path: Path
  readonly bindings?: ReadonlyMap<string, string>
}

/** What names a world has. */
export interface Vocabulary {
  readonly languages: readonly Language[]
  readonly feelings: readonly string[]
  ids(kind: ReferenceKind): readonly string[]
  has(kind: ReferenceKind, id: string): boolean
  /** The values of a fact; a range for a number; undefined: no such fact. */
  values(fact: string): readonly Value[] | { readonly least: number; readonly most: number } | undefined
}

export interface Names {
  texts(source: Reporter, path: Path, authored: AuthoredText | undefined): Texts
  lists(source: Reporter, path: Path, authored: AuthoredLists | undefined): TextLists
  /** The id, reported where it names nothing of this kind. */
  reference(kind: ReferenceKind, id: string, spot: Spot): string
  who(
    authored: "everyone" | string[] | undefined,
    spot: Spot,
    otherwise: "everyone" | readonly string[],
  ): "everyone" | readonly string[]
  time(text: string, spot: Spot): number
  feeling(text: string, spot: Spot): string
  condition(authored: AuthoredCondition | undefined, spot: Spot): Condition | null
  effects(authored: readonly AuthoredEffect[] | undefined, spot: Spot): Effect[]
  value(fact: string, value: Value, spot: Spot): Value
}

const sectionsOf: Readonly<Record<ReferenceKind, readonly Section[]>> = {
  place: ["places"],
  character: ["characters"],
  thing: ["things"],
  entity: ["places", "characters", "things"],
  movable: ["characters", "things"],
  fact: ["facts"],
  relation: ["relations"],
  move: ["moves", "rules"],
}

function valuesOfAuthored(fact: AuthoredFact): ReturnType<Vocabulary["values"]> {
  const [least = 0, most = 0] = fact.range ?? []
  if (fact.range !== undefined) return { least, most }
  return fact.values === undefined ? [true, false] : Object.keys(fact.values)
}

/** The names in the files of a world that is still being read. */
export function vocabularyOfItems(
  items: Items,
  languages: readonly Language[],
  feelings: readonly string[],
  builtins: readonly string[],
): Vocabulary {
  return {
    languages,
    feelings,
    ids: (kind) => sectionsOf[kind].flatMap((section) => [...items[section].keys()]),
    has: (kind, id) =>
      sectionsOf[kind].some((section) => items[section].has(id)) || (kind === "move" && builtins.includes(id)),
    values: (fact) => {
      const item = items.facts.get(fact)
      return item === undefined ? undefined : valuesOfAuthored(item.value)
    },
  }
}

/** The names in a world that has been read. */
export function vocabularyOfDefinition(definition: WorldDefinition): Vocabulary {
  const { entities, facts, relations, moves, rules, builtins } = definition
  const ids: Vocabulary["ids"] = (kind) => {
    if (kind === "fact") return [...facts.keys()]
    if (kind === "relation") return [...relations.keys()]
    if (kind === "move") return [...moves.keys(), ...rules.keys(), ...builtins]
    return [...entities.values()]
      .filter((entity) => kind === "entity" || entity.kind === kind || (kind === "movable" && entity.kind !== "place"))
      .map(({ id }) => id)
  }
  return {
    languages: definition.languages,
    feelings: definition.feelings,
    ids,
    has: (kind, id) => ids(kind).includes(id),
    values: (id) => {
      const fact = facts.get(id)
      return fact === undefined ? undefined : (fact.range ?? [...fact.values.keys()])
    },
  }
}

/** Readers of what authors write; whatever is wrong is reported at its place. */
export function createNames(vocabulary: Vocabulary): Names {
  const { languages, feelings } = vocabulary

  function byLanguage<T>(
    source: Reporter,
    path: Path,
    authored: Partial<Record<Language, T>>,
    isWhole: boolean,
  ): Partial<Record<Language, T>> {
    for (const language of Object.keys(authored) as Language[])
      if (!languages.includes(language)) source.report("language_foreign", [...path, language], { language })
    const given = languages.filter((language) => authored[language] !== undefined)
    if (isWhole)
      for (const language of languages)
        if (!given.includes(language)) source.report("language_missing", path, { language })
    return Object.fromEntries(given.map((language) => [language, authored[language]]))
  }
  function read<T>(
    source: Reporter,
    path: Path,
    authored: T | { readonly [L in Language]?: T | undefined } | undefined,
    isPlain: boolean,
    isWhole: boolean,
  ): Partial<Record<Language, T>> {
    if (authored === undefined) return {}
    if (!isPlain) return byLanguage(source, path, authored as Partial<Record<Language, T>>, isWhole)
    const [only] = languages
    if (languages.length === 1 && only !== undefined) return { [only]: authored as T }
    source.report("language_needed", path, undefined)
    return {}
  }
  const texts: Names["texts"] = (source, path, authored) =>
    read<string>(source, path, authored, typeof authored === "string", true)
  const lists: Names["lists"] = (source, path, authored) => {
    const found = read<string[]>(source, path, authored, Array.isArray(authored), false)
    for (const text of Object.values(found).flat())
      if (normalise(text.replace(/\*$/u, "")).text.replaceAll(/[.,!? ]/gu, "") === "")
        source.report("phrase_empty", path, { text })
    return found
  }

  const reference: Names["reference"] = (kind, id, { source, path, bindings }) => {
    if (id.startsWith("$")) {
      const known = bindings ?? new Map<string, string>()
      if (!known.has(id.slice(1)))
        source.report("binding_unknown", path, {
          name: id.slice(1),
          allowed: [...known.keys()].map((name) => `$${name}`).join(", ") || "—",
        })
      return id
    }
    if (!vocabulary.has(kind, id))
      source.report("unknown_reference", path, { kind, id, near: nearest(id, vocabulary.ids(kind)) })
    return id
  }
  const who: Names["who"] = (authored, spot, otherwise) => {
    if (authored === undefined || authored === "everyone") return authored ?? otherwise
    return authored.map((id, at) => reference("character", id, inside(spot, at)))
  }
  const time: Names["time"] = (text, { source, path }) => {
    const read = parseTime(text)
    if (read === null) source.report("bad_time", path, { text })
    return read ?? 0
  }
  const feeling: Names["feeling"] = (text, { source, path }) => {
    if (!feelings.includes(text))
      source.report("unknown_reference", path, { kind: "feeling", id: text, near: nearest(text, feelings) })
    return text
  }
  const value: Names["value"] = (id, given, { source, path }) => {
    const values = vocabulary.values(id)
    if (values === undefined) return given
    const isGood =
      "least" in values
        ? typeof given === "number" && given >= values.least && given <= values.most
        : values.includes(given)
    const allowed = "least" in values ? `${values.least} … ${values.most}` : values.map(String).join(", ")
    if (!isGood) source.report("value_unknown", path, { fact: id, value: given, allowed })
    return given
  }
  const readers = { reference, who, time, feeling, value, texts }
  return {
    texts,
    lists,
    reference,
    who,
    time,
    feeling,
    value,
    condition: (authored, spot) => (authored === undefined ? null : readCondition(readers, authored, spot)),
    effects: (authored, spot) => (authored ?? []).map((effect, at) => readEffect(readers, effect, inside(spot, at))),
  }
}
