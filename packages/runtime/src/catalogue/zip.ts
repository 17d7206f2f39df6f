/** Reads one member of a ZIP archive, which is what a Python wheel is. No ZIP64: no wheel here is over 4 GB. */
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import type { Readable } from "node:stream"
import { createInflateRaw } from "node:zlib"

interface Member {
  readonly method: number
  readonly compressedBytes: number
  readonly headerAt: number
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const endRecordBytes = 22
const longestComment = 0xffff

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** The archive's table of contents, which stands at its end. */
async function readDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat()
  const tailBytes = Math.min(size, endRecordBytes + longestComment)
  const tail = await readAt(file, size - tailBytes, tailBytes)
  for (let at = tail.length - endRecordBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endSignature) return readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12))
  }
  throw new Error("not a ZIP archive")
}

function findMember(directory: Buffer, name: string): Member | undefined {
  let at = 0
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature) {
    const nameBytes = directory.readUInt16LE(at + 28)
    if (directory.toString("utf8", at + 46, at + 46 + nameBytes) === name) {
      return {
        method: directory.readUInt16LE(at + 10),
        compressedBytes: directory.readUInt32LE(at + 20),
        headerAt: directory.readUInt32LE(at + 42),
      }
    }
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return undefined
}

/** Opens the member `name` of the archive at `path` as a stream of its plain bytes. */
export async function openMember(path: string, name: string): Promise<Readable> {
  const file = await open(path, "r")
  try {
    const member = findMember(await readDirectory(file), name)
    if (member === undefined) throw new Error(`the archive has no "${name}"`)
    const header = await readAt(file, member.headerAt, 30)
    const start = member.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const raw = createReadStream(path, { start, end: start + member.compressedBytes - 1 })
    if (member.method === 0) return raw
    if (member.method !== 8) throw new Error(`"${name}" is compressed by method ${member.method}, which is not supported`)
    const inflate = createInflateRaw()
    raw.on("error", (error) => inflate.destroy(error))
    return raw.pipe(inflate)
  } finally {
    await file.close()
  }
}
