/** Answers on the wire: whole ones, and streams that wait for slow clients. */
import type { ServerResponse } from "node:http"
import type { SessionEvent } from "../protocol/index.ts"

export interface Wire {
  readonly response: ServerResponse
  /** On every answer of the request. */
  readonly headers: Record<string, string>
  readonly stallMs: number
  /** Aborts when the client has gone or the service stops. */
  readonly signal: AbortSignal
}

export function sendJson(
  { response, headers }: Wire,
  status: number,
  value: unknown,
  more: Readonly<Record<string, string>> = {}
): void {
  if (response.destroyed || response.headersSent) return
  const body = value === undefined ? "" : JSON.stringify(value)
  response.writeHead(status, {
    ...headers,
    ...more,
    ...(value === undefined
      ? {}
      : { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) }),
  })
  response.end(body)
}

/** Begins a stream. */
export function begin(
  { response, headers }: Wire,
  contentType: string,
  more: Readonly<Record<string, string>> = {}
): void {
  response.writeHead(200, {
    ...headers,
    ...more,
    "content-type": contentType,
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  })
  response.flushHeaders()
}

/**
 * Writes a piece and waits where the client is slow; false where it has gone. A client that takes nothing for long
 * counts as gone.
 */
export async function write({ response, stallMs }: Wire, piece: string | Uint8Array): Promise<boolean> {
  if (response.destroyed || response.writableEnded) return false
  if (response.write(piece)) return true
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => response.destroy(), stallMs)
  response.once("drain", resolve)
  response.once("close", resolve)
  await promise
  clearTimeout(timer)
  response.off("drain", resolve)
  response.off("close", resolve)
  return !response.destroyed
}

/** One server-sent event. JSON holds no line break, so the data is one line. */
export function frame(event: { readonly type: string }, id: number | null): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/**
 * The last cursor that is durable with this event, for `Last-Event-ID`: what comes live before `committed` has none, so
 * that nobody goes on from an event that never happened.
 */
export const durableId = (event: SessionEvent): number | null =>
  event.type === "committed" || event.type === "changed" ? event.state.cursor - 1 : null
