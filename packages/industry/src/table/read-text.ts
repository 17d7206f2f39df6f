/** A text file as a stream of decoded blocks that end with whole lines wherever that is possible. */
import { isAscii, isUtf8 } from "node:buffer"
import { open } from "node:fs/promises"
import { invalidGb18030, invalidUtf8, isSurelyUtf8 } from "./encoding.ts"
import type { TextEncoding } from "./encoding.ts"
import { tableErrors } from "./errors.ts"

export interface TextBlock {
  readonly text: string
  /** Offset in the file of the first byte of this block. */
  readonly start: number
  /** Offset after its last byte. */
  readonly end: number
  /** Number of the line that the block begins in. */
  readonly line: number
  /** True where the block begins at the start of a line. */
  readonly startsLine: boolean
}

export interface TextSource {
  readonly path: string
  readonly encoding: TextEncoding
  readonly hasByteOrderMark: boolean
  /** True where the user named the encoding: then lines are not searched for signs of another one. */
  readonly isEncodingGiven: boolean
}

export interface ReadTextOptions {
  /** A byte offset at which a line starts; default the start of the text. */
  readonly from?: number
  /** Number of that line. */
  readonly line?: number
  readonly blockBytes?: number
  readonly abortSignal?: AbortSignal
}

const defaultBlockBytes = 256 * 1024

const markBytes = (source: TextSource): number => (!source.hasByteOrderMark ? 0 : source.encoding === "utf-8" ? 3 : 2)

const labels: Readonly<Record<TextEncoding, string>> = {
  "utf-8": "UTF-8", "utf-16le": "UTF-16LE", "utf-16be": "UTF-16BE", gb18030: "GB18030",
}

/** Where to cut `bytes` so that what comes before holds whole lines, or at least whole characters. */
function cutOf(bytes: Buffer, encoding: TextEncoding): number {
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const low = encoding === "utf-16le" ? 0 : 1
    let at = bytes.length - (bytes.length % 2) - 2
    for (; at >= 0; at -= 2) if (bytes[at + low] === 0x0a && bytes[at + 1 - low] === 0) return at + 2
    return bytes.length - (bytes.length % 2)
  }
  const lineBreak = bytes.lastIndexOf(0x0a)
  if (lineBreak >= 0) return lineBreak + 1
  if (encoding === "gb18030") return bytes.length
  let at = bytes.length
  for (let back = 1; back <= 3 && at - back >= 0; back++) {
    const byte = bytes[at - back] as number
    if (byte >= 0xc0) return at - back
    if (byte < 0x80) return at
  }
  return at
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++
  return count
}

type Decode = (bytes: Buffer, start: number, line: number) => string

function fail(source: TextSource, bytes: Buffer, bad: number, start: number, firstLine: number, other: string | null): Error {
  const line = firstLine + countLines(bytes.subarray(0, bad).toString("latin1"))
  const facts = { path: source.path, line, byte: start + bad + 1, encoding: labels[source.encoding] }
  return source.isEncodingGiven ? tableErrors.wrong_encoding(facts) : tableErrors.mixed_encodings({ ...facts, other })
}

function decodeUtf8(source: TextSource): Decode {
  return (bytes, start, line) => {
    if (isAscii(bytes)) return bytes.toString("latin1")
    if (isUtf8(bytes)) return bytes.toString("utf8")
    const bad = invalidUtf8(bytes)
    const from = bytes.lastIndexOf(0x0a, bad) + 1
    const to = bytes.indexOf(0x0a, bad)
    const isGb = invalidGb18030(bytes.subarray(from, to < 0 ? bytes.length : to)) < 0
    throw fail(source, bytes, bad, start, line, isGb ? "GB18030" : null)
  }
}

function decodeGb18030(source: TextSource): Decode {
  const decoder = new TextDecoder("gb18030", { fatal: true, ignoreBOM: true })
  return (bytes, start, line) => {
    if (!source.isEncodingGiven && !isAscii(bytes)) {
      for (let from = 0; from < bytes.length; ) {
        const found = bytes.indexOf(0x0a, from)
        const to = found < 0 ? bytes.length : found
        if (isSurelyUtf8(bytes.subarray(from, to))) throw fail(source, bytes, from, start, line, "UTF-8")
        from = to + 1
      }
    }
    try {
      return decoder.decode(bytes, { stream: true })
    } catch {
      throw fail(source, bytes, Math.max(0, invalidGb18030(bytes)), start, line, null)
    }
  }
}

function decodeUtf16(source: TextSource): Decode {
  const decoder = new TextDecoder(source.encoding, { ignoreBOM: true })
  return (bytes) => decoder.decode(bytes, { stream: true })
}

function decoderOf(source: TextSource): Decode {
  if (source.encoding === "utf-8") return decodeUtf8(source)
  return source.encoding === "gb18030" ? decodeGb18030(source) : decodeUtf16(source)
}

/**
 * Reads the text. Throws `mixed_encodings` or `wrong_encoding` (line and byte) where a byte does not fit, `nul_in_text`
 * at a NUL character, and the reason of `abortSignal` when that fires.
 */
export async function* readText(source: TextSource, options: ReadTextOptions = {}): AsyncGenerator<TextBlock> {
  const { path, encoding } = source
  const size = options.blockBytes ?? defaultBlockBytes
  const decode = decoderOf(source)
  const file = await open(path, "r")
  try {
    let start = options.from ?? markBytes(source)
    let line = options.line ?? 1
    let startsLine = true
    let carried = Buffer.alloc(0)
    for (let position = start; ; ) {
      options.abortSignal?.throwIfAborted()
      const block = Buffer.allocUnsafe(carried.length + size)
      carried.copy(block)
      const { bytesRead } = await file.read(block, carried.length, size, position)
      position += bytesRead
      const bytes = block.subarray(0, carried.length + bytesRead)
      const isLast = bytesRead === 0
      const cut = isLast ? bytes.length : cutOf(bytes, encoding)
      const whole = bytes.subarray(0, cut)
      carried = bytes.subarray(cut)
      if (cut > 0) {
        const text = decode(whole, start, line)
        const nul = text.indexOf("\0")
        if (nul >= 0) throw tableErrors.nul_in_text({ path, line: line + countLines(text.slice(0, nul)) })
        yield { text, start, end: start + cut, line, startsLine }
        line += countLines(text)
        start += cut
        startsLine = text.endsWith("\n")
      }
      if (isLast) return
    }
  } finally {
    await file.close()
  }
}
