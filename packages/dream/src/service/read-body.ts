/** Reads bodies under a cap. */
import { isUtf8 } from "node:buffer"
import type { IncomingMessage } from "node:http"
import { serviceErrors } from "./errors.ts"

const jsonType = /^application\/(?:[a-z0-9.+-]+\+)?json(?:\s*;|$)/i
const linesType = /^application\/(?:jsonl|x-ndjson|x-jsonlines|octet-stream)(?:\s*;|$)/i

function checkHeaders({ headers }: IncomingMessage, type: RegExp, wanted: string, most: number): void {
  const { "content-type": given = "", "content-encoding": encoding = "identity", "content-length": length } = headers
  if (!type.test(given) || encoding !== "identity") throw serviceErrors.play_media_type({ wanted })
  if (length !== undefined && Number(length) > most) throw serviceErrors.play_body_too_large({ most })
}

/**
 * Bytes as they come. Throws `play_body_too_large` before more than `most` are held; a client that leaves ends it with
 * an error.
 */
async function* bytesOf(request: IncomingMessage, most: number): AsyncGenerator<Buffer, void, undefined> {
  let size = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length
      if (size > most) throw serviceErrors.play_body_too_large({ most })
      yield part
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNRESET")
      throw serviceErrors.play_body_not_json({}, error)
    throw error
  }
}

/**
 * The body as JSON; undefined where there is none. Throws `play_media_type`, `play_body_too_large`,
 * `play_body_not_json`.
 */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const { "content-length": length, "transfer-encoding": transfer } = request.headers
  if (transfer === undefined && (length === undefined || length === "0")) return undefined
  checkHeaders(request, jsonType, "application/json", most)
  const parts: Buffer[] = []
  for await (const part of bytesOf(request, most)) parts.push(part)
  return parseJson(Buffer.concat(parts))
}

/** JSON is UTF-8 (RFC 8259, 8.1). Throws `play_body_not_json`. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw serviceErrors.play_body_not_json({})
  try {
    return JSON.parse(bytes.toString("utf8"))
  } catch {
    throw serviceErrors.play_body_not_json({})
  }
}

/** The body as a file of JSON lines, read while it comes. */
export function readLines(request: IncomingMessage, most: number): AsyncIterable<Uint8Array> {
  checkHeaders(request, linesType, "application/jsonl", most)
  return bytesOf(request, most)
}
