/** Reads a lorebook from a plain value in any of its dialects, leniently: what has the wrong type takes its default. */
import { readDecorators } from "./decorators.ts"
import type { Lorebook, LoreEntry, LoreLogic, LorePlace, LoreRole, LoreSource } from "./model.ts"

type Raw = Readonly<Record<string, unknown>>

/** `book`: what a card holds and V3 lorebook files hold; `world`: SillyTavern's world file. */
export type LoreDialect = "book" | "world"

const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value)
const raw = (value: unknown): Raw => (isRaw(value) ? value : {})
const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : ""
const number = (value: unknown): number | undefined => {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof read === "number" && Number.isFinite(read) ? read : undefined
}
const count = (value: unknown, otherwise = 0): number => Math.max(0, Math.round(number(value) ?? otherwise))
const truth = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : value === 1 ? true : value === 0 ? false : undefined
const texts = (value: unknown): string[] => {
  const items = Array.isArray(value) ? value.map(text) : splitKeys(text(value))
  return items.map((item) => item.trim()).filter((item) => item !== "")
}

/** Keys in one text, parted by commas; a comma within `/…/` parts nothing. */
function splitKeys(value: string): string[] {
  return value.match(/\/(?:\\.|[^/\\\n])+\/[a-z]*(?=\s*(?:[,，]|$))|[^,，]+/gu) ?? []
}

const logics: readonly LoreLogic[] = ["and-any", "not-all", "not-any", "and-all"]
const places: readonly LorePlace[] = [
  "before_char",
  "after_char",
  "note_top",
  "note_bottom",
  "depth",
  "before_examples",
  "after_examples",
  "outlet",
]
const roles: readonly LoreRole[] = ["system", "user", "assistant"]
const sources: readonly [string, string, LoreSource][] = [
  ["matchPersonaDescription", "match_persona_description", "persona_description"],
  ["matchCharacterDescription", "match_character_description", "character_description"],
  ["matchCharacterPersonality", "match_character_personality", "character_personality"],
  ["matchCharacterDepthPrompt", "match_character_depth_prompt", "character_note"],
  ["matchScenario", "match_scenario", "scenario"],
  ["matchCreatorNotes", "match_creator_notes", "creator_notes"],
]

const roleOf = (value: unknown): LoreRole =>
  typeof value === "string" && roles.includes(value as LoreRole)
    ? (value as LoreRole)
    : (roles[number(value) ?? 0] ?? "system")

/**
 * What SillyTavern keeps beside the fields of the specification. It writes `use_regex: true` on every entry that it
 * exports, and means: keys written `/…/` are expressions, others are not.
 */
const isFromSillyTavern = (extensions: Raw): boolean =>
  "selectiveLogic" in extensions || "useProbability" in extensions || "display_index" in extensions

function filterOf(value: unknown): LoreEntry["characterFilter"] {
  const filter = raw(value)
  const names = texts(filter["names"])
  const tags = texts(filter["tags"])
  return names.length + tags.length === 0 ? undefined : { names, tags, exclude: truth(filter["isExclude"]) ?? false }
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T

/** The rules that both dialects share, read from `get`, which knows how the dialect names them. */
function rulesOf(get: (world: string, book: string) => unknown) {
  const until = get("delayUntilRecursion", "delay_until_recursion")
  return {
    probability:
      truth(get("useProbability", "useProbability")) === false
        ? 100
        : Math.min(100, Math.max(0, number(get("probability", "probability")) ?? 100)),
    sticky: count(get("sticky", "sticky")),
    cooldown: count(get("cooldown", "cooldown")),
    delay: count(get("delay", "delay")),
    excludeRecursion: truth(get("excludeRecursion", "exclude_recursion")) ?? false,
    preventRecursion: truth(get("preventRecursion", "prevent_recursion")) ?? false,
    delayUntilRecursion: until === true ? 1 : count(until),
    groups: texts(get("group", "group")),
    groupWeight: count(get("groupWeight", "group_weight"), 100),
    groupPrioritised: truth(get("groupOverride", "group_override")) ?? false,
    groupScoring: truth(get("useGroupScoring", "use_group_scoring")),
    ignoresBudget: truth(get("ignoreBudget", "ignore_budget")) ?? false,
    characterFilter: filterOf(get("characterFilter", "character_filter")),
    triggers: texts(get("triggers", "triggers")),
    sources: sources.filter(([world, book]) => truth(get(world, book)) === true).map(([, , source]) => source),
    depth: count(get("depth", "depth"), 4),
    role: roleOf(get("role", "role")),
    outlet: text(get("outletName", "outlet_name")).trim() || undefined,
    scanDepth: number(get("scanDepth", "scan_depth")),
    wholeWords: truth(get("matchWholeWords", "match_whole_words")),
  }
}

function readBookEntry(entry: Raw, id: string): LoreEntry {
  const extensions = raw(entry["extensions"])
  const { content, decorators, ignored } = readDecorators(text(entry["content"]))
  const secondaryKeys = truth(entry["selective"]) === true ? texts(entry["secondary_keys"]) : []
  return defined({
    id,
    title: text(entry["name"]) || text(entry["comment"]),
    keys: texts(entry["keys"]),
    secondaryKeys,
    logic: logics[number(extensions["selectiveLogic"]) ?? 0] ?? "and-any",
    content,
    decorators,
    ignoredDecorators: ignored.length === 0 ? undefined : ignored,
    enabled: truth(entry["enabled"]) ?? true,
    constant: truth(entry["constant"]) ?? false,
    order: number(entry["insertion_order"]) ?? 100,
    priority: number(entry["priority"]),
    place:
      places[number(extensions["position"]) ?? -1] ??
      (entry["position"] === "after_char" ? "after_char" : "before_char"),
    usesRegex: truth(entry["use_regex"]) === true && !isFromSillyTavern(extensions),
    caseSensitive: truth(entry["case_sensitive"]) ?? truth(extensions["case_sensitive"]),
    ...rulesOf((_, book) => extensions[book]),
  } as LoreEntry)
}

function readWorldEntry(entry: Raw, id: string): LoreEntry {
  const { content, decorators, ignored } = readDecorators(text(entry["content"]))
  return defined({
    id,
    title: text(entry["comment"]),
    keys: texts(entry["key"]),
    secondaryKeys: truth(entry["selective"]) === false ? [] : texts(entry["keysecondary"]),
    logic: logics[number(entry["selectiveLogic"]) ?? 0] ?? "and-any",
    content,
    decorators,
    ignoredDecorators: ignored.length === 0 ? undefined : ignored,
    enabled: truth(entry["disable"]) !== true,
    constant: truth(entry["constant"]) ?? false,
    order: number(entry["order"]) ?? 100,
    place: places[number(entry["position"]) ?? 0] ?? "before_char",
    usesRegex: false,
    caseSensitive: truth(entry["caseSensitive"]),
    ...rulesOf((world) => entry[world]),
  } as LoreEntry)
}

/** Which dialect `value` is; undefined where it is no lorebook. */
export function lorebookDialect(value: unknown): LoreDialect | undefined {
  const book = raw(raw(value)["spec"] === "lorebook_v3" ? raw(value)["data"] : value)
  const { entries } = book
  if (Array.isArray(entries))
    return entries.some((entry) => isRaw(entry) && "key" in entry && !("keys" in entry)) ? "world" : "book"
  return isRaw(entries) ? "world" : undefined
}

/** The lorebook that `value` holds, in whichever dialect; an empty one where it holds none. `id` tells it from others. */
export function readLorebook(value: unknown, id: string): Lorebook {
  const book = raw(raw(value)["spec"] === "lorebook_v3" ? raw(value)["data"] : value)
  const isWorld = lorebookDialect(value) === "world"
  const seen = new Set<string>()
  const items = Array.isArray(book["entries"]) ? book["entries"] : Object.values(raw(book["entries"]))
  const entries = items.filter(isRaw).map((entry, i) => {
    const named = text(entry[isWorld ? "uid" : "id"])
    const unique = named === "" || seen.has(named) ? `#${i}` : named
    seen.add(unique)
    return isWorld ? readWorldEntry(entry, unique) : readBookEntry(entry, unique)
  })
  return defined({
    id,
    name: text(book["name"]),
    description: text(book["description"]),
    scanDepth: number(book["scan_depth"]),
    tokenBudget: number(book["token_budget"]),
    recursive: truth(book["recursive_scanning"]),
    entries,
  } as Lorebook)
}
