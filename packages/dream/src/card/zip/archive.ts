/** Zip files (PKWARE APPNOTE 6.3.10), read by the central directory with bounds on everything; nothing is written to paths. */
import { crc32, inflateRawSync } from "node:zlib"
import { zipSync, type Zippable } from "fflate"
import { cardErrors } from "../errors.ts"
import { cardLimits } from "../limits.ts"
import { joinBytes } from "../png/index.ts"

export interface ZipEntry {
  readonly path: string
  /** Bytes that it says it has when unpacked. */
  readonly size: number
  readonly packed: Uint8Array
  readonly method: number
  readonly crc: number
  /** Its record in the central directory, and where its local record lies in the file. */
  readonly record: Uint8Array
  readonly localStart: number
  readonly localEnd: number
}

export interface ZipArchive {
  readonly bytes: Uint8Array
  readonly entries: readonly ZipEntry[]
  /** Bytes before the archive, as in a picture with an archive behind it. */
  readonly prefix: number
  readonly comment: Uint8Array
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const damaged = (problem: string) => cardErrors.card_zip_damaged({ problem })

function findEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at
  return -1
}

/** Whether `bytes` end as a zip file does. */
export const endsAsZip = (bytes: Uint8Array): boolean => bytes.length >= 22 && findEnd(bytes) !== -1

/** The files of an archive; nothing is unpacked yet. Throws `card_zip_damaged`. */
export function readZip(bytes: Uint8Array): ZipArchive {
  const end = bytes.length < 22 ? -1 : findEnd(bytes)
  if (end === -1) throw damaged("the directory at the end is missing")
  const view = viewOf(bytes)
  const count = view.getUint16(end + 10, true)
  const size = view.getUint32(end + 12, true)
  const offset = view.getUint32(end + 16, true)
  if (view.getUint16(end + 4, true) !== 0 || count !== view.getUint16(end + 8, true))
    throw damaged("it is split into volumes")
  if (count === 0xffff || offset === 0xffffffff) throw damaged("it is in the Zip64 format, which no card needs")
  if (count > cardLimits.zipEntries) throw damaged(`it holds more than ${cardLimits.zipEntries} files`)
  const prefix = end - size - offset
  if (prefix < 0) throw damaged("the directory lies outside the file")
  const entries: ZipEntry[] = []
  let at = prefix + offset
  for (let i = 0; i < count; i++) {
    const entry = readEntry(bytes, at, { prefix, end })
    entries.push(entry)
    at += entry.record.length
  }
  checkOverlap(entries)
  return { bytes, entries, prefix, comment: bytes.subarray(end + 22) }
}

function readEntry(bytes: Uint8Array, at: number, { prefix, end }: { prefix: number; end: number }): ZipEntry {
  const view = viewOf(bytes)
  if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw damaged("the directory is broken")
  const length = 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  if (at + length > end) throw damaged("the directory is broken")
  const name = bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))
  const path = new TextDecoder().decode(name)
  if ((view.getUint16(at + 8, true) & 1) === 1) throw damaged("it is encrypted")
  const localStart = prefix + view.getUint32(at + 42, true)
  if (localStart + 30 > bytes.length || view.getUint32(localStart, true) !== 0x04034b50)
    throw damaged(`the file "${path}" is not where the directory says`)
  const from = localStart + 30 + view.getUint16(localStart + 26, true) + view.getUint16(localStart + 28, true)
  const localEnd = from + view.getUint32(at + 20, true)
  if (localEnd > bytes.length) throw damaged(`the file "${path}" goes beyond the end`)
  return {
    path,
    size: view.getUint32(at + 24, true),
    packed: bytes.subarray(from, localEnd),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    record: bytes.subarray(at, at + length),
    localStart,
    localEnd,
  }
}

/** Archives whose files share bytes unpack to far more than they hold (Fifield 2019). */
function checkOverlap(entries: readonly ZipEntry[]): void {
  const sorted = entries.toSorted((a, b) => a.localStart - b.localStart)
  for (const [i, entry] of sorted.entries()) {
    const next = sorted[i + 1]
    if (next !== undefined && next.localStart < entry.localEnd) throw damaged("its files overlap")
  }
}

/** The content of `entry`, at most `limit` bytes. Throws `card_zip_damaged`, `card_too_large`. */
export function unpackEntry(entry: ZipEntry, limit: number): Uint8Array {
  if (entry.size > limit) throw cardErrors.card_too_large({ what: entry.path, bytes: entry.size, limit })
  if (entry.method !== 0 && entry.method !== 8) throw damaged(`"${entry.path}" is packed in an unknown way`)
  let content: Uint8Array
  try {
    content = entry.method === 0 ? entry.packed : inflateRawSync(entry.packed, { maxOutputLength: entry.size + 1 })
  } catch (error) {
    throw cardErrors.card_zip_damaged({ problem: `"${entry.path}" does not unpack` }, error)
  }
  if (content.length !== entry.size || crc32(content) !== entry.crc)
    throw damaged(`"${entry.path}" is not what its checksum says`)
  return content
}

// The earliest date that zip knows: the same content gives the same bytes.
const date = "1980-01-01T00:00:00"

/** A new archive; pictures and sounds are packed already and are only stored. */
export function writeZip(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Uint8Array {
  const content: Zippable = Object.create(null) as Zippable
  for (const { path, bytes } of files)
    content[path] = [bytes, { level: /\.(?:json|txt|lua|js)$/u.test(path) ? 6 : 0, mtime: new Date(date) }]
  return zipSync(content)
}

/** `archive` with another content of one file; all others keep their bytes and order. */
export function replaceEntry(archive: ZipArchive, path: string, content: Uint8Array): Uint8Array {
  const single = readZip(writeZip([{ path, bytes: content }]))
  const fresh = single.entries[0] as ZipEntry
  const locals: Uint8Array[] = [archive.bytes.subarray(0, archive.prefix)]
  const records: Uint8Array[] = []
  let at = 0
  for (const entry of archive.entries) {
    const isMeant = entry.path === path
    const from = isMeant
      ? single.bytes.subarray(fresh.localStart, fresh.localEnd)
      : archive.bytes.subarray(entry.localStart, localEndOf(archive, entry))
    const record = Uint8Array.from(isMeant ? fresh.record : entry.record)
    viewOf(record).setUint32(42, at, true)
    locals.push(from)
    records.push(record)
    at += from.length
  }
  const directory = joinBytes(records)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, records.length, true)
  end.setUint16(10, records.length, true)
  end.setUint32(12, directory.length, true)
  end.setUint32(16, at, true)
  end.setUint16(20, archive.comment.length, true)
  return joinBytes([...locals, directory, new Uint8Array(end.buffer), archive.comment])
}

/** With a data descriptor behind it, an entry ends where the next begins. */
function localEndOf(archive: ZipArchive, entry: ZipEntry): number {
  const flags = viewOf(archive.bytes).getUint16(entry.localStart + 6, true)
  if ((flags & 8) === 0) return entry.localEnd
  const hasSignature =
    entry.localEnd + 4 <= archive.bytes.length && viewOf(archive.bytes).getUint32(entry.localEnd, true) === 0x08074b50
  return Math.min(archive.bytes.length, entry.localEnd + (hasSignature ? 16 : 12))
}
