/** Which encoding a text file has, and where it stops having it. */
import { isAscii, isUtf8 } from "node:buffer"
import type { FileHandle } from "node:fs/promises"
import { tableErrors } from "./errors.ts"

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030"

export const textEncodings: readonly TextEncoding[] = ["utf-8", "utf-16le", "utf-16be", "gb18030"]

export interface FoundEncoding {
  readonly encoding: TextEncoding
  readonly hasByteOrderMark: boolean
}

/** Bytes that are not plain ASCII must be seen in this many blocks before the search stops. */
const evidenceBlocks = 4
const blockBytes = 1 << 20

/** So many characters of three bytes or more in one valid line are no chance: GB18030 text looks so once in 10^7 lines. */
const utf8Evidence = 4

const byteOrderMarks: readonly [TextEncoding, readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
]

/** The encoding that a byte order mark at the start of `head` names. */
export function byteOrderMark(head: Uint8Array): TextEncoding | undefined {
  return byteOrderMarks.find(([, mark]) => mark.every((byte, i) => head[i] === byte))?.[0]
}

/** Offset of the first byte that is not valid UTF-8, or -1. */
export function invalidUtf8(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return -1
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i] as number
    const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
    if (length === 0 || i + length > bytes.length || !isUtf8(bytes.subarray(i, i + length))) return i
    i += length
  }
  return -1
}

/** Offset of the first byte that is not valid GB18030, or -1. */
export function invalidGb18030(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i] as number
    if (lead < 0x80) {
      i++
      continue
    }
    const second = bytes[i + 1] ?? 0
    if (lead === 0x80 || lead === 0xff) return i
    if (second >= 0x30 && second <= 0x39) {
      const third = bytes[i + 2] ?? 0
      const fourth = bytes[i + 3] ?? 0
      if (third < 0x81 || third > 0xfe || fourth < 0x30 || fourth > 0x39) return i
      i += 4
    } else {
      if (second < 0x40 || second === 0x7f || second > 0xfe) return i
      i += 2
    }
  }
  return -1
}

/** True where `line` is valid UTF-8 with enough multi-byte characters that it cannot be GB18030 by chance. */
export function isSurelyUtf8(line: Uint8Array): boolean {
  let count = 0
  for (const byte of line) if (byte >= 0xe0) count++
  return count >= utf8Evidence && isUtf8(line)
}

/** UTF-16 without a mark: in text that holds some Latin, every second byte is often zero. */
function utf16ByPattern(head: Uint8Array): TextEncoding | undefined {
  const pairs = Math.floor(Math.min(head.length, 4_096) / 2)
  if (pairs === 0) return undefined
  let even = 0
  let odd = 0
  let lineBreaksLittle = 0
  let lineBreaksBig = 0
  for (let i = 0; i < pairs; i++) {
    const a = head[2 * i] as number
    const b = head[2 * i + 1] as number
    if (a === 0) even++
    if (b === 0) odd++
    if (a === 0x0a && b === 0) lineBreaksLittle++
    if (a === 0 && b === 0x0a) lineBreaksBig++
  }
  if (odd > even * 4 && (odd >= pairs * 0.3 || lineBreaksLittle > 0)) return "utf-16le"
  if (even > odd * 4 && (even >= pairs * 0.3 || lineBreaksBig > 0)) return "utf-16be"
  return undefined
}

/** What was seen so far, by offset in the file. */
interface Evidence {
  offset: number
  /** First byte that is not UTF-8. */
  notUtf8?: number
  /** Whether a line was surely UTF-8. */
  isUtf8Seen?: boolean
  /** The byte that is not UTF-8 in the first line that is not GB18030 either. */
  neither?: number
}

/** Judges whole lines; `bytes` begins at the start of a line. */
function weigh(bytes: Uint8Array, evidence: Evidence): void {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (!isAscii(line)) {
      const bad = invalidUtf8(line)
      if (bad < 0) {
        evidence.isUtf8Seen ||= isSurelyUtf8(line)
      } else {
        const at = evidence.offset + start + bad
        evidence.notUtf8 ??= at
        if (invalidGb18030(line) >= 0) evidence.neither ??= at
      }
    }
    start = end + 1
  }
  evidence.offset += bytes.length
}

/**
 * Finds the encoding of a text file by its mark, its zero bytes and its validity. Reads past plain ASCII until it has
 * seen other characters. Throws `mixed_encodings` where some lines are UTF-8 and others GB18030.
 */
export async function detectEncoding(path: string, file: FileHandle): Promise<FoundEncoding> {
  const block = Buffer.allocUnsafe(blockBytes)
  const evidence: Evidence = { offset: 0 }
  let carried: Uint8Array = new Uint8Array(0)
  let seen = 0
  for (let position = 0; seen < evidenceBlocks; ) {
    const { bytesRead } = await file.read(block, 0, blockBytes, position)
    const last = bytesRead === 0
    const fresh = block.subarray(0, bytesRead)
    if (position === 0) {
      const marked = byteOrderMark(fresh)
      if (marked === "utf-16le" || marked === "utf-16be") return { encoding: marked, hasByteOrderMark: true }
      const patterned = utf16ByPattern(fresh)
      if (patterned !== undefined && marked === undefined) return { encoding: patterned, hasByteOrderMark: false }
      if (marked === "utf-8") return { encoding: "utf-8", hasByteOrderMark: true }
    }
    position += bytesRead
    const bytes = carried.length === 0 ? fresh : Buffer.concat([carried, fresh])
    const cut = last ? bytes.length : bytes.lastIndexOf(0x0a) + 1
    const whole = bytes.subarray(0, cut)
    if (isAscii(whole)) {
      evidence.offset += whole.length
    } else {
      seen++
      weigh(whole, evidence)
    }
    carried = Buffer.from(bytes.subarray(cut))
    if (last) break
    // A line longer than the search is judged in pieces by the reader.
    if (carried.length > evidenceBlocks * blockBytes) break
  }
  return decide(path, file, evidence)
}

/** The line and byte, counted from 1, of an offset. */
async function placeOf(file: FileHandle, offset: number): Promise<{ line: number; byte: number }> {
  const block = Buffer.allocUnsafe(blockBytes)
  let line = 1
  for (let position = 0; position < offset; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(blockBytes, offset - position), position)
    if (bytesRead === 0) break
    const bytes = block.subarray(0, bytesRead)
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) line++
    position += bytesRead
  }
  return { line, byte: offset + 1 }
}

async function decide(path: string, file: FileHandle, evidence: Evidence): Promise<FoundEncoding> {
  const { notUtf8, isUtf8Seen, neither } = evidence
  if (notUtf8 === undefined) return { encoding: "utf-8", hasByteOrderMark: false }
  if (isUtf8Seen === true) {
    const place = await placeOf(file, notUtf8)
    throw tableErrors.mixed_encodings({ path, ...place, encoding: "UTF-8", other: neither === undefined ? "GB18030" : null })
  }
  if (neither !== undefined) throw tableErrors.unknown_encoding({ path, ...(await placeOf(file, neither)) })
  return { encoding: "gb18030", hasByteOrderMark: false }
}
