/** One request and its answer on the wire: what was sent, whether the client is still there, and the way to end it. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { isDaydreamError } from "@daydream/engine/errors"
import type { Api } from "../call/index.ts"
import { timeOrderedId } from "../ledger/index.ts"
import { errorBody, errorHeaders, statusOf } from "../wire/index.ts"

export type Interruption = "client-gone" | "shutdown"

const shortBody = 64 << 10
const isShort = (request: IncomingMessage): boolean =>
  request.headers["transfer-encoding"] === undefined && Number(request.headers["content-length"] ?? 0) <= shortBody

const joinedBytes = 16 << 10
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A comment of an event stream: whoever reads events passes over it (WHATWG HTML, 9.2.6). */
const keepAlive = ": keep-alive\n\n"

const jsonHeaders = "application/json"

/** States of one request. `signal` aborts when the client goes away or the gateway shuts down. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  readonly startedAt: number
  readonly controller = new AbortController()
  readonly #clientStallMs: number
  /** Interface whose error shape the client expects. */
  api: Api | null = null
  interruption: Interruption | null = null
  /** Headers that every further answer of this request carries. */
  readonly headers: Record<string, string> = {}
  /** What was sent, where it is to be kept; null: it is not, or grew too large. */
  record: Uint8Array[] | null = null
  recordedBytes = 0
  mostRecordedBytes = 0
  /** A stream of events that may be kept alive with comments. */
  isEventStream = false
  #hasBegun = false
  /** Bytes on the connection at the last look, and whose they are. */
  #seenBytes = -1

  constructor(request: IncomingMessage, response: ServerResponse, options: { startedAt: number; clientStallMs: number }) {
    this.request = request
    this.response = response
    this.startedAt = options.startedAt
    this.requestId = timeOrderedId(options.startedAt)
    this.#clientStallMs = options.clientStallMs
    this.headers["x-daydream-request-id"] = this.requestId
    this.headers["x-request-id"] = this.requestId
    // A write that meets a connection which just broke; `close` follows.
    response.on("error", () => undefined)
    response.once("close", () => {
      if (!response.writableEnded) this.interrupt("client-gone")
    })
  }

  get signal(): AbortSignal { return this.controller.signal }
  /** A part of the answer was sent. */
  get hasBegun(): boolean { return this.#hasBegun }
  /** Nothing but comments was sent: what fails now has no status any more. */
  get isQuiet(): boolean { return this.response.headersSent && !this.#hasBegun }

  /** Ends what is done for this request; the first reason stands. */
  interrupt(reason: Interruption): void {
    if (this.interruption !== null) return
    this.interruption = reason
    this.controller.abort()
  }

  /** Ends what is done for this request since its time is up; the client is still there to be told. */
  expire(): void {
    this.controller.abort(new DOMException("The call took longer than it may.", "TimeoutError"))
  }

  /** Keeps what is sent from here on, up to `mostBytes`. */
  startRecord(mostBytes: number): void {
    this.record = []
    this.mostRecordedBytes = mostBytes
  }

  /** What was sent, in one piece; null where it was too much to keep. */
  recorded(): Uint8Array | null {
    return this.record === null || this.recordedBytes > this.mostRecordedBytes ? null : Buffer.concat(this.record)
  }

  /** Begins a streamed answer. */
  begin(contentType: string): void {
    this.#hasBegun = true
    if (!this.response.headersSent) this.#writeStreamHead(contentType, this.headers)
  }

  #writeStreamHead(contentType: string, headers: Readonly<Record<string, string>>): void {
    this.response.writeHead(200, {
      ...headers, "content-type": contentType, "cache-control": "no-cache, no-transform", "x-accel-buffering": "no",
    })
  }

  /**
   * Called now and then: sends a comment where the stream was silent since the last call, so that no proxy takes the
   * connection for dead. Before the answer begins this sends the head of a stream, so that failures that come after it
   * are told as an event of it.
   */
  beat(contentType: string): void {
    const { response } = this
    const { socket } = response
    if (!this.isEventStream || socket === null || response.writableEnded || response.destroyed || response.writableNeedDrain) return
    const isSilent = socket.bytesWritten === this.#seenBytes
    this.#seenBytes = socket.bytesWritten
    if (!isSilent || this.interruption !== null) return
    if (!response.headersSent) {
      // Who answers is not known yet.
      const { "x-daydream-model": _, "x-daydream-attempts": __, ...headers } = this.headers
      this.#writeStreamHead(contentType, headers)
    }
    response.write(keepAlive)
    this.#seenBytes = socket.bytesWritten
  }

  /** Sends a piece; where the client is slow, resolves when it has taken what was sent. Null: go on at once. */
  write(bytes: Uint8Array): Promise<void> | null {
    this.keep(bytes)
    if (this.response.destroyed || this.response.write(bytes)) return null
    return this.#drained()
  }

  /** Adds a piece to the record; {@link write} does so by itself. */
  keep(bytes: Uint8Array): void {
    if (this.record === null) return
    this.recordedBytes += bytes.byteLength
    if (this.recordedBytes <= this.mostRecordedBytes) this.record.push(bytes)
    else this.record.length = 0
  }

  #drained(): Promise<void> {
    const { response } = this
    return new Promise((resolve) => {
      // A client that takes nothing would hold its place, and the upstream's, for ever.
      const timer = setTimeout(() => {
        this.interrupt("client-gone")
        response.destroy()
      }, this.#clientStallMs)
      const done = () => {
        clearTimeout(timer)
        response.off("drain", done)
        response.off("close", done)
        resolve()
      }
      response.once("drain", done)
      response.once("close", done)
    })
  }

  /** Sends a whole answer. */
  send(status: number, contentType: string, body: Uint8Array | string): void {
    const { response } = this
    if (this.isQuiet) return void response.end(body)
    if (response.destroyed || response.headersSent) return
    const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength
    response.writeHead(status, { ...this.headers, "content-type": contentType, "content-length": length })
    // Head and body in one write: as text of single bytes, node joins them.
    if (typeof body === "string" || length > joinedBytes) response.end(body)
    else response.end(asBuffer(body).toString("latin1"), "latin1")
  }

  sendJson(status: number, value: unknown): void {
    this.send(status, jsonHeaders, JSON.stringify(value))
  }

  /** Tells the client when to try again: in seconds for all, in milliseconds for the clients that ask for them. */
  comeBackAfter(milliseconds: number): void {
    const wait = Math.max(1, Math.ceil(milliseconds))
    this.headers["retry-after"] = String(Math.ceil(wait / 1000))
    this.headers["retry-after-ms"] = String(wait)
  }

  /** Answers with an error, in the shape of the client's API. */
  sendError(error: unknown): void {
    if (this.response.writableEnded) return
    // A stream that breaks off here was not ended by its protocol: the client sees that it is not whole.
    if (this.response.headersSent) return void this.response.destroy()
    // A long rest of the request will not be read, so the connection cannot be used again.
    if (!this.request.complete && !isShort(this.request)) this.headers["connection"] = "close"
    Object.assign(this.headers, errorHeaders(error))
    const wait = isDaydreamError(error) ? error.facts["retryAfterMs"] : undefined
    if (typeof wait === "number") this.comeBackAfter(wait)
    this.sendJson(statusOf(error), errorBody(this.api, error, this.requestId))
  }

  /** What {@link sendError} would send, to be kept. */
  errorReply(error: unknown): { status: number; headers: Record<string, string>; body: Uint8Array } {
    const body = Buffer.from(JSON.stringify(errorBody(this.api, error, this.requestId)))
    return { status: statusOf(error), headers: { "content-type": jsonHeaders }, body }
  }

  /** Ends a streamed answer. */
  end(bytes: Uint8Array | null): void {
    if (this.response.destroyed) return
    if (bytes === null) this.response.end()
    else this.response.end(bytes)
  }
}
