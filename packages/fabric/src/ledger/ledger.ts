/**
 * The ledger: every request (what a tenant is charged) and every attempt (what an upstream costs), written before
 * dispatch and closed after by compare-and-set. Many calls share one commit.
 */
import type { Nano } from "@daydream/engine/money"
import type { Api, MeteredTokens } from "../call/index.ts"

/** How an attempt ended. `unknown`: its process died and nobody knows. */
export type AttemptOutcome =
  | "completed" | "cut" | "client-gone" | "refused" | "failed" | "timed-out" | "not-sent" | "unknown"

/** How a request ended. `replayed` requests are never opened. */
export type RequestOutcome = "completed" | "cut" | "client-gone" | "failed" | "unknown"

/** A part of a quota that a request takes when it opens. */
export interface QuotaTake {
  /** Stable name of the bucket, for example `key:k_1:tokens` or `tenant:acme:model:chat:requests`. */
  readonly bucket: string
  readonly kind: "requests" | "tokens" | "concurrency"
  /** Size of the bucket; a concurrency bucket holds so many open requests. */
  readonly limit: number
  /** The bucket fills evenly in so many seconds; ignored for concurrency. */
  readonly windowSeconds: number
  /** Taken at opening (worst case); given back down to what was used at closing. */
  readonly amount: number
}

/** How a bucket stands, for rate-limit headers. */
export interface QuotaState {
  readonly bucket: string
  readonly kind: QuotaTake["kind"]
  readonly limit: number
  readonly remaining: number
  /** Milliseconds until the bucket is full. */
  readonly resetMs: number
}

export interface AttemptOpening {
  readonly attemptId: string
  readonly pool: string
  /** Model id at the upstream. */
  readonly targetModel: string
  /** Worst case of what the upstream may cost. */
  readonly mostCost: Nano
}

export interface RequestOpening {
  readonly requestId: string
  /** The tenant, then its ancestors up to the root. */
  readonly tenantPath: readonly string[]
  readonly keyId: string
  readonly api: Api
  /** As the client named it. */
  readonly model: string
  /** Worst case of what the tenant may be charged, over all targets. */
  readonly mostCharge: Nano
  readonly quotas: readonly QuotaTake[]
  readonly attempt: AttemptOpening
}

export interface AttemptClosing {
  readonly attemptId: string
  readonly outcome: AttemptOutcome
  readonly tokens: MeteredTokens
  readonly cost: Nano
  /** The upstream's own id of the answer, and the model that it says answered. */
  readonly upstreamId?: string
  readonly answeredModel?: string
  readonly firstTokenMs?: number
  readonly totalMs: number
  readonly joules?: { readonly amount: number; readonly source: "measured" | "configured" }
}

export interface RequestClosing {
  readonly requestId: string
  readonly outcome: RequestOutcome
  readonly charge: Nano
  /** Of all attempts that the tenant is charged for. */
  readonly tokens: MeteredTokens
  /** The last attempt, where it is not closed yet. */
  readonly attempt?: AttemptClosing
  /** What each token bucket is finally charged, by bucket name. */
  readonly quotaUsed: Readonly<Record<string, number>>
}

/** A correction that came after a request was closed: an upstream's late report, an operator's credit. */
export interface Adjustment {
  readonly requestId: string
  readonly attemptId?: string
  /** Added to the charge; negative: given back, never below a total of zero. */
  readonly charge: Nano
  /** Added to the cost. */
  readonly cost: Nano
  readonly reason: string
}

/** Opens, closes, corrects. All are durable when their promise resolves. */
export interface Ledger {
  /** Name of this process in the ledger; it renews its lease while it lives. */
  readonly holder: string
  /**
   * Reserves the request and its first attempt in every budget of the path and every bucket. Throws `budget_exceeded`
   * (facts: tenant, period, resetsAt) or `quota_exceeded` (facts: bucket, retryAfterMs): then nothing is kept.
   */
  open(opening: RequestOpening): Promise<{ readonly quotas: readonly QuotaState[] }>
  /**
   * Takes from buckets of requests and tokens without opening a request, for an answer that costs nothing: all, or
   * `quota_exceeded` and nothing.
   */
  take(quotas: readonly QuotaTake[]): Promise<{ readonly quotas: readonly QuotaState[] }>
  /** A further attempt of an open request. */
  openAttempt(requestId: string, attempt: AttemptOpening): Promise<void>
  /** An attempt that is not the last. */
  closeAttempt(requestId: string, attempt: AttemptClosing): Promise<void>
  /** Closes the request and its last attempt. Closing twice keeps the first closing and tells so. */
  close(closing: RequestClosing): Promise<{ readonly isFirst: boolean }>
  /** Adds an entry to a closed request; the entry itself never changes. */
  adjust(adjustment: Adjustment): Promise<void>
  /** Waits until everything handed in is durable, then closes the holder's lease. */
  shutdown(): Promise<void>
}

/** What to group usage by. */
export type UsageGroup = "tenant" | "key" | "model" | "pool" | "day" | "hour"

export interface UsageQuery {
  /** The tenant and, where `withDescendants`, all below it. */
  readonly tenant: string
  readonly withDescendants?: boolean
  readonly from: Date
  readonly to: Date
  readonly groupBy?: readonly UsageGroup[]
}

export interface UsageRow {
  readonly group: Readonly<Partial<Record<UsageGroup, string>>>
  readonly requests: number
  readonly attempts: number
  readonly failed: number
  readonly tokens: MeteredTokens
  /** Of these requests, how many had estimated tokens. */
  readonly estimated: number
  readonly charge: Nano
  readonly cost: Nano
  readonly joules: number
  /** Charges beyond what was reserved, where an upstream ignored its cap. */
  readonly overrun: Nano
}
