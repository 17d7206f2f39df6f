/** Trying again where that may help. */
import { setTimeout as wait } from "node:timers/promises"
import { isDaydreamError } from "../errors/index.ts"
import type { Random } from "../random/index.ts"
import type { EmbeddingModel, MaybeScoringModel } from "./model.ts"
import { copyTraits, traitsOf, wrapEmbeddingModel, wrapLanguageModel } from "./wrap.ts"

/** Waits, or rejects when aborted. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>

/** How calls are tried again. */
export interface RetryOptions {
  /** Draws the jitter. */
  readonly random: Random
  /** Default: the timer. */
  readonly sleep?: Sleep
  /** Milliseconds since 1970; reads a Retry-After that is a date. Default: the clock. */
  readonly now?: () => number
  /** Calls in all; default 5. */
  readonly attempts?: number
  /** Wait before the second call; doubles each time. Default 500. */
  readonly baseMs?: number
  /** Longest wait of our own; default 30,000. */
  readonly maxMs?: number
  /** A server that asks for a longer wait than this is not waited for: its error is passed on. Default 120,000. */
  readonly longestRetryAfterMs?: number
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, attempt: number, waitMs: number) => void
}

const sleepByTimer: Sleep = async (milliseconds, signal) => {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal })
}

/** True where the same call may work later. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof Error && "isRetryable" in error && error.isRetryable === true

/** Reads Retry-After ("7" seconds, or a date) and retry-after-ms; undefined where neither is there. */
export function parseRetryAfter(headers: Readonly<Record<string, string | undefined>>, now: number): number | undefined {
  const milliseconds = Number.parseFloat(headers["retry-after-ms"] ?? "")
  if (milliseconds >= 0) return milliseconds
  const text = headers["retry-after"]?.trim() ?? ""
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** How long the server of a failed call asks to wait. */
function askedWait(error: unknown, now: number): number | undefined {
  if (isDaydreamError(error)) return typeof error.facts.retryAfterMs === "number" ? error.facts.retryAfterMs : undefined
  const headers = error instanceof Error && "responseHeaders" in error ? error.responseHeaders : undefined
  return typeof headers === "object" && headers !== null ? parseRetryAfter(headers as Record<string, string>, now) : undefined
}

/**
 * Runs `call` until it works, fails for good, or was tried often enough. Between calls it waits as long as the server
 * asks, else exponentially longer with full jitter (between half and all of the step).
 */
async function retrying<T>(
  options: RetryOptions, signal: AbortSignal | undefined, call: () => PromiseLike<T>,
): Promise<T> {
  const { random, sleep = sleepByTimer, now = Date.now, attempts = 5, baseMs = 500, maxMs = 30_000 } = options
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error) || signal?.aborted === true) throw error
      const asked = askedWait(error, now())
      if (asked !== undefined && asked > (options.longestRetryAfterMs ?? 120_000)) throw error
      const step = Math.min(maxMs, baseMs * 2 ** (attempt - 1))
      const waitMs = Math.ceil((asked ?? 0) + step * (0.5 + random.next() / 2) * (asked === undefined ? 1 : 0.1))
      options.onRetry?.(error, attempt, waitMs)
      await sleep(waitMs, signal)
    }
  }
}

/**
 * Tries failed calls again, only those whose error says that it may help. A stream is retried until it has begun. A
 * model that is retrying already, under other wrappers too, stays as it is.
 */
export function withRetry<M extends MaybeScoringModel>(model: M, options: RetryOptions): M {
  if (traitsOf(model).isRetrying) return model
  const wrapped = wrapLanguageModel(model, {
    generate: (call) => retrying(options, call.abortSignal, () => model.doGenerate(call)),
    stream: (call) => retrying(options, call.abortSignal, () => model.doStream(call)),
    score: (call, inner) => retrying(options, call.abortSignal, () => inner(call)),
  })
  return copyTraits(model, wrapped, { isRetrying: true })
}

/** The same for an embedding model. */
export function withEmbeddingRetry(model: EmbeddingModel, options: RetryOptions): EmbeddingModel {
  if (traitsOf(model).isRetrying) return model
  const wrapped = wrapEmbeddingModel(model, (call) => retrying(options, call.abortSignal, () => model.doEmbed(call)))
  return copyTraits(model, wrapped, { isRetrying: true })
}
