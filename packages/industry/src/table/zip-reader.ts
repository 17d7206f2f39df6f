/** Entries of a ZIP archive as streams, found through its directory (PKWARE APPNOTE 6.3). */
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { createInflateRaw } from "node:zlib"

export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly packedBytes: number
  /** Where its local header begins. */
  readonly offset: number
}

export interface ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** The decoded UTF-8 text of an entry, in pieces, with the packed bytes read so far. */
  read(entry: ZipEntry): AsyncGenerator<{ text: string; bytesRead: number }>
}

const endRecordBytes = 22
const maxCommentBytes = 0xffff

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}

async function readDirectory(file: FileHandle): Promise<Map<string, ZipEntry>> {
  const { size } = await file.stat()
  const tailBytes = Math.min(size, endRecordBytes + maxCommentBytes)
  const tail = await readAt(file, size - tailBytes, tailBytes)
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) throw new Error("it ends before its directory: probably it was cut off")
  const count = tail.readUInt16LE(end + 10)
  const start = tail.readUInt32LE(end + 16)
  const directory = await readAt(file, start, tail.readUInt32LE(end + 12))
  const entries = new Map<string, ZipEntry>()
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw new Error("its directory is broken")
    const nameBytes = directory.readUInt16LE(at + 28)
    const name = directory.toString("utf8", at + 46, at + 46 + nameBytes)
    entries.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** Where the data of an entry begins. */
async function dataStart(path: string, entry: ZipEntry): Promise<number> {
  await using file = await open(path, "r")
  const header = await readAt(file, entry.offset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) throw new Error(`${entry.name} is broken`)
  return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
}

/** Reads the directory of the archive at `path`; throws where it is none. */
export async function openZip(path: string): Promise<ZipArchive> {
  await using file = await open(path, "r")
  const entries = await readDirectory(file)
  return {
    entries,
    read: async function* (entry) {
      if (entry.method !== 0 && entry.method !== 8) throw new Error(`${entry.name} is packed in a way that is not known`)
      if (entry.packedBytes === 0) return
      const start = await dataStart(path, entry)
      const source = createReadStream(path, { start, end: start + entry.packedBytes - 1, highWaterMark: 1 << 17 })
      const stream = entry.method === 0 ? source : source.pipe(createInflateRaw({ chunkSize: 1 << 17 }))
      source.on("error", (error) => stream.destroy(error))
      const decoder = new TextDecoder("utf-8", { fatal: true })
      try {
        for await (const bytes of stream) {
          const text = decoder.decode(bytes as Buffer, { stream: true })
          yield { text, bytesRead: start + source.bytesRead }
        }
        decoder.decode()
      } finally {
        source.destroy()
        stream.destroy()
      }
    },
  }
}
