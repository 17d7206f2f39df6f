/** A card's document in another version of the format. */
import { readDecorators } from "../lore/index.ts"
import { editJson, isObject, memberOf, parseJson, valueOf } from "./json/index.ts"
import type { JsonDocument, JsonEdit, JsonObject, JsonValue } from "./json/index.ts"
import type { CardVersion } from "./model.ts"
import { loss, type Loss } from "./notice.ts"
import { viewCard } from "./view.ts"

const aside = "daydream/v3"
const onlyInV3 = [
  "nickname",
  "creator_notes_multilingual",
  "source",
  "group_only_greetings",
  "creation_date",
  "modification_date",
  "assets",
]

/** `document` in another version; fields that version 2 lacks are kept aside in `extensions`. */
export function toVersion(
  document: JsonDocument,
  version: CardVersion,
): { readonly document: JsonDocument; readonly lost: readonly Loss[] } {
  const view = viewCard(document)
  if (version === 1) return { document, lost: [] }
  if (view.isFlat) return { document: unflatten(document, version), lost: [] }
  if (view.card.version === version) return { document, lost: [] }
  return version === 3 ? { document: upgrade(document), lost: [] } : downgrade(document)
}

const spec = (version: 2 | 3): JsonEdit[] => [
  { path: ["spec"], value: `chara_card_v${version}` },
  { path: ["spec_version"], value: `${version}.0` },
]

const v1Fields = ["name", "description", "personality", "scenario", "first_mes", "mes_example"]

/** Version 1 has its fields at the top. What is not of the specification goes into `extensions`. */
function unflatten(document: JsonDocument, version: 2 | 3): JsonDocument {
  const { card } = viewCard(document)
  const root = valueOf(document.root) as JsonObject
  const own = new Set([
    ...v1Fields,
    "spec",
    "spec_version",
    "char_name",
    "char_persona",
    "world_scenario",
    "char_greeting",
    "example_dialogue",
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "alternate_greetings",
    "tags",
    "creator",
    "character_version",
    "character_book",
    "extensions",
    ...onlyInV3,
  ])
  const others = Object.fromEntries(Object.entries(root).filter(([key]) => !own.has(key)))
  const data: JsonObject = {
    name: card.name,
    description: card.description,
    personality: card.personality,
    scenario: card.scenario,
    first_mes: card.greeting,
    mes_example: card.exampleDialogue,
    creator_notes: card.creatorNotes,
    system_prompt: card.systemPrompt,
    post_history_instructions: card.postHistoryInstructions,
    alternate_greetings: card.alternateGreetings,
    tags: card.tags,
    creator: card.creator,
    character_version: card.characterVersion,
    ...(isObject(root["character_book"]) ? { character_book: root["character_book"] } : {}),
    ...(version === 3 ? { group_only_greetings: card.groupOnlyGreetings } : {}),
    extensions: Object.keys(others).length === 0 ? card.extensions : { ...card.extensions, "daydream/v1": others },
  }
  return parseJson(
    `${JSON.stringify({ spec: `chara_card_v${version}`, spec_version: `${version}.0`, data }, undefined, 2)}\n`,
  )
}

/** Entries of the book with their places; what is no object among them is left as it is. */
const entriesOf = (data: JsonObject): readonly (readonly [number, JsonObject])[] => {
  const book = data["character_book"]
  const entries: readonly JsonValue[] = isObject(book) && Array.isArray(book["entries"]) ? book["entries"] : []
  return entries.flatMap((one, i): [number, JsonObject][] => (isObject(one) ? [[i, one]] : []))
}

/** The fields of a card of version 2 or 3. */
export const dataOf = (document: JsonDocument): JsonObject => {
  const data = memberOf(document.root, "data")
  return data === undefined ? {} : (valueOf(data) as JsonObject)
}

function downgrade(document: JsonDocument): { readonly document: JsonDocument; readonly lost: readonly Loss[] } {
  const data = dataOf(document)
  const present = onlyInV3.filter((key) => data[key] !== undefined)
  const kept = Object.fromEntries(present.map((key) => [key, data[key] as JsonValue]))
  const edits: JsonEdit[] = [...spec(2), ...present.map((key) => ({ path: ["data", key] }))]
  edits.push(
    isObject(data["extensions"])
      ? { path: ["data", "extensions", aside], value: kept }
      : { path: ["data", "extensions"], value: { [aside]: kept } },
  )
  const notes = data["creator_notes_multilingual"]
  if (isObject(notes) && typeof notes["en"] === "string" && (data["creator_notes"] ?? "") === "")
    edits.push({ path: ["data", "creator_notes"], value: notes["en"] })
  let decorated = 0
  let regex = 0
  for (const [i, entry] of entriesOf(data)) {
    const content = typeof entry["content"] === "string" ? entry["content"] : ""
    if (entry["use_regex"] === true) regex++
    const read = readDecorators(content)
    if (read.content === content) continue
    decorated++
    const at = ["data", "character_book", "entries", i] as const
    edits.push({ path: [...at, "content"], value: read.content })
    edits.push(
      isObject(entry["extensions"])
        ? { path: [...at, "extensions", aside], value: { content } }
        : { path: [...at, "extensions"], value: { [aside]: { content } } },
    )
  }
  return { document: editJson(document, edits), lost: lossesOfV2(data, present, decorated, regex) }
}

function lossesOfV2(data: JsonObject, present: readonly string[], decorated: number, regex: number): Loss[] {
  const lost: Loss[] = []
  const isEmpty = (value: unknown): boolean =>
    value === "" || value === 0 || (Array.isArray(value) && value.length === 0)
  const fields = present.filter((key) => !isEmpty(data[key]) && key !== "creator_notes_multilingual")
  if (fields.length > 0)
    lost.push(
      loss(
        fields.join(", "),
        "kept_aside",
        `Version 2 has no ${fields.join(", ")}; kept in extensions["${aside}"], where other programs do not look.`,
        `版本 2 没有 ${fields.join("、")}；已存入 extensions["${aside}"]，其他程序不会读取。`,
      ),
    )
  const notes = data["creator_notes_multilingual"]
  if (isObject(notes) && Object.keys(notes).length > 0)
    lost.push(
      loss(
        "creator_notes_multilingual",
        "kept_aside",
        `Version 2 has notes in one language alone; kept aside: ${Object.keys(notes).join(", ")}.`,
        `版本 2 的作者说明只有一种语言；另存：${Object.keys(notes).join("、")}。`,
      ),
    )
  if (decorated > 0)
    lost.push(
      loss(
        "decorators",
        "kept_aside",
        `Version 2 knows no decorators: ${decorated} lore entries lose theirs, such as depth and role.`,
        `版本 2 没有装饰器：${decorated} 个世界书条目会失去深度、角色等设置。`,
      ),
    )
  if (regex > 0)
    lost.push(
      loss(
        "use_regex",
        "kept_aside",
        `Version 2 knows no use_regex: programs that go by it take the keys of ${regex} entries as plain words.`,
        `版本 2 没有 use_regex：只认版本 2 的程序会把 ${regex} 个条目的关键词当作普通文字。`,
      ),
    )
  return lost
}

function upgrade(document: JsonDocument): JsonDocument {
  const data = dataOf(document)
  const extensions = isObject(data["extensions"]) ? data["extensions"] : {}
  const kept = isObject(extensions[aside]) ? extensions[aside] : {}
  const edits: JsonEdit[] = spec(3)
  for (const key of onlyInV3)
    if (kept[key] !== undefined && data[key] === undefined) edits.push({ path: ["data", key], value: kept[key] })
  if (data["group_only_greetings"] === undefined && kept["group_only_greetings"] === undefined)
    edits.push({ path: ["data", "group_only_greetings"], value: [] })
  if (!isObject(data["extensions"])) edits.push({ path: ["data", "extensions"], value: {} })
  else if (extensions[aside] !== undefined) edits.push({ path: ["data", "extensions", aside] })
  for (const [i, entry] of entriesOf(data)) {
    const at = ["data", "character_book", "entries", i] as const
    const own = isObject(entry["extensions"]) ? entry["extensions"] : undefined
    if (entry["use_regex"] === undefined) edits.push({ path: [...at, "use_regex"], value: false })
    const before = isObject(own?.[aside]) ? own[aside]["content"] : undefined
    if (own === undefined) edits.push({ path: [...at, "extensions"], value: {} })
    else if (own[aside] !== undefined) edits.push({ path: [...at, "extensions", aside] })
    // Put back only where nobody changed the text since.
    if (typeof before === "string" && readDecorators(before).content === entry["content"])
      edits.push({ path: [...at, "content"], value: before })
  }
  return editJson(document, edits)
}
