/** Reads bodies of upstreams that are not streamed, under a cap. */
import { parseRetryAfter } from "@daydream/engine/model"
import type { AttemptFailure } from "../routing/index.ts"
import type { UpstreamResponse } from "../upstream/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import { failureFromBody } from "../wire/index.ts"

const mostErrorBytes = 64 << 10

/** The body in one piece. Throws `UpstreamFault` where it is larger than `most`. */
export async function collectBody(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  let first: Uint8Array | null = null
  let more: Uint8Array[] | null = null
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > most) {
      const message = "The model's server sent an answer that is too large."
      throw new UpstreamFault({ kind: "malformed", message, afterFirstToken: false })
    }
    if (first === null) first = chunk
    else (more ??= [first]).push(chunk)
  }
  return more === null ? first ?? new Uint8Array() : Buffer.concat(more)
}

/** What an answer with an error status means. Its body is read as far as it helps. */
export async function failureOfResponse(response: UpstreamResponse, afterFirstToken: boolean, now: number): Promise<AttemptFailure> {
  const retryAfterMs = parseRetryAfter(response.headers, now)
  const options = { status: response.status, afterFirstToken, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  try {
    const text = new TextDecoder().decode(await collectBody(response.body, mostErrorBytes))
    const json: unknown = JSON.parse(text)
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return failureFromBody(json as never, options)
  } catch {
    // The status says enough where the body is broken, too long, or no JSON.
  }
  return failureFromBody({}, options)
}
