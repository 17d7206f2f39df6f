/** How a model name is served: which target is tried next, and when to give up. Pure: clock and chance are arguments. */

export type Strategy = "single" | "weighted" | "fallback" | "cheapest" | "prefix"

/** `pool/model`. */
export interface Target {
  readonly pool: string
  readonly model: string
  /** For `weighted`; 1 unless set. */
  readonly weight: number
}

export interface Timeouts {
  readonly connectMs: number
  /** From dispatch to the first token (or the whole answer where not streamed). */
  readonly firstTokenMs: number
  /** Longest silence between two chunks. */
  readonly stallMs: number
  /** Whole call, all attempts together. */
  readonly totalMs: number
}

export interface Route {
  /** The model name that clients say. */
  readonly name: string
  readonly strategy: Strategy
  readonly targets: readonly Target[]
  /** `stream`: bytes go through as they come. `buffer`: held back until the answer is whole, so that any cut can be retried. */
  readonly mode: "stream" | "buffer"
  /** Attempts at most, over all targets. */
  readonly attempts: number
  readonly timeouts: Timeouts
  /** For `cheapest`: the target must answer its first token within so long (p95 of what was seen). */
  readonly latencyTargetMs?: number
  /** After a cut, continue on another target by handing it what was said so far. */
  readonly continues: boolean
}

/** Why an attempt failed. */
export interface AttemptFailure {
  readonly kind:
    | "connect" | "reset" | "connect-timeout" | "first-token-timeout" | "stall" | "total-timeout"
    | "status" | "malformed" | "truncated" | "refused-prefill" | "address-refused"
  readonly status?: number
  /** The upstream's own error code or type, where it gave one (`context_length_exceeded`, `content_filter` …). */
  readonly code?: string
  readonly retryAfterMs?: number
  /** Safe to show: no secret, no address. */
  readonly message: string
  /** True where the client has already got a part of the answer. */
  readonly afterFirstToken: boolean
}

/** How a target stands. Keys of a health map are `pool/model`. */
export interface TargetHealth {
  readonly breaker: "closed" | "open" | "half-open"
  /** When an open breaker lets a probe through (ms since epoch), also set by Retry-After. */
  readonly notBefore: number
  readonly firstTokenP95Ms: number | null
  readonly inFlight: number
  readonly isSaturated: boolean
}

export interface TriedAttempt {
  readonly target: Target
  readonly failure: AttemptFailure
  /** When it failed (ms since epoch): what is left of its Retry-After counts from here. Absent: just now. */
  readonly failedAt?: number
  /** True where the attempt was to go on from a half-said answer; its 400 then means that the target cannot. */
  readonly continuesPartial?: boolean
}

/**
 * `would-repeat`: the failure would come again wherever the call went. `no-target`: no target of the route can serve
 * such a call. `unavailable`: targets could, but none may be called soon enough. `attempts`, `time`: used up.
 * `cut`: the client has a part of the answer and nobody can go on from it. `exhausted`: every target refused for good.
 */
export type GiveUpReason = "would-repeat" | "no-target" | "unavailable" | "attempts" | "time" | "cut" | "exhausted"

export type Step =
  | { readonly kind: "try"; readonly target: Target; readonly waitMs: number; readonly continuesPartial: boolean }
  | {
      readonly kind: "give-up"
      readonly reason: GiveUpReason
      /** What tells the client most; null where nothing was tried. */
      readonly failure: AttemptFailure | null
      /** When the client may come back; null where that would not help. */
      readonly retryAfterMs: number | null
    }
