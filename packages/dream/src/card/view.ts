/** Our view of the raw document: lenient about what tools get wrong, and telling it. */
import { readLorebook, type LoreRole } from "../lore/index.ts"
import { cardErrors } from "./errors.ts"
import { isObject, valueOf, type JsonDocument, type JsonObject, type JsonValue } from "./json/index.ts"
import type { Card, CardAsset, CardVersion } from "./model.ts"
import { notice, type Notice } from "./notice.ts"

export interface CardView {
  readonly card: Card
  readonly notices: readonly Notice[]
  /** Whether the fields stand at the top, as in version 1. */
  readonly isFlat: boolean
}

// Names that the first tools gave to the fields of version 1.
const oldNames: Readonly<Record<string, string>> = {
  name: "char_name",
  description: "char_persona",
  scenario: "world_scenario",
  first_mes: "char_greeting",
  mes_example: "example_dialogue",
}

interface Fields {
  text(key: string): string
  texts(key: string): readonly string[]
  number(key: string): number | undefined
  object(key: string): JsonObject
  raw(key: string): JsonValue | undefined
  readonly mended: ReadonlySet<string>
}

function fieldsOf(data: JsonObject): Fields {
  const mended = new Set<string>()
  const raw = (key: string): JsonValue | undefined => data[key] ?? data[oldNames[key] ?? key]
  const plain = (value: JsonValue | undefined, key: string): string => {
    if (typeof value === "string") return value
    if (value !== undefined) mended.add(key)
    return typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : Array.isArray(value)
        ? value.filter((one) => typeof one === "string").join("\n")
        : ""
  }
  return {
    raw,
    mended,
    text: (key) => plain(raw(key), key),
    texts: (key) => {
      const value = raw(key)
      if (value === undefined) return []
      if (typeof value === "string") {
        mended.add(key)
        return value
          .split(key === "tags" ? /[,，]/u : /$^/u)
          .map((one) => one.trim())
          .filter((one) => one !== "")
      }
      if (!Array.isArray(value)) {
        mended.add(key)
        return []
      }
      return value.map((one: JsonValue) => plain(one, key))
    },
    number: (key) => {
      const value = raw(key)
      return typeof value === "number" && Number.isFinite(value) ? value : undefined
    },
    object: (key) => {
      const value = raw(key)
      if (isObject(value)) return value
      if (value !== undefined) mended.add(key)
      return {}
    },
  }
}

function versionOf(root: JsonObject, isFlat: boolean): CardVersion {
  if (root["spec"] === "chara_card_v3") return 3
  return root["spec"] === "chara_card_v2" || !isFlat ? 2 : 1
}

const defaultAssets: readonly CardAsset[] = [{ type: "icon", uri: "ccdefault:", name: "main", ext: "png" }]

function assetsOf(fields: Fields): readonly CardAsset[] {
  const value = fields.raw("assets")
  if (!Array.isArray(value)) return defaultAssets
  const text = (one: JsonObject, key: string): string => (typeof one[key] === "string" ? one[key] : "")
  return value
    .filter(isObject)
    .map((one) => ({
      type: text(one, "type"),
      uri: text(one, "uri"),
      name: text(one, "name"),
      ext: text(one, "ext").toLowerCase().replace(/^\./u, ""),
    }))
}

const roles: readonly LoreRole[] = ["system", "user", "assistant"]

function depthPromptOf(extensions: JsonObject): Card["depthPrompt"] {
  const raw = extensions["depth_prompt"]
  if (!isObject(raw) || typeof raw["prompt"] !== "string" || raw["prompt"] === "") return undefined
  const role = roles.find((one) => one === raw["role"]) ?? "system"
  return { text: raw["prompt"], depth: typeof raw["depth"] === "number" ? raw["depth"] : 4, role }
}

/** Only texts by language. */
const notesOf = (value: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.entries(value).filter((one): one is [string, string] => typeof one[1] === "string"))

function noticesOf(root: JsonObject, version: CardVersion, isFlat: boolean, mended: ReadonlySet<string>): Notice[] {
  const notices: Notice[] = []
  const stated = typeof root["spec_version"] === "string" ? root["spec_version"] : ""
  const written = Number.parseFloat(stated)
  if (written > 3)
    notices.push(
      notice(
        "newer_version",
        "warning",
        `The card says that it is of version ${stated}, newer than 3.0: what is new in it is kept, but has no effect here.`,
        `该卡声明的版本为 ${stated}，比 3.0 更新：其中的新内容会保留，但在此不起作用。`,
      ),
    )
  if (version !== 1 && isFlat)
    notices.push(
      notice(
        "data_missing",
        "warning",
        'The card has no "data"; its fields were read from the top.',
        "该卡缺少“data”，已从顶层读取各字段。",
      ),
    )
  if (mended.size > 0)
    notices.push(
      notice(
        "wrong_types",
        "warning",
        `These fields had another type than they should and were read as well as possible: ${[...mended].join(", ")}.`,
        `以下字段的类型不符，已尽量读取：${[...mended].join("、")}。`,
      ),
    )
  return notices
}

/** The card in `document`. Throws `card_lacks_name` where there is none. */
export function viewCard(document: JsonDocument): CardView {
  const root = valueOf(document.root)
  if (!isObject(root)) throw cardErrors.card_lacks_name({})
  const inner = root["data"]
  const isFlat = !isObject(inner)
  const fields = fieldsOf(isFlat ? root : inner)
  const version = versionOf(root, isFlat)
  const known = ["name", "description", "first_mes"].some((key) => typeof fields.raw(key) === "string")
  if (!known) throw cardErrors.card_lacks_name({})
  const nickname = fields.text("nickname")
  const createdAt = fields.number("creation_date")
  const modifiedAt = fields.number("modification_date")
  const extensions = fields.object("extensions")
  const depthPrompt = depthPromptOf(extensions)
  const book = fields.raw("character_book")
  const name = fields.text("name")
  const card: Card = {
    version,
    name,
    ...(version === 3 && nickname !== "" ? { nickname } : {}),
    description: fields.text("description"),
    personality: fields.text("personality"),
    scenario: fields.text("scenario"),
    greeting: fields.text("first_mes"),
    alternateGreetings: fields.texts("alternate_greetings"),
    groupOnlyGreetings: version === 3 ? fields.texts("group_only_greetings") : [],
    exampleDialogue: fields.text("mes_example"),
    systemPrompt: fields.text("system_prompt"),
    postHistoryInstructions: fields.text("post_history_instructions"),
    ...(depthPrompt === undefined ? {} : { depthPrompt }),
    creator: fields.text("creator"),
    creatorNotes: fields.text("creator_notes"),
    creatorNotesByLanguage: version === 3 ? notesOf(fields.object("creator_notes_multilingual")) : {},
    characterVersion: fields.text("character_version"),
    tags: fields.texts("tags"),
    source: version === 3 ? fields.texts("source") : [],
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    assets: version === 3 ? assetsOf(fields) : defaultAssets,
    ...(isObject(book) ? { lorebook: readLorebook(book, `card:${name}`) } : {}),
    extensions,
  }
  return { card, notices: noticesOf(root, version, isFlat, fields.mended), isFlat }
}
