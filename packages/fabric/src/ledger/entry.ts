/** What the ledger holds of single requests, as it is read. */
import type { Nano } from "@daydream/engine/money"
import type { Api, MeteredTokens } from "../call/index.ts"
import type { AttemptOutcome, RequestOutcome } from "./ledger.ts"

/** How a request stands: as it ended, or `open`. */
export type EntryStatus = RequestOutcome | "open"

/** A request. What came after it was closed stands in its adjustments and changes none of the other fields. */
export interface LedgerEntry {
  readonly requestId: string
  /** The tenant, then its ancestors up to the root. */
  readonly path: readonly string[]
  readonly keyId: string
  readonly api: Api
  /** As the client named it. */
  readonly model: string
  /** Of the last attempt. */
  readonly pool: string
  readonly status: EntryStatus
  readonly openedAt: Date
  readonly closedAt: Date | null
  /** What was reserved. */
  readonly mostCharge: Nano
  /** As it was closed; zero while it is open. */
  readonly charge: Nano
  /** What all adjustments added to the charge. */
  readonly adjusted: Nano
  /** Of all attempts and adjustments. */
  readonly cost: Nano
  readonly overrun: Nano
  readonly tokens: MeteredTokens
  readonly attempts: number
  /** Closed in place of a process that died. */
  readonly isAssumed: boolean
}

export interface AttemptEntry {
  readonly attemptId: string
  readonly openedAt: Date
  readonly closedAt: Date | null
  readonly pool: string
  readonly targetModel: string
  readonly status: AttemptOutcome | "open"
  readonly mostCost: Nano
  readonly cost: Nano
  readonly tokens: MeteredTokens
  readonly upstreamId: string | null
  readonly answeredModel: string | null
  readonly firstTokenMs: number | null
  readonly totalMs: number | null
  readonly joules: number | null
  readonly joulesSource: "measured" | "configured" | null
  readonly isAssumed: boolean
}

export interface AdjustmentEntry {
  readonly id: string
  readonly attemptId: string | null
  readonly charge: Nano
  readonly cost: Nano
  readonly reason: string
  readonly at: Date
}

/** A request with all that belongs to it. */
export interface WholeEntry {
  readonly entry: LedgerEntry
  readonly attempts: readonly AttemptEntry[]
  readonly adjustments: readonly AdjustmentEntry[]
}

/** Which requests are looked for. All conditions must hold. */
export interface EntryQuery {
  readonly tenant: string
  readonly withDescendants: boolean
  readonly keyId?: string
  /** As the client named it. */
  readonly model?: string
  readonly pool?: string
  readonly status?: EntryStatus
  /** Opened from here on, up to before `to`. */
  readonly from: Date
  readonly to: Date
  readonly limit: number
  /** Where the page before ended. */
  readonly after?: EntryPlace
}

/** The place of an entry in the order of the pages. */
export interface EntryPlace {
  /** Microseconds since epoch, as a text. */
  readonly openedAt: string
  readonly requestId: string
}

export interface EntryPage {
  /** The newest first. */
  readonly entries: readonly LedgerEntry[]
  /** Where the next page begins; null: there is none. */
  readonly next: EntryPlace | null
}
