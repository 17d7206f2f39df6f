/** Lorebooks as files of their own: V3 (`lorebook_v3`), SillyTavern's world files, and the book of a card alone. */
import { lorebookDialect, readLorebook, type Lorebook, type LoreDialect } from "../lore/index.ts"
import { cardErrors } from "./errors.ts"
import {
  editJson,
  isObject,
  parseJson,
  valueOf,
  type JsonDocument,
  type JsonEdit,
  type JsonObject,
  type JsonValue,
} from "./json/index.ts"
import { loss, type Loss } from "./notice.ts"
import { checkSize } from "./read.ts"
import { decodeJson, encodeText } from "./text.ts"

export interface LorebookFile {
  readonly dialect: LoreDialect
  /** Whether it stands in `{spec: "lorebook_v3", data}`. */
  readonly isWrapped: boolean
  readonly document: JsonDocument
  readonly lorebook: Lorebook
  readonly bytes: Uint8Array
  readonly isEdited: boolean
}

const idOf = (value: JsonValue): string =>
  `lorebook:${isObject(value) && typeof value["name"] === "string" ? value["name"] : ""}`

function open(document: JsonDocument, bytes: Uint8Array, isEdited: boolean): LorebookFile {
  const value = valueOf(document.root)
  const dialect = lorebookDialect(value)
  if (dialect === undefined) throw cardErrors.card_unknown_format({})
  const isWrapped = isObject(value) && value["spec"] === "lorebook_v3"
  return { dialect, isWrapped, document, lorebook: readLorebook(value, idOf(value)), bytes, isEdited }
}

/** The lorebook in `bytes`. Throws `card_unknown_format` and errors of JSON. */
export function readLorebookFile(bytes: Uint8Array): LorebookFile {
  checkSize(bytes)
  return open(decodeJson(bytes), bytes, false)
}

export const writeLorebookFile = (file: LorebookFile): Uint8Array =>
  file.isEdited ? encodeText(file.document.text) : file.bytes

export const editLorebookFile = (file: LorebookFile, edits: readonly JsonEdit[]): LorebookFile =>
  open(editJson(file.document, edits), file.bytes, true)

// Names of the same thing: in a world file, and in the extensions of a book's entry.
const extended: readonly [string, string][] = [
  ["position", "position"],
  ["excludeRecursion", "exclude_recursion"],
  ["preventRecursion", "prevent_recursion"],
  ["delayUntilRecursion", "delay_until_recursion"],
  ["displayIndex", "display_index"],
  ["probability", "probability"],
  ["useProbability", "useProbability"],
  ["depth", "depth"],
  ["selectiveLogic", "selectiveLogic"],
  ["outletName", "outlet_name"],
  ["group", "group"],
  ["groupOverride", "group_override"],
  ["groupWeight", "group_weight"],
  ["scanDepth", "scan_depth"],
  ["caseSensitive", "case_sensitive"],
  ["matchWholeWords", "match_whole_words"],
  ["useGroupScoring", "use_group_scoring"],
  ["automationId", "automation_id"],
  ["role", "role"],
  ["vectorized", "vectorized"],
  ["sticky", "sticky"],
  ["cooldown", "cooldown"],
  ["delay", "delay"],
  ["triggers", "triggers"],
  ["ignoreBudget", "ignore_budget"],
  ["matchPersonaDescription", "match_persona_description"],
  ["matchCharacterDescription", "match_character_description"],
  ["matchCharacterPersonality", "match_character_personality"],
  ["matchCharacterDepthPrompt", "match_character_depth_prompt"],
  ["matchScenario", "match_scenario"],
  ["matchCreatorNotes", "match_creator_notes"],
  ["characterFilter", "character_filter"],
]
const direct: readonly [string, string][] = [
  ["uid", "id"],
  ["key", "keys"],
  ["keysecondary", "secondary_keys"],
  ["comment", "comment"],
  ["content", "content"],
  ["constant", "constant"],
  ["selective", "selective"],
  ["order", "insertion_order"],
]
const aside = "daydream/book"

/** A world file's value as the book of a card. What a book has no name for goes into `extensions`; nothing is lost. */
export function worldToBook(world: JsonObject): JsonObject {
  const { entries, ...rest } = world
  const list = Array.isArray(entries) ? entries : isObject(entries) ? Object.values(entries) : []
  return {
    ...(typeof rest["name"] === "string" ? { name: rest["name"] } : {}),
    extensions: { [aside]: rest },
    entries: list.filter(isObject).map((entry): JsonObject => {
      const { disable, addMemo: _memo, ...known } = entry
      const extensions: Record<string, JsonValue> = {}
      const book: Record<string, JsonValue> = {}
      for (const [key, value] of Object.entries(known)) {
        if (value === undefined) continue
        const name = direct.find(([mine]) => mine === key)?.[1]
        if (name !== undefined) book[name] = value
        else extensions[extended.find(([mine]) => mine === key)?.[1] ?? key] = value
      }
      // SillyTavern's marks tell that keys without slashes are no expressions.
      extensions["selectiveLogic"] ??= 0
      return {
        keys: [],
        content: "",
        insertion_order: 100,
        ...book,
        enabled: disable !== true,
        use_regex: true,
        position: entry["position"] === 0 || entry["position"] === undefined ? "before_char" : "after_char",
        extensions,
      }
    }),
  }
}

/** The book of a card as a world file, with what a world file has no place for. */
export function bookToWorld(book: JsonObject): { readonly world: JsonObject; readonly lost: readonly Loss[] } {
  const entries: Record<string, JsonValue> = {}
  let withPriority = 0
  for (const [i, entry] of (Array.isArray(book["entries"]) ? book["entries"] : []).filter(isObject).entries()) {
    const extensions = isObject(entry["extensions"]) ? entry["extensions"] : {}
    const world: Record<string, JsonValue> = {
      uid: i,
      key: [],
      keysecondary: [],
      content: "",
      comment: "",
      order: 100,
      selective: false,
      constant: false,
    }
    for (const [mine, theirs] of direct) if (entry[theirs] !== undefined) world[mine] = entry[theirs]
    for (const [key, value] of Object.entries(extensions))
      if (value !== undefined) world[extended.find(([, theirs]) => theirs === key)?.[0] ?? key] = value
    if (world["comment"] === "" && typeof entry["name"] === "string") world["comment"] = entry["name"]
    if (entry["case_sensitive"] !== undefined) world["caseSensitive"] ??= entry["case_sensitive"]
    if (entry["priority"] !== undefined) withPriority++
    // A plain expression is written between slashes, as world files have them.
    if (entry["use_regex"] === true && !("selectiveLogic" in extensions) && Array.isArray(entry["keys"]))
      world["key"] = entry["keys"]
        .filter((key) => typeof key === "string")
        .map(
          (key) =>
            `/${key.replaceAll(/(?<!\\)((?:\\\\)*)\//gu, "$1\\/")}/${entry["case_sensitive"] === true ? "" : "i"}`,
        )
    if (extensions["position"] === undefined) world["position"] = entry["position"] === "after_char" ? 1 : 0
    world["disable"] = entry["enabled"] === false
    entries[String(i)] = world
  }
  const extensions = isObject(book["extensions"]) ? book["extensions"] : {}
  const kept = isObject(extensions[aside]) ? extensions[aside] : {}
  const gone = ["description", "scan_depth", "token_budget", "recursive_scanning"].filter(
    (key) => book[key] !== undefined,
  )
  const lost: Loss[] = []
  if (gone.length > 0)
    lost.push(
      loss(
        gone.join(", "),
        "lost",
        `A world file has no place for ${gone.join(", ")}: SillyTavern sets them for all books together.`,
        `世界书文件无法存放 ${gone.join("、")}：SillyTavern 对所有世界书统一设置。`,
      ),
    )
  if (withPriority > 0)
    lost.push(
      loss(
        "priority",
        "lost",
        `A world file has no priority (${withPriority} entries); order counts instead.`,
        `世界书文件没有 priority（${withPriority} 个条目），以 order 代替。`,
      ),
    )
  return { world: { ...kept, ...(typeof book["name"] === "string" ? { name: book["name"] } : {}), entries }, lost }
}

/** `file` in the other dialect, pretty-printed, and what is lost by it. */
export function convertLorebook(
  file: LorebookFile,
  to: LoreDialect,
): { readonly bytes: Uint8Array; readonly lost: readonly Loss[] } {
  if (to === file.dialect && (to === "world" || file.isWrapped)) return { bytes: writeLorebookFile(file), lost: [] }
  const value = valueOf(file.document.root) as JsonObject
  const inner = file.isWrapped && isObject(value["data"]) ? value["data"] : value
  const pretty = (one: JsonObject): Uint8Array => encodeText(`${JSON.stringify(one, undefined, 2)}\n`)
  if (to === "book")
    return {
      bytes: pretty({ spec: "lorebook_v3", data: file.dialect === "world" ? worldToBook(inner) : inner }),
      lost: [],
    }
  const { world, lost } = bookToWorld(inner)
  return { bytes: pretty(world), lost }
}

/** A V3 lorebook file of the book in a card's document; undefined where it has none. */
export function lorebookOfCard(document: JsonDocument): string | undefined {
  const root = valueOf(document.root)
  const data = isObject(root) && isObject(root["data"]) ? root["data"] : root
  const book = isObject(data) ? data["character_book"] : undefined
  return isObject(book) ? `${JSON.stringify({ spec: "lorebook_v3", data: book }, undefined, 2)}\n` : undefined
}

export const parseLorebook = (text: string): JsonObject | undefined => {
  const value = valueOf(parseJson(text).root)
  if (!isObject(value)) return undefined
  const inner = value["spec"] === "lorebook_v3" && isObject(value["data"]) ? value["data"] : value
  return lorebookDialect(value) === "world" ? worldToBook(inner) : inner
}
