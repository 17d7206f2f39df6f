/** Reads a card from the bytes of a file. */
import { isDaydreamError } from "@daydream/engine/errors"
import { cardErrors } from "./errors.ts"
import { memberOf, valueOf, type JsonDocument } from "./json/index.ts"
import { cardLimits } from "./limits.ts"
import type { CardContainer, CardFile, PngPayload } from "./model.ts"
import { notice, type Notice } from "./notice.ts"
import { isPng, readChunks, readText, type PngText } from "./png/index.ts"
import { decodeJson, decodePayload } from "./text.ts"
import { viewCard } from "./view.ts"
import { endsAsZip, readZip, unpackEntry } from "./zip/index.ts"

/** Throws `card_too_large` for a file beyond all use. */
export function checkSize(bytes: Uint8Array): void {
  if (bytes.length > cardLimits.fileBytes)
    throw cardErrors.card_too_large({ what: "The file", bytes: bytes.length, limit: cardLimits.fileBytes })
}

const startsAsZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8

/** The card in `bytes`, whatever its format. Throws errors of `cardErrors` and nothing else. */
export function readCard(bytes: Uint8Array): CardFile {
  checkSize(bytes)
  if (isPng(bytes)) return readPngCard(bytes)
  // Some programs put the archive behind a picture.
  if (startsAsZip(bytes) || (isJpeg(bytes) && endsAsZip(bytes))) return readCharxCard(bytes)
  if (isJpeg(bytes)) throw cardErrors.card_not_in_image({})
  const first = bytes.find((byte) => byte > 32)
  if (first !== 0x7b && first !== 0xef && first !== 0xff && first !== 0xfe) throw cardErrors.card_unknown_format({})
  return openCard({ format: "json", bytes }, decodeJson(bytes), [])
}

/** A card file of `document` in `container`. */
export function openCard(
  container: CardContainer,
  document: JsonDocument,
  notices: readonly Notice[],
  isEdited = false,
): CardFile {
  const view = viewCard(document)
  const replaced = document.text.includes("\uFFFD")
    ? [
        notice(
          "wrong_encoding",
          "warning",
          "Some characters are not valid UTF-8 and show as \uFFFD.",
          "部分字符不是有效的 UTF-8，显示为 \uFFFD。",
        ),
      ]
    : []
  return { container, document, card: view.card, isEdited, notices: [...notices, ...view.notices, ...replaced] }
}

function readCharxCard(bytes: Uint8Array): CardFile {
  const archive = readZip(bytes)
  const entry = archive.entries.find((one) => one.path === "card.json")
  if (entry === undefined) throw cardErrors.card_zip_damaged({ problem: "it has no card.json" })
  const document = decodeJson(unpackEntry(entry, cardLimits.jsonBytes))
  const notices =
    archive.prefix > 0
      ? [
          notice(
            "archive_behind_picture",
            "info",
            "The archive stands behind a picture in the same file; both are kept.",
            "压缩包附在同一文件的图片之后，两者都会保留。",
          ),
        ]
      : []
  const file = openCard({ format: "charx", bytes, archive }, document, notices)
  if (file.card.version === 3) return file
  return {
    ...file,
    notices: [
      ...file.notices,
      notice(
        "charx_not_v3",
        "warning",
        "A CHARX file should hold a card of version 3; this one is older.",
        "CHARX 文件应存放版本 3 的角色卡，而这张版本较旧。",
      ),
    ],
  }
}

function readPngCard(bytes: Uint8Array): CardFile {
  const chunks = readChunks(bytes)
  const notices: Notice[] = []
  if (!chunks.isWhole)
    notices.push(
      notice(
        "picture_cut",
        "warning",
        "The picture breaks off; what comes before was read.",
        "图片不完整，已读取断开之前的部分。",
      ),
    )
  const payloads: PngPayload[] = []
  let failure: unknown
  let attempts = 0
  for (const [at, chunk] of chunks.chunks.entries()) {
    const text = readText(chunk)
    const keyword = text?.keyword.toLowerCase()
    if (text === undefined || (keyword !== "chara" && keyword !== "ccv3")) continue
    if (payloads.some((one) => one.keyword === keyword)) {
      notices.push(
        notice(
          "card_twice",
          "warning",
          `The picture holds "${keyword}" twice; the first was read.`,
          `图片中有两份“${keyword}”，已读取第一份。`,
        ),
      )
      continue
    }
    if (++attempts > 2) continue
    try {
      payloads.push({ keyword, chunk: at, document: readPayload(text) })
    } catch (error) {
      if (!isDaydreamError(error)) throw error
      failure ??= error
      notices.push(
        notice(
          "chunk_unreadable",
          "warning",
          `"${keyword}" was left out: ${error.texts.en.message}`,
          `已略过“${keyword}”：${error.texts.zh.message}`,
        ),
      )
    }
  }
  const chosen = payloads.find((one) => one.keyword === "ccv3") ?? payloads[0]
  if (chosen === undefined) throw failure ?? cardErrors.card_not_in_image({})
  notices.push(...compare(payloads))
  return openCard({ format: "png", bytes, chunks, payloads }, chosen.document, notices)
}

function readPayload(text: PngText): JsonDocument {
  const { chunk, keyword } = text
  if (!chunk.isIntact)
    throw cardErrors.card_png_damaged({ problem: `the checksum of "${keyword}" is wrong`, at: chunk.start })
  const bytes = text.read()
  if (bytes === undefined) throw cardErrors.card_text_unreadable({ chunk: keyword })
  const document = decodePayload(bytes, keyword)
  viewCard(document)
  return document
}

const shared = [
  "name",
  "description",
  "personality",
  "scenario",
  "first_mes",
  "mes_example",
  "system_prompt",
  "post_history_instructions",
  "alternate_greetings",
]

/** Says where the two versions in one picture differ. The warning that exporters put into creator_notes is no difference. */
function compare(payloads: readonly PngPayload[]): Notice[] {
  const [v3, v2] = [payloads.find((one) => one.keyword === "ccv3"), payloads.find((one) => one.keyword === "chara")]
  if (v3 === undefined || v2 === undefined) return []
  const fieldOf = (one: PngPayload, key: string): string => {
    const { root } = one.document
    const node = memberOf(memberOf(root, "data") ?? root, key)
    return node === undefined ? "" : JSON.stringify(valueOf(node))
  }
  const differing = shared.filter((key) => fieldOf(v3, key) !== fieldOf(v2, key))
  return differing.length === 0
    ? []
    : [
        notice(
          "versions_differ",
          "warning",
          `The picture holds a card of version 3 and an older one that differ in ${differing.join(", ")}; version 3 was taken.`,
          `图片中同时有版本 3 与旧版的角色卡，二者在 ${differing.join("、")} 上不同，已采用版本 3。`,
        ),
      ]
}
