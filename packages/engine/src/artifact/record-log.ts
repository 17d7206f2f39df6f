/**
 * The format of a keyed log: a header of 8 bytes, then records. A record is, little-endian, the length of its payload
 * (u32), the CRC-32 of its payload (u32), and the payload: length of the key (u16), key in UTF-8, value.
 */
import { crc32 } from "node:zlib"
import { readSync } from "node:fs"

export const LOG_HEADER = Buffer.from("DDLOG\u0001\r\n", "latin1")
export const RECORD_HEAD = 8

/** Where a record lies in its file. */
export interface RecordPlace {
  readonly key: string
  /** Offset of the record's head. */
  readonly offset: number
}

/** What a scan found. */
export interface ScanResult {
  /** End of the last whole record: what lies behind is a torn tail. */
  readonly end: number
  /** Records in the middle whose checksum is wrong; skipped. */
  readonly damaged: number
}

/** One record as bytes. */
export function encodeRecord(key: string, value: Uint8Array): Buffer {
  const keyBytes = Buffer.from(key, "utf8")
  if (keyBytes.byteLength > 0xffff) throw new RangeError("A key is at most 65,535 bytes long.")
  const payload = 2 + keyBytes.byteLength + value.byteLength
  const record = Buffer.allocUnsafe(RECORD_HEAD + payload)
  record.writeUInt32LE(payload, 0)
  record.writeUInt16LE(keyBytes.byteLength, RECORD_HEAD)
  keyBytes.copy(record, RECORD_HEAD + 2)
  record.set(value, RECORD_HEAD + 2 + keyBytes.byteLength)
  record.writeUInt32LE(crc32(record.subarray(RECORD_HEAD)), 4)
  return record
}

function readExactly(file: number, offset: number, length: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const got = readSync(file, bytes, done, length - done, offset + done)
    if (got === 0) return null
    done += got
  }
  return bytes
}

/** Key and value of the payload, or null where the checksum is wrong. */
function decodePayload(head: Buffer, payload: Buffer): { key: string; value: Buffer } | null {
  if (crc32(payload) !== head.readUInt32LE(4)) return null
  const keyLength = payload.readUInt16LE(0)
  if (2 + keyLength > payload.byteLength) return null
  return { key: payload.toString("utf8", 2, 2 + keyLength), value: payload.subarray(2 + keyLength) }
}

/** The value of the record at `offset`, or null where it does not verify or holds another key. */
export function readRecord(file: number, offset: number, key: string): Uint8Array | null {
  const head = readExactly(file, offset, RECORD_HEAD)
  const payload = head === null ? null : readExactly(file, offset + RECORD_HEAD, head.readUInt32LE(0))
  const record = head === null || payload === null ? null : decodePayload(head, payload)
  return record?.key === key ? record.value : null
}

const WINDOW = 1 << 20

/** Reads a file forwards through one buffer; what it gives is valid until the next call. */
function createWindow(file: number): (offset: number, length: number) => Buffer | null {
  let buffer = Buffer.allocUnsafe(WINDOW)
  let start = 0
  let filled = 0
  return (offset, length) => {
    if (offset < start || offset + length > start + filled) {
      if (length > buffer.byteLength) buffer = Buffer.allocUnsafe(length)
      start = offset
      filled = 0
      while (filled < buffer.byteLength) {
        const got = readSync(file, buffer, filled, buffer.byteLength - filled, start + filled)
        if (got === 0) break
        filled += got
      }
    }
    return length > filled - (offset - start) ? null : buffer.subarray(offset - start, offset - start + length)
  }
}

/**
 * Walks the records of a log of `size` bytes. A record that reaches past the end, or a wrong one at the very end, is
 * a torn tail; a wrong one in the middle is skipped and counted. An empty payload is never valid, so that a tail of
 * zeros (a file system may leave one after a power cut) is torn too.
 */
export function scanRecords(file: number, size: number, found: (place: RecordPlace) => void): ScanResult {
  const read = createWindow(file)
  const header = read(0, LOG_HEADER.byteLength)
  if (header === null || !header.equals(LOG_HEADER)) return { end: 0, damaged: 0 }
  let offset = LOG_HEADER.byteLength
  let end = offset
  let damaged = 0
  let damagedSinceEnd = 0
  while (offset + RECORD_HEAD <= size) {
    const length = read(offset, RECORD_HEAD)?.readUInt32LE(0) ?? 0
    if (length < 2 || offset + RECORD_HEAD + length > size) break
    const whole = read(offset, RECORD_HEAD + length)
    const record = whole === null ? null : decodePayload(whole.subarray(0, RECORD_HEAD), whole.subarray(RECORD_HEAD))
    const next = offset + RECORD_HEAD + length
    if (record === null) damagedSinceEnd++
    else {
      found({ key: record.key, offset })
      damaged += damagedSinceEnd
      damagedSinceEnd = 0
      end = next
    }
    offset = next
  }
  return { end, damaged }
}
