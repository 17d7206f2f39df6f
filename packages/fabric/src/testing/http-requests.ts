/** Requests out of the bytes of one connection: just enough HTTP/1.1 for a test server that must be fast. */

/** A request, whole. */
export interface RawRequest {
  readonly path: string
  /** The header `x-request-id`. */
  readonly id: string
  readonly body: string
}

const headEnd = Buffer.from("\r\n\r\n")

/** Length of a chunked body and its text, or null where it is not whole yet. */
function readChunks(data: Buffer, start: number): { readonly end: number; readonly body: string } | null {
  const parts: Buffer[] = []
  for (let at = start; ;) {
    const lineEnd = data.indexOf("\r\n", at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(data.toString("latin1", at, lineEnd), 16)
    const from = lineEnd + 2
    if (Number.isNaN(size) || data.length < from + size + 2) return null
    if (size === 0) return { end: from + 2, body: Buffer.concat(parts).toString() }
    parts.push(data.subarray(from, from + size))
    at = from + size + 2
  }
}

/** Reads requests; `push` gives false where the bytes are no HTTP. */
export function createRequestReader(onRequest: (request: RawRequest) => void): { push(data: Buffer): boolean } {
  let held: Buffer | null = null
  return {
    push: (data) => {
      let rest = held === null ? data : Buffer.concat([held, data])
      held = null
      while (rest.length > 0) {
        const end = rest.indexOf(headEnd)
        if (end < 0) break
        const head = rest.toString("latin1", 0, end)
        const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" HTTP/1.1"))
        if (!path.startsWith("/")) return false
        const id = /\r\nx-request-id: *([^\r]*)/i.exec(head)?.[1] ?? ""
        const start = end + 4
        if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
          const read = readChunks(rest, start)
          if (read === null) break
          onRequest({ path, id, body: read.body })
          rest = rest.subarray(read.end)
          continue
        }
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        if (rest.length < start + length) break
        onRequest({ path, id, body: rest.toString("utf8", start, start + length) })
        rest = rest.subarray(start + length)
      }
      if (rest.length > 0) held = rest
      return true
    },
  }
}
