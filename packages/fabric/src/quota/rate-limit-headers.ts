/** How quotas stand, in the headers that clients of each interface read. Pure. */
import type { Api } from "../call/index.ts"

/** How a bucket stands; the ledger gives it. */
export interface BucketState {
  readonly kind: "requests" | "tokens" | "concurrency"
  readonly limit: number
  readonly remaining: number
  /** Milliseconds until the bucket is full. */
  readonly resetMs: number
  readonly windowSeconds?: number
}

/** As OpenAI writes durations: `12ms`, `1s`, `6m0s`, `1h2m3s`; fractions of a second in milliseconds' precision. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms))
  if (whole < 1_000) return whole === 0 ? "0s" : `${whole}ms`
  const hours = Math.floor(whole / 3_600_000)
  const minutes = Math.floor((whole % 3_600_000) / 60_000)
  const seconds = `${(whole % 60_000) / 1_000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

const asCount = (amount: number): number => Math.max(0, Math.floor(amount))

// The one that will refuse first: the least is left in it; of equal ones that which takes longest to fill.
function tightest(states: readonly BucketState[], kind: BucketState["kind"]): BucketState | null {
  let found: BucketState | null = null
  for (const state of states) {
    if (state.kind !== kind) continue
    if (found === null || state.remaining < found.remaining ||
      (state.remaining === found.remaining && state.resetMs > found.resetMs)) found = state
  }
  return found
}

function addOpenai(headers: Record<string, string>, kind: string, state: BucketState): void {
  headers[`x-ratelimit-limit-${kind}`] = String(asCount(state.limit))
  headers[`x-ratelimit-remaining-${kind}`] = String(asCount(state.remaining))
  headers[`x-ratelimit-reset-${kind}`] = formatDuration(state.resetMs)
}

function addAnthropic(headers: Record<string, string>, kind: string, state: BucketState, now: number): void {
  headers[`anthropic-ratelimit-${kind}-limit`] = String(asCount(state.limit))
  headers[`anthropic-ratelimit-${kind}-remaining`] = String(asCount(state.remaining))
  // RFC 3339, whole seconds, never too early.
  const reset = new Date(Math.ceil((now + Math.max(0, state.resetMs)) / 1_000) * 1_000)
  headers[`anthropic-ratelimit-${kind}-reset`] = reset.toISOString().replace(".000Z", "Z")
}

// Names of the IETF draft are the kinds: names of buckets would tell a tenant about its ancestors.
function addStandard(headers: Record<string, string>, kinds: readonly (readonly [string, BucketState])[]): void {
  const policies = kinds.map(([kind, state]) => {
    const window = state.windowSeconds === undefined || kind === "concurrency" ? "" : `;w=${Math.ceil(state.windowSeconds)}`
    const unit = kind === "concurrency" ? `;qu="concurrency"` : kind === "requests" ? `;qu="request"` : ""
    return `"${kind}";q=${asCount(state.limit)}${unit}${window}`
  })
  const limits = kinds.map(([kind, state]) => {
    const reset = kind === "concurrency" ? "" : `;t=${Math.ceil(Math.max(0, state.resetMs) / 1_000)}`
    return `"${kind}";r=${asCount(state.remaining)}${reset}`
  })
  headers["ratelimit-policy"] = policies.join(", ")
  headers["ratelimit"] = limits.join(", ")
}

/**
 * Headers for `states`, the tightest bucket of each kind: OpenAI's `x-ratelimit-*` or, for the messages interface,
 * `anthropic-ratelimit-*`; `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10 for all. Names
 * are in lower case. `retryAfterMs` (of a refusal) gives Retry-After in whole seconds, never 0, and `retry-after-ms`,
 * which the clients of both vendors prefer.
 */
export function rateLimitHeaders(
  api: Api, states: readonly BucketState[], options: { readonly now: number; readonly retryAfterMs?: number | null },
): Record<string, string> {
  const headers: Record<string, string> = {}
  const isAnthropic = api === "messages" || api === "count-tokens"
  const kinds: (readonly [string, BucketState])[] = []
  for (const kind of ["requests", "tokens", "concurrency"] as const) {
    const state = tightest(states, kind)
    if (state === null) continue
    kinds.push([kind, state])
    if (kind === "concurrency") continue
    if (isAnthropic) addAnthropic(headers, kind, state, options.now)
    else addOpenai(headers, kind, state)
  }
  if (kinds.length > 0) addStandard(headers, kinds)
  if (options.retryAfterMs !== undefined && options.retryAfterMs !== null) {
    const ms = Math.max(1, Math.ceil(options.retryAfterMs))
    headers["retry-after"] = String(Math.ceil(ms / 1_000))
    headers["retry-after-ms"] = String(ms)
  }
  return headers
}
