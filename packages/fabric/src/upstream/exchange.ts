/** One request and its answer on one connection: deadlines, limits, cancelling. */
import type { Dispatcher } from "undici"
import type { AttemptFailure, Timeouts } from "../routing/index.ts"
import { createChunkQueue } from "./chunk-queue.ts"
import { UpstreamFault } from "./fault.ts"
import { readRefusal } from "./refusal.ts"
import type { Secrets } from "./refusal.ts"
import type { UpstreamResponse } from "./upstream.ts"

const mostRefusalBytes = 64 * 1024
/** A timer of more would fire at once. */
const longestTimerMs = 2 ** 31 - 1

const keptHeaders = new Set(["content-type", "x-request-id", "request-id", "retry-after", "retry-after-ms", "x-energy-joules"])
const isKept = (name: string) =>
  keptHeaders.has(name) || name.startsWith("openai-") || name.startsWith("x-ratelimit-") || name.startsWith("anthropic-ratelimit-")

function keep(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && isKept(name)) kept[name] = typeof value === "string" ? value : value.join(", ")
  }
  return kept
}

/** What an exchange must know. */
export interface ExchangeOptions {
  readonly isStream: boolean
  readonly signal: AbortSignal
  readonly timeouts: Timeouts
  readonly mostAnswerBytes: number
  readonly secrets: Secrets
  readonly now: () => number
  /** Told once, when nothing more will happen. */
  onClosed(): void
}

const connectCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EPIPE",
  "EINVAL", "ENOTCONN", "ECONNRESET", "UND_ERR_SOCKET"])

/** What an error of the connection means. Its own text may hold addresses and is never shown. */
function connectionFailure(error: Error, at: { readonly isSent: boolean; readonly hasHead: boolean; readonly afterFirstToken: boolean }): AttemptFailure {
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  const { afterFirstToken } = at
  if (code === "DAYDREAM_ADDRESS_REFUSED") return { kind: "address-refused", message: "The upstream's address is refused.", afterFirstToken }
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") {
    return { kind: "connect-timeout", message: "The upstream could not be connected in time.", afterFirstToken }
  }
  if (!at.isSent) {
    const isKnown = connectCodes.has(code)
    const isTls = code.startsWith("ERR_TLS") || code.startsWith("CERT_") || /CERT|SIGNED|ISSUER|SSL/.test(code)
    const message = isTls ? "The upstream's certificate is not trusted." : `The upstream could not be connected${isKnown ? ` (${code})` : ""}.`
    return { kind: "connect", message, afterFirstToken }
  }
  if (error.name === "HTTPParserError" || code.startsWith("HPE_")) return { kind: "malformed", message: "The upstream's answer is not HTTP.", afterFirstToken }
  return at.hasHead
    ? { kind: "truncated", message: "The connection broke in the middle of the answer.", afterFirstToken }
    : { kind: "reset", message: "The connection broke before an answer.", afterFirstToken }
}

/** Why the caller ended the call. */
function abortReason(signal: AbortSignal, afterFirstToken: boolean): unknown {
  const reason: unknown = signal.reason
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new UpstreamFault({ kind: "total-timeout", message: "The call took longer than it may.", afterFirstToken })
  }
  return reason
}

/** An exchange: hand `handler` to a dispatcher and wait for `response`. */
export interface Exchange {
  readonly handler: Dispatcher.DispatchHandler
  readonly response: Promise<UpstreamResponse>
  /** False while no byte of the request can have reached the upstream. */
  readonly isSent: boolean
}

/** Prepares an exchange; its time begins to run now. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { isStream, signal, timeouts, secrets } = options
  const startedAt = performance.now()
  const answered = Promise.withResolvers<UpstreamResponse>()
  /** Let go at the end: through it the connection's next exchange would keep this one in memory. */
  let controller: Dispatcher.DispatchController | null = null
  let isSent = false
  let state: "waiting" | "sent" | "refusing" | "answering" | "closed" = "waiting"
  let head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null = null
  let bytes = 0
  const refusal: Buffer[] = []
  let refusalBytes = 0

  /** Of a whole answer the caller has nothing before its end. */
  const hasBegun = () => isStream && bytes > 0
  const isClosed = () => state === "closed"
  const close = () => {
    state = "closed"
    controller = null
    clearTimeout(timer)
    signal.removeEventListener("abort", onAbort)
    options.onClosed()
  }
  /** Ends the exchange with an error; the connection is closed, since its rest is of no use. */
  const stop = (error: unknown) => {
    if (isClosed()) return
    const held = controller
    close()
    queue.fail(error)
    answered.reject(error)
    held?.abort(new Error("the exchange was ended"))
  }
  const fail = (failure: AttemptFailure) => stop(new UpstreamFault(failure))
  const refuse = () => {
    const { status, headers } = head as NonNullable<typeof head>
    fail(readRefusal(status, headers, Buffer.concat(refusal).toString(), secrets, options.now()))
  }
  const onAbort = () => stop(abortReason(signal, hasBegun()))

  const onDeadline = () => {
    // The status is known; the rest of the explanation does not matter so much.
    if (state === "refusing") return refuse()
    const [kind, message] = state === "waiting" ? (["connect-timeout", "The upstream could not be connected in time."] as const)
      : isStream && bytes > 0 ? (["stall", "The upstream fell silent in the middle of its answer."] as const)
      : (["first-token-timeout", "The upstream did not answer in time."] as const)
    fail({ kind, message, afterFirstToken: hasBegun() })
  }
  // One timer for the whole exchange: deadlines mostly move back, and are looked at when it fires.
  let deadlineAt = Number.POSITIVE_INFINITY
  let timerAt = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  const arm = (ms: number) => {
    timerAt = deadlineAt
    timer = setTimeout(onTimer, Math.min(ms, longestTimerMs))
  }
  const onTimer = () => {
    timerAt = Number.POSITIVE_INFINITY
    if (deadlineAt === Number.POSITIVE_INFINITY) return
    const left = deadlineAt - performance.now()
    // Timers fire up to a millisecond early.
    if (left > 1) arm(left)
    else onDeadline()
  }
  let isHeld = false
  const setDeadline = (ms: number) => {
    if (isHeld) return
    deadlineAt = performance.now() + ms
    if (deadlineAt >= timerAt) return
    clearTimeout(timer)
    arm(ms)
  }
  setDeadline(Math.min(timeouts.connectMs, timeouts.firstTokenMs))
  const queue = createChunkQueue({
    pause: () => {
      controller?.pause()
      // The reader is slow, not the upstream.
      isHeld = true
      deadlineAt = Number.POSITIVE_INFINITY
    },
    resume: () => {
      controller?.resume()
      isHeld = false
      if (!isClosed()) setDeadline(isStream ? timeouts.stallMs : timeouts.firstTokenMs)
    },
    cancel: () => stop(new Error("the reader left")),
  })
  answered.promise.catch(() => undefined)
  if (signal.aborted) onAbort()
  else signal.addEventListener("abort", onAbort, { once: true })

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (given) => {
      if (isClosed()) return given.abort(new Error("the exchange was ended"))
      controller = given
      isSent = true
      state = "sent"
      setDeadline(Math.max(0, timeouts.firstTokenMs - (performance.now() - startedAt)))
    },
    onResponseStart: (_, status, headers) => {
      if (isClosed() || status < 200) return
      head = { status, headers: keep(headers) }
      if (status < 300) {
        const encoding = headers["content-encoding"]
        if (encoding !== undefined && encoding !== "identity") {
          return fail({ kind: "malformed", message: "The upstream used an encoding that was not asked for.", afterFirstToken: false })
        }
        state = "answering"
        answered.resolve({ status, headers: head.headers, body: queue.body })
        return
      }
      state = "refusing"
      if (status < 400) {
        fail({ kind: "status", status, code: "redirect_refused", message: "The upstream redirects; redirects are not followed.", afterFirstToken: false })
      }
    },
    onResponseData: (_, chunk) => {
      if (isClosed()) return
      if (state === "refusing") {
        refusal.push(chunk)
        refusalBytes += chunk.length
        if (refusalBytes > mostRefusalBytes) refuse()
        return
      }
      if (isStream) setDeadline(timeouts.stallMs)
      bytes += chunk.length
      if (bytes > options.mostAnswerBytes) {
        return fail({ kind: "malformed", code: "answer_too_long", message: "The upstream's answer is longer than is allowed.", afterFirstToken: hasBegun() })
      }
      queue.push(chunk)
    },
    onResponseEnd: () => {
      if (isClosed()) return
      if (state === "refusing") return refuse()
      close()
      queue.end()
    },
    onResponseError: (_, error) => {
      if (isClosed()) return
      if (state === "refusing") return refuse()
      fail(connectionFailure(error, { isSent: state !== "waiting", afterFirstToken: hasBegun(), hasHead: head !== null }))
    },
  }
  return {
    handler,
    response: answered.promise,
    get isSent() {
      return isSent
    },
  }
}
