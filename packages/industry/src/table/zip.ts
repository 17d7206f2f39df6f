/** A ZIP archive written as a stream: entry after entry, each deflated as its bytes come (PKWARE APPNOTE 6.3). */
import { crc32, createDeflateRaw } from "node:zlib"
import type { DeflateRaw } from "node:zlib"

export interface ZipWriter {
  /** Begins an entry; the one before ends. */
  begin(name: string): Promise<void>
  write(bytes: Uint8Array): Promise<void>
  /** Bytes of the current entry before compression. */
  readonly entryBytes: number
  /** Ends the last entry and writes the directory. */
  end(): Promise<void>
}

interface Entry {
  readonly name: Buffer
  readonly offset: number
  crc: number
  packed: number
  size: number
}

/** Names in UTF-8; sizes stand after the data. */
const flags = 0x0808
/** 1 January 1980: archives of the same rows are the same bytes. */
const dosDate = 0x0021

function header(signature: number, entry: Entry, isDirectory: boolean): Buffer {
  const bytes = Buffer.alloc(isDirectory ? 46 : 30)
  let at = bytes.writeUInt32LE(signature, 0)
  if (isDirectory) at = bytes.writeUInt16LE(20, at)
  at = bytes.writeUInt16LE(20, at)
  at = bytes.writeUInt16LE(flags, at)
  at = bytes.writeUInt16LE(8, at)
  at = bytes.writeUInt16LE(0, at)
  at = bytes.writeUInt16LE(dosDate, at)
  at = bytes.writeUInt32LE(isDirectory ? entry.crc : 0, at)
  at = bytes.writeUInt32LE(isDirectory ? entry.packed : 0, at)
  at = bytes.writeUInt32LE(isDirectory ? entry.size : 0, at)
  at = bytes.writeUInt16LE(entry.name.length, at)
  if (isDirectory) bytes.writeUInt32LE(entry.offset, 42)
  return Buffer.concat([bytes, entry.name])
}

/** Writes to `sink`, which takes bytes in order. Entries and archive must stay below 4 GiB. */
export function createZipWriter(sink: (bytes: Uint8Array) => Promise<void>): ZipWriter {
  const entries: Entry[] = []
  let offset = 0
  let deflate: DeflateRaw | undefined
  let outputs: Buffer[] = []

  const put = async (bytes: Uint8Array): Promise<void> => {
    offset += bytes.length
    await sink(bytes)
  }
  const drain = async (): Promise<void> => {
    const ready = outputs
    outputs = []
    for (const bytes of ready) {
      const entry = entries.at(-1)
      if (entry !== undefined) entry.packed += bytes.length
      await put(bytes)
    }
  }
  const finish = async (): Promise<void> => {
    const entry = entries.at(-1)
    if (deflate === undefined || entry === undefined) return
    const ending = deflate
    await new Promise<void>((resolve, reject) => {
      ending.once("end", resolve).once("error", reject).end()
    })
    deflate = undefined
    await drain()
    const descriptor = Buffer.alloc(16)
    descriptor.writeUInt32LE(0x08074b50, 0)
    descriptor.writeUInt32LE(entry.crc, 4)
    descriptor.writeUInt32LE(entry.packed, 8)
    descriptor.writeUInt32LE(entry.size, 12)
    await put(descriptor)
  }

  return {
    begin: async (name) => {
      await finish()
      const entry: Entry = { name: Buffer.from(name), offset, crc: 0, packed: 0, size: 0 }
      entries.push(entry)
      await put(header(0x04034b50, entry, false))
      deflate = createDeflateRaw({ level: 4 })
      deflate.on("data", (bytes: Buffer) => outputs.push(bytes))
    },
    write: async (bytes) => {
      const entry = entries.at(-1)
      const open = deflate
      if (open === undefined || entry === undefined) throw new Error("no entry was begun")
      entry.crc = crc32(bytes, entry.crc)
      entry.size += bytes.length
      await new Promise<void>((resolve, reject) => {
        open.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
      await drain()
    },
    get entryBytes() {
      return entries.at(-1)?.size ?? 0
    },
    end: async () => {
      await finish()
      const start = offset
      for (const entry of entries) await put(header(0x02014b50, entry, true))
      const end = Buffer.alloc(22)
      end.writeUInt32LE(0x06054b50, 0)
      end.writeUInt16LE(entries.length, 8)
      end.writeUInt16LE(entries.length, 10)
      end.writeUInt32LE(offset - start, 12)
      end.writeUInt32LE(start, 16)
      await put(end)
    },
  }
}
