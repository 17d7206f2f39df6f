/** The chunks of a PNG (W3C PNG 3, section 5), read with bounds on everything. */
import { crc32 } from "node:zlib"
import { cardErrors } from "../errors.ts"
import { cardLimits } from "../limits.ts"

export interface PngChunk {
  readonly type: string
  /** The content alone, a view on the file. */
  readonly data: Uint8Array
  /** Offsets of the whole chunk in the file. */
  readonly start: number
  readonly end: number
  readonly isIntact: boolean
}

export interface PngChunks {
  readonly chunks: readonly PngChunk[]
  /** Whether the file goes on to its end chunk. */
  readonly isWhole: boolean
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte)

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * All chunks up to the end chunk. A file that breaks off is read as far as it goes, as pictures are. Throws
 * `card_png_damaged` where there is nothing to read, or where there are too many chunks.
 */
export function readChunks(bytes: Uint8Array): PngChunks {
  const view = viewOf(bytes)
  const chunks: PngChunk[] = []
  let at = 8
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (!/^[A-Za-z]{4}$/u.test(type)) return cut(chunks, at, "no chunk begins here")
    const end = at + 12 + length
    if (end > bytes.length) return cut(chunks, at, `a chunk of ${length} bytes goes beyond the end`)
    if (chunks.length >= cardLimits.pngChunks) throw cardErrors.card_png_damaged({ problem: "too many chunks", at })
    const isIntact = crc32(bytes.subarray(at + 4, end - 4)) === view.getUint32(end - 4)
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), start: at, end, isIntact })
    if (type === "IEND") return { chunks, isWhole: true }
    at = end
  }
  return cut(chunks, at, "the file ends early")
}

function cut(chunks: readonly PngChunk[], at: number, problem: string): PngChunks {
  if (chunks.length === 0) throw cardErrors.card_png_damaged({ problem, at })
  return { chunks, isWhole: false }
}

/** A chunk with its length and checksum. */
export function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12)
  const view = viewOf(chunk)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i)
  chunk.set(data, 8)
  view.setUint32(chunk.length - 4, crc32(chunk.subarray(4, chunk.length - 4)))
  return chunk
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
