/** Lines of JSON from bytes that nobody vouches for, within limits. */
import { errors } from "./errors.ts"

/** A line may be as long as this, in bytes. */
const longestLine = 8_000_000
const mostBytes = 256_000_000
const mostLines = 200_000
/** Deeper values would exhaust the stack of whoever walks them. */
const deepest = 64

function isDeep(text: string): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isText) {
      if (character === "\\") at++
      else if (character === "\"") isText = false
    } else if (character === "\"") isText = true
    else if (character === "{" || character === "[") {
      depth++
      if (depth > deepest) return true
    } else if (character === "}" || character === "]") depth--
  }
  return false
}

/** Each line's value with its number, from 1. Throws `session_file_invalid`. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<{ readonly value: unknown; readonly number: number }> {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let number = 0
  let total = 0
  let rest: Buffer[] = []
  let restBytes = 0
  const read = (parts: readonly Buffer[]) => {
    number++
    const wrong = (reason: string, cause?: unknown) => errors.session_file_invalid({ line: number, reason }, cause)
    if (number > mostLines) throw wrong("there are too many lines")
    let text: string
    try {
      text = decoder.decode(Buffer.concat(parts))
    } catch (error) {
      throw wrong("it is not UTF-8", error)
    }
    if (isDeep(text)) throw wrong("it is nested too deeply")
    try {
      return { value: JSON.parse(text) as unknown, number }
    } catch (error) {
      throw wrong("it is not JSON", error)
    }
  }
  for await (const chunk of bytes) {
    total += chunk.byteLength
    if (total > mostBytes) throw errors.session_file_invalid({ line: number + 1, reason: "the file is too large" })
    let left = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let end = left.indexOf(10); end >= 0; end = left.indexOf(10)) {
      if (restBytes + end > longestLine) throw errors.session_file_invalid({ line: number + 1, reason: "the line is too long" })
      yield read([...rest, left.subarray(0, end)])
      rest = []
      restBytes = 0
      left = left.subarray(end + 1)
    }
    // Copied: whoever gives the bytes may use their buffer again.
    rest.push(Buffer.from(left))
    restBytes += left.byteLength
    if (restBytes > longestLine) throw errors.session_file_invalid({ line: number + 1, reason: "the line is too long" })
  }
  if (restBytes > 0) yield read(rest)
}
