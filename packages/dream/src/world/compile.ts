/** From authors' files to a definition: every name resolved, every promise that can be checked beforehand checked. */
import { languages as allLanguages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import { hashOf } from "./canonical.ts"
import { compileEntities } from "./compile-entities.ts"
import { compileFacts } from "./compile-facts.ts"
import { compileMoves, compileRelations, compileRules } from "./compile-moves.ts"
import { builtinMoves } from "./definition.ts"
import type { WorldDefinition } from "./definition.ts"
import { createNames, vocabularyOfItems } from "./names-of-world.ts"
import type { Items, Placed, Section } from "./names-of-world.ts"
import { findOpenSecrets } from "./open-secrets.ts"
import type { WorldProblem } from "./problem.ts"
import { readSource } from "./source.ts"
import type { Source, WorldFile } from "./source.ts"
import { parseTime } from "./story-time.ts"

/** What became of the files of a world. */
export interface ParsedWorld {
  /** Undefined where one of the problems is an error. */
  readonly definition: WorldDefinition | undefined
  readonly problems: readonly WorldProblem[]
}

const sections = [
  "places",
  "characters",
  "things",
  "relations",
  "facts",
  "moves",
  "rules",
] as const satisfies readonly Section[]
const headers = ["format", "id", "names", "languages", "starts", "feelings", "builtins", "vocabulary"] as const
const required = ["format", "id", "names", "starts"] as const
const reserved = new Set(["actor", "here", "present", "everyone", "constructor", "number", ...builtinMoves])

/** Every section's items of all files, each once. */
function collect(sources: readonly Source[]): Items {
  const items: Record<Section, Map<string, Placed<unknown>>> = {
    places: new Map(),
    characters: new Map(),
    things: new Map(),
    relations: new Map(),
    facts: new Map(),
    moves: new Map(),
    rules: new Map(),
  }
  const seen = new Map<string, string>()
  const groupOf = (section: Section) =>
    section === "facts"
      ? "fact"
      : section === "relations"
        ? "relation"
        : section === "moves" || section === "rules"
          ? "move"
          : "entity"
  for (const source of sources)
    for (const section of sections)
      for (const [id, value] of Object.entries(source.document[section] ?? {})) {
        const path = [section, id]
        if (reserved.has(id)) source.report("reserved_id", path, { id })
        const key = `${groupOf(section)} ${id}`
        const other = seen.get(key)
        if (other !== undefined) source.report("duplicate", path, { id, other })
        else items[section].set(id, { id, source, path, value })
        seen.set(key, other ?? `${source.file}: ${section}.${id}`)
      }
  return items as Items
}

function findHeaders(sources: readonly Source[]): Map<string, Source> {
  const owners = new Map<string, Source>()
  for (const source of sources)
    for (const key of headers) {
      if (source.document[key] === undefined) continue
      const other = owners.get(key)
      if (other === undefined) owners.set(key, source)
      else source.report("duplicate", [key], { id: key, other: other.file })
    }
  for (const key of required) if (!owners.has(key)) sources[0]?.report("missing_key", [], { key })
  return owners
}

/**
 * Reads the files of one world. All problems are told, not the first only: those of the form first; where the form is
 * right in every file, those of names, texts and secrets.
 */
export function parseWorld(files: readonly WorldFile[]): ParsedWorld {
  const problems: WorldProblem[] = []
  const sources = files.map((file) => readSource(file, problems)).filter((source) => source !== undefined)
  const done = (definition?: WorldDefinition): ParsedWorld => ({
    definition: problems.some(({ severity }) => severity === "error") ? undefined : definition,
    problems: problems.toSorted((a, b) =>
      a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
    ),
  })
  const [first] = sources
  if (first === undefined || sources.length < files.length) return done()
  const owners = findHeaders(sources)
  const header = <K extends (typeof headers)[number]>(key: K) =>
    owners.get(key)?.document[key] as NonNullable<Source["document"][K]> | undefined
  const languages: readonly Language[] = header("languages") ?? guessLanguages(header("names"))
  const items = collect(sources)
  const names = createNames(
    vocabularyOfItems(items, languages, header("feelings") ?? [], header("builtins") ?? builtinMoves),
  )
  if (items.characters.size === 0) first.report("no_characters", [], undefined)
  const owner = (key: string) => owners.get(key) ?? first
  const starts = parseTime(header("starts") ?? "")
  if (starts === null && header("starts") !== undefined)
    owner("starts").report("bad_time", ["starts"], { text: header("starts") ?? "" })
  const definition: WorldDefinition = {
    id: header("id") ?? "",
    names: names.texts(owner("names"), ["names"], header("names")),
    languages,
    starts: starts ?? 0,
    entities: compileEntities(names, items),
    relations: compileRelations(names, items),
    facts: compileFacts(names, items),
    moves: compileMoves(names, items),
    rules: compileRules(names, items),
    builtins: header("builtins") ?? builtinMoves,
    feelings: header("feelings") ?? [],
    vocabulary: names.lists(owner("vocabulary"), ["vocabulary"], header("vocabulary")),
    hash: hashOf(sources.map(({ document }) => document)),
  }
  if (!problems.some(({ severity }) => severity === "error"))
    findOpenSecrets(definition, items, { id: "names", source: owner("names"), path: ["names"], value: null })
  return done(definition)
}

const guessLanguages = (names: unknown): readonly Language[] => {
  const given = typeof names === "object" && names !== null ? allLanguages.filter((language) => language in names) : []
  return given.length > 0 ? given : ["en"]
}
