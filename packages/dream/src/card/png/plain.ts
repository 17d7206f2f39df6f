/** A plain upright picture for cards that have none. */
import { deflateSync } from "node:zlib"
import { joinBytes, writeChunk } from "./chunks.ts"

const width = 256
const height = 384

/** A PNG of one soft colour that depends on `name` alone. */
export function plainPicture(name: string): Uint8Array {
  let hash = 7
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0
  const colour = [150 + (hash % 70), 150 + ((hash >>> 8) % 70), 150 + ((hash >>> 16) % 70)]
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, 8)
  header.setUint8(9, 3) // Colours by index.
  const rows = new Uint8Array((width + 1) * height)
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    writeChunk("IHDR", new Uint8Array(header.buffer)),
    writeChunk("PLTE", Uint8Array.from(colour)),
    writeChunk("IDAT", deflateSync(rows)),
    writeChunk("IEND", new Uint8Array(0)),
  ])
}
