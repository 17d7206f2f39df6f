/** One card in another format or version, and what is lost by it. */
import { createAssetPaths, embedTexts, pictureOf, resolveAssets, unnamedFiles, type ResolvedAsset } from "./assets.ts"
import { cardErrors } from "./errors.ts"
import { editJson, isObject, type JsonDocument, type JsonEdit, type JsonValue } from "./json/index.ts"
import { cardLimits } from "./limits.ts"
import type { CardFile, CardFormat, CardVersion } from "./model.ts"
import { loss, notice, type Loss, type Notice } from "./notice.ts"
import { isPng, plainPicture, readChunks } from "./png/index.ts"
import { encodePayload, encodeText } from "./text.ts"
import { dataOf, toVersion } from "./version.ts"
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
