/** Reads a request's JSON body under a cap. */
import { isUtf8 } from "node:buffer"
import type { IncomingMessage } from "node:http"
import { wireErrors } from "../wire/index.ts"
import type { Admission } from "./admission.ts"
import { gatewayErrors } from "./errors.ts"

/** A load-shed call may come again after so long. */
export const shedRetryMs = 1_000

/** A parsed body; the bytes that it holds are freed by the caller. */
export interface ReadBody {
  readonly json: unknown
  readonly heldBytes: number
}

const jsonType = /^application\/(?:[a-z0-9.+-]+\+)?json(?:\s*;|$)/i

/** Refuses by the headers alone what need not be read. */
export function checkBodyHeaders(request: IncomingMessage, limit: number): void {
  const { "content-type": type, "content-encoding": encoding, "content-length": length } = request.headers
  if (type === undefined || !jsonType.test(type)) throw gatewayErrors.unsupported_media_type({ problem: "type" })
  if (encoding !== undefined && encoding !== "identity") throw gatewayErrors.unsupported_media_type({ problem: "encoding" })
  if (length !== undefined && Number(length) > limit) throw wireErrors.body_too_large({ limit })
}

/** The body as JSON. Throws `body_too_large`, `bad_json`, `overloaded`, `client_gone`. Holds its bytes in `admission`. */
export async function readBody(request: IncomingMessage, admission: Admission, limit: number): Promise<ReadBody> {
  const declared = Number(request.headers["content-length"] ?? 0)
  if (!admission.hold(declared)) throw wireErrors.overloaded({ retryAfterMs: shedRetryMs })
  const held = { bytes: declared }
  try {
    const bytes = await collect(request, admission, held, limit)
    // JSON is UTF-8 (RFC 8259, 8.1); other bytes would be replaced without a word.
    if (!isUtf8(bytes)) throw wireErrors.bad_json({})
    return { json: parse(bytes.toString("utf8")), heldBytes: held.bytes }
  } catch (error) {
    admission.free(held.bytes)
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wireErrors.bad_json({})
  }
}

const collect = (request: IncomingMessage, admission: Admission, held: { bytes: number }, limit: number) =>
  new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const fail = (error: Error) => {
      request.off("data", onData)
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) return fail(wireErrors.body_too_large({ limit }))
      // A body of undeclared length takes room as it comes.
      if (size > held.bytes) {
        if (!admission.hold(size - held.bytes)) return fail(wireErrors.overloaded({ retryAfterMs: shedRetryMs }))
        held.bytes = size
      }
      chunks.push(chunk)
    }
    request.on("data", onData)
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0] as Buffer : Buffer.concat(chunks)))
    request.on("error", () => reject(wireErrors.client_gone({})))
    request.on("close", () => { if (!request.complete) reject(wireErrors.client_gone({})) })
  })
