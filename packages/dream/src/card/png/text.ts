/** Texts in a PNG: tEXt, zTXt and iTXt chunks (W3C PNG 3, section 11.3.3). */
import { inflateSync } from "node:zlib"
import { cardLimits } from "../limits.ts"
import { writeChunk, type PngChunk } from "./chunks.ts"

export interface PngText {
  readonly keyword: string
  readonly chunk: PngChunk
  /** Bytes of the text, unpacked now; undefined where they cannot be had. */
  readonly read: () => Uint8Array | undefined
}

function unpack(data: Uint8Array): Uint8Array | undefined {
  try {
    // A card of the largest size in base64 takes a third more.
    return inflateSync(data, { maxOutputLength: Math.ceil(cardLimits.jsonBytes * 1.4) })
  } catch {
    return undefined
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")

/** The text of `chunk`; undefined where it is none. */
export function readText(chunk: PngChunk): PngText | undefined {
  if (chunk.type !== "tEXt" && chunk.type !== "zTXt" && chunk.type !== "iTXt") return undefined
  const { data } = chunk
  const end = data.subarray(0, 1_000).indexOf(0)
  if (end < 1) return undefined
  const keyword = latin1(data.subarray(0, end))
  if (chunk.type === "tEXt") return { keyword, chunk, read: () => data.subarray(end + 1) }
  if (chunk.type === "zTXt") return { keyword, chunk, read: () => unpack(data.subarray(end + 2)) }
  const language = data.indexOf(0, end + 3)
  const translated = language === -1 ? -1 : data.indexOf(0, language + 1)
  if (translated === -1) return { keyword, chunk, read: () => undefined }
  const rest = data.subarray(translated + 1)
  return { keyword, chunk, read: () => (data[end + 1] === 1 ? unpack(rest) : rest) }
}

/** A tEXt chunk; `text` must be ASCII, as base64 is. */
export function writeText(keyword: string, text: string): Uint8Array {
  return writeChunk("tEXt", Buffer.from(`${keyword}\0${text}`, "latin1"))
}
