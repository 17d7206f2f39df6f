/** One card in another format or version, and what is lost by it. */
import { readDecorators } from "../lore/index.ts"
import { createAssetPaths, embedTexts, pictureOf, resolveAssets, unnamedFiles, type ResolvedAsset } from "./assets.ts"
import { cardErrors } from "./errors.ts"
import {
  editJson,
  isObject,
  memberOf,
  parseJson,
  valueOf,
  type JsonDocument,
  type JsonEdit,
  type JsonObject,
  type JsonValue,
} from "./json/index.ts"
import { cardLimits } from "./limits.ts"
import type { CardFile, CardFormat, CardVersion } from "./model.ts"
import { loss, notice, type Loss, type Notice } from "./notice.ts"
import { isPng, plainPicture, readChunks } from "./png/index.ts"
import { encodePayload, encodeText } from "./text.ts"
import { viewCard } from "./view.ts"
import { writeCard } from "./write.ts"
import { writeZip } from "./zip/index.ts"

export interface ConvertOptions {
  readonly format: CardFormat
  /** 1 only for a card of version 1. */
  readonly version: CardVersion
  /** A PNG that carries the card; without it, the card's own picture, its icon, or a plain one. */
  readonly picture?: Uint8Array
}

export interface ConvertedCard {
  readonly bytes: Uint8Array
  readonly lost: readonly Loss[]
  readonly notices: readonly Notice[]
}

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

/** `file` as `options` say. The same format and version give the same bytes. Throws `card_conversion_unknown`, `card_image_not_png`. */
export function convertCard(file: CardFile, options: ConvertOptions): ConvertedCard {
  const { format, version, picture } = options
  if (picture !== undefined && !isPng(picture)) throw cardErrors.card_image_not_png({})
  if (format === file.container.format && version === file.card.version && picture === undefined)
    return { bytes: writeCard(file), lost: [], notices: [] }
  if ((format === "charx" && version !== 3) || (version === 1 && file.card.version !== 1))
    throw cardErrors.card_conversion_unknown({ format, version })
  const { document, lost } = toVersion(file.document, version)
  const made =
    format === "json"
      ? toJson(file, document)
      : format === "png"
        ? toPng(file, document, version, picture)
        : toCharx(file, document, picture)
  return { ...made, lost: [...lost, ...made.lost] }
}

/** `document` in another version; fields that version 2 lacks are kept aside in `extensions`. */
function toVersion(
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

const dataOf = (document: JsonDocument): JsonObject => {
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

const carried = (assets: readonly ResolvedAsset[]): readonly ResolvedAsset[] =>
  assets.filter((one) => one.place === "embedded" && one.bytes !== undefined)

function lossOfFiles(file: CardFile, assets: readonly ResolvedAsset[], format: string): Loss[] {
  const lost: Loss[] = []
  const embedded = carried(assets)
  if (embedded.length > 0)
    lost.push(
      loss(
        "assets",
        "lost",
        `${embedded.length} embedded assets stay behind: ${format} has no place for them.`,
        `${embedded.length} 个内嵌资源不会带走：${format} 无处存放。`,
      ),
    )
  return [...lost, ...lossOfUnnamed(file)]
}

function lossOfUnnamed(file: CardFile): Loss[] {
  const unnamed = unnamedFiles(file)
  return unnamed.length === 0
    ? []
    : [
        loss(
          "files",
          "lost",
          `Files of other programs in the CHARX stay behind: ${unnamed.slice(0, 5).join(", ")}${unnamed.length > 5 ? " …" : ""}.`,
          `CHARX 中其他程序的文件不会带走：${unnamed.slice(0, 5).join("、")}${unnamed.length > 5 ? " …" : ""}。`,
        ),
      ]
}

function toJson(file: CardFile, document: JsonDocument): ConvertedCard {
  const lost = lossOfFiles(file, resolveAssets(file), "JSON")
  if (file.container.format === "png")
    lost.unshift(
      loss("picture", "lost", "The portrait stays behind: JSON holds no picture.", "立绘不会带走：JSON 不含图片。"),
    )
  return { bytes: encodeText(document.text), lost, notices: [] }
}

const backfillNote =
  "This card is of version 3 and was read as version 2. A program that knows version 3 shows more of it."

function toPng(
  file: CardFile,
  document: JsonDocument,
  version: CardVersion,
  given: Uint8Array | undefined,
): ConvertedCard {
  const assets = resolveAssets(file)
  const notices: Notice[] = []
  const icon =
    assets.find((one) => one.type === "icon" && one.name === "main") ?? assets.find((one) => one.type === "icon")
  let picture = given ?? pictureOf(file) ?? (icon?.bytes !== undefined && isPng(icon.bytes) ? icon.bytes : undefined)
  if (picture === undefined) {
    picture = plainPicture(file.card.name)
    notices.push(
      notice(
        "plain_picture",
        "info",
        "The card has no PNG picture; a plain one was made.",
        "该卡没有 PNG 图片，已生成一张纯色图。",
      ),
    )
  }
  const { chunks } = readChunks(picture)
  if (version !== 3)
    return {
      bytes: embedTexts(picture, chunks, [{ keyword: "chara", text: encodePayload(document) }]),
      lost: lossOfFiles(file, assets, "PNG"),
      notices,
    }
  const moved = new Map<ResolvedAsset, string>()
  const pathOf = createAssetPaths()
  // In base64 they take a third more, and the file must stay one that is read.
  let room = cardLimits.fileBytes / 2
  const texts: { keyword: string; text: string }[] = []
  for (const asset of carried(assets)) {
    const path = pathOf(asset)
    // Keywords of PNG are at most 79 bytes of Latin-1.
    const { length } = asset.bytes as Uint8Array
    if (!/^[\x20-\x7e]+$/u.test(path) || path.length > 60 || length > room) continue
    room -= length
    moved.set(asset, `__asset:${path}`)
    texts.push({ keyword: `chara-ext-asset_:${path}`, text: Buffer.from(asset.bytes as Uint8Array).toString("base64") })
  }
  const whole = readdress(document, assets, moved)
  const older = toVersion(whole, 2).document
  const notes = viewCard(older).card.creatorNotes
  const backfill = editJson(older, [
    { path: ["data", "creator_notes"], value: notes === "" ? backfillNote : `${backfillNote}\n\n${notes}` },
  ])
  const left = carried(assets).filter((one) => !moved.has(one))
  return {
    bytes: embedTexts(picture, chunks, [
      ...texts,
      { keyword: "chara", text: encodePayload(backfill) },
      { keyword: "ccv3", text: encodePayload(whole) },
    ]),
    lost: [...(left.length === 0 ? [] : lossOfFiles(file, left, "PNG").slice(0, 1)), ...lossOfUnnamed(file)],
    notices,
  }
}

/** `document` with new addresses for its assets. */
function readdress(
  document: JsonDocument,
  assets: readonly ResolvedAsset[],
  moved: ReadonlyMap<ResolvedAsset, string>,
): JsonDocument {
  if (moved.size === 0) return document
  const list = dataOf(document)["assets"]
  if (!Array.isArray(list)) return document
  const places = list.flatMap((one: JsonValue, index) => (isObject(one) ? [index] : []))
  const edits = assets.flatMap((asset, i): JsonEdit[] => {
    const uri = moved.get(asset)
    const at = places[i]
    return uri === undefined || at === undefined ? [] : [{ path: ["data", "assets", at, "uri"], value: uri }]
  })
  return editJson(document, edits)
}

function toCharx(file: CardFile, document: JsonDocument, given: Uint8Array | undefined): ConvertedCard {
  const assets = resolveAssets(file)
  const pathOf = createAssetPaths()
  const files: { path: string; bytes: Uint8Array }[] = []
  const moved = new Map<ResolvedAsset, string>()
  for (const asset of assets) {
    const isMain = asset.type === "icon" && asset.name === "main"
    const bytes =
      isMain && given !== undefined
        ? given
        : asset.place === "embedded" || asset.place === "picture"
          ? asset.bytes
          : undefined
    if (bytes === undefined) continue
    const path = pathOf(asset)
    files.push({ path, bytes })
    moved.set(asset, `embeded://${path}`)
  }
  const list = dataOf(document)["assets"]
  // A card without a list has its picture as its icon; in an archive that must be said.
  const named = Array.isArray(list)
    ? readdress(document, assets, moved)
    : moved.size === 0
      ? document
      : editJson(document, [
          {
            path: ["data", "assets"],
            value: assets.map((one) => ({
              type: one.type,
              uri: moved.get(one) ?? one.uri,
              name: one.name,
              ext: one.ext,
            })),
          },
        ])
  return {
    bytes: writeZip([{ path: "card.json", bytes: encodeText(named.text) }, ...files]),
    lost: lossOfUnnamed(file),
    notices: [],
  }
}
