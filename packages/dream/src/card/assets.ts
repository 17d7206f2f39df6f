/** The files that a card carries with it. */
import { cardLimits } from "./limits.ts"
import type { CardAsset, CardFile } from "./model.ts"
import { joinBytes, writeText, type PngChunk, readText } from "./png/index.ts"
import { unpackEntry } from "./zip/index.ts"

/** Where the content of an asset is: in the file, in the address itself, elsewhere, the card's own picture, or nowhere. */
export type AssetPlace = "embedded" | "data" | "remote" | "picture" | "missing"

export interface ResolvedAsset extends CardAsset {
  readonly place: AssetPlace
  /** Its path inside the file, for embedded ones. */
  readonly path?: string
  /** Its content, for embedded ones, data addresses and the picture. */
  readonly bytes?: Uint8Array
}

const assetChunk = /^chara-ext-asset_:?(.+)$/u

/** Embedded files of a PNG card by path. */
function pngAssets(chunks: readonly PngChunk[]): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  let left: number = cardLimits.unpackedBytes
  for (const chunk of chunks) {
    // Only as the specification has them, not packed: packed ones could unpack without end.
    const text = chunk.type === "tEXt" ? readText(chunk) : undefined
    const path = text === undefined ? undefined : assetChunk.exec(text.keyword)?.[1]
    if (text === undefined || path === undefined || chunk.data.length > left) continue
    left -= chunk.data.length
    found.set(path, Buffer.from(Buffer.from(text.read() ?? []).toString("latin1"), "base64"))
  }
  return found
}

const embeddedPath = (uri: string): string | undefined => /^(?:embed(?:d)?ed:\/\/|__asset:)(.+)$/iu.exec(uri)?.[1]

function dataOf(uri: string): Uint8Array | undefined {
  const match = /^data:[^,]*;base64,/iu.exec(uri.slice(0, 200))
  const text = match === null ? "" : uri.slice(match[0].length).replaceAll(/\s+/gu, "")
  return match === null || !/^[A-Za-z0-9+/]*={0,2}$/u.test(text) ? undefined : Buffer.from(text, "base64")
}

/** The picture of the card itself: the PNG without any card in it; undefined where the file is no picture. */
export function pictureOf(file: CardFile): Uint8Array | undefined {
  return file.container.format === "png" ? stripCards(file.container.bytes, file.container.chunks.chunks) : undefined
}

/** Every asset of `file` with its content. Throws `card_zip_damaged`, `card_too_large` for what does not unpack. */
export function resolveAssets(file: CardFile): ResolvedAsset[] {
  const { container } = file
  const inPng = container.format === "png" ? pngAssets(container.chunks.chunks) : new Map<string, Uint8Array>()
  let left: number = cardLimits.unpackedBytes
  const embedded = (path: string): Uint8Array | undefined => {
    if (container.format !== "charx") return inPng.get(path)
    const entry = container.archive.entries.find((one) => one.path === path)
    if (entry === undefined) return undefined
    const bytes = unpackEntry(entry, Math.min(left, cardLimits.assetBytes))
    left -= bytes.length
    return bytes
  }
  return file.card.assets.map((asset): ResolvedAsset => {
    const path = embeddedPath(asset.uri)
    if (path !== undefined) {
      const bytes = embedded(path)
      return bytes === undefined ? { ...asset, place: "missing", path } : { ...asset, place: "embedded", path, bytes }
    }
    if (/^data:/iu.test(asset.uri)) {
      const bytes = dataOf(asset.uri)
      return bytes === undefined ? { ...asset, place: "missing" } : { ...asset, place: "data", bytes }
    }
    if (/^https?:/iu.test(asset.uri)) return { ...asset, place: "remote" }
    const bytes = asset.uri === "ccdefault:" && asset.type === "icon" ? pictureOf(file) : undefined
    return bytes === undefined ? { ...asset, place: "missing" } : { ...asset, place: "picture", bytes }
  })
}

/** Files of a CHARX that no asset names, `card.json` apart. */
export function unnamedFiles(file: CardFile): string[] {
  if (file.container.format !== "charx") return []
  const named = new Set(file.card.assets.map((asset) => embeddedPath(asset.uri)))
  return file.container.archive.entries
    .map((one) => one.path)
    .filter((path) => path !== "card.json" && !path.endsWith("/") && !named.has(path))
}

const isCard = (chunk: PngChunk): boolean => {
  const keyword = readText(chunk)?.keyword.toLowerCase()
  return keyword === "chara" || keyword === "ccv3" || (keyword !== undefined && assetChunk.test(keyword))
}

/** A PNG without cards and their assets. */
function stripCards(bytes: Uint8Array, chunks: readonly PngChunk[]): Uint8Array {
  const end = chunks.at(-1)?.end ?? 8
  return joinBytes([
    bytes.subarray(0, 8),
    ...chunks.filter((chunk) => !isCard(chunk)).map((chunk) => bytes.subarray(chunk.start, chunk.end)),
    bytes.subarray(end),
  ])
}

/** `picture` (a whole PNG, its chunks given) with texts in front of its end; cards that it held go. */
export function embedTexts(
  picture: Uint8Array,
  chunks: readonly PngChunk[],
  texts: readonly { readonly keyword: string; readonly text: string }[],
): Uint8Array {
  const kept = chunks
    .filter((chunk) => !isCard(chunk) && chunk.type !== "IEND")
    .map((chunk) => picture.subarray(chunk.start, chunk.end))
  const end = chunks.find((chunk) => chunk.type === "IEND")
  return joinBytes([
    picture.subarray(0, 8),
    ...kept,
    ...texts.map(({ keyword, text }) => writeText(keyword, text)),
    end === undefined
      ? Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)
      : picture.subarray(end.start, end.end),
  ])
}

const folders: readonly [RegExp, string][] = [
  [/^(?:png|jpe?g|webp|gif|avif|bmp|svg)$/u, "images"],
  [/^(?:mp3|ogg|wav|flac|m4a|opus)$/u, "audio"],
  [/^(?:mp4|webm|mov|mkv)$/u, "video"],
  [/^(?:mmd|obj|glb|gltf|vrm|fbx|pmx)$/u, "3d"],
  [/^(?:safetensors|ckpt|onnx|gguf)$/u, "ai"],
  [/^(?:otf|ttf|woff2?)$/u, "fonts"],
  [/^(?:lua|js|ts|py)$/u, "code"],
]

const safe = (text: string): string =>
  text
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, "_")
    .slice(0, 60)
    .replace(/^_+$/u, "")

/** Gives each asset a path of its own in an archive or folder, as the specification lays them out; never absolute, never upward. */
export function createAssetPaths(): (asset: CardAsset) => string {
  const used = new Map<string, number>()
  const free = (base: string, ext: string): string => {
    for (;;) {
      const key = `${base}.${ext}`.toLowerCase()
      const count = used.get(key) ?? 0
      used.set(key, count + 1)
      if (count === 0) return `${base}.${ext}`
      const next = `${base}-${count + 1}`
      if (!used.has(`${next}.${ext}`.toLowerCase())) {
        used.set(`${next}.${ext}`.toLowerCase(), 1)
        return `${next}.${ext}`
      }
    }
  }
  return (asset) => {
    const ext = safe(asset.ext) || "bin"
    const folder = folders.find(([pattern]) => pattern.test(ext))?.[1] ?? "other"
    return free(`assets/${safe(asset.type) || "other"}/${folder}/${safe(asset.name) || "asset"}`, ext)
  }
}
