/** Pools, routes, prices and credentials: what the operator sets, as rows of the store and as one file. */
import type { Dialect } from "../call/index.ts"
import type { DatedPrice, PriceBook } from "../price/index.ts"
import type { Route } from "../routing/index.ts"

/** Interchangeable servers of some models. */
export interface Pool {
  /** Lower-case letters, digits, hyphens. `local` is the embedded model. */
  readonly name: string
  /** `embedded`: this process. `openai`, `anthropic`: a server by address. `sdk`: an AI SDK provider that the host passed in. */
  readonly kind: "embedded" | "openai" | "anthropic" | "sdk"
  /** Base addresses of its replicas, up to and including the version (`http://10.0.0.5:8000/v1`). */
  readonly addresses: readonly string[]
  /** Model ids that it serves. */
  readonly models: readonly string[]
  /** Name of the credential that is sent; null: none. */
  readonly credential: string | null
  /** Interfaces beyond its kind's own that it has, for example `openai-responses`. */
  readonly dialects: readonly Dialect[]
  readonly acceptsPrefill: boolean
  readonly reportsLogprobs: boolean
  /** Requests that it works on at once; more wait in the fair queue. */
  readonly concurrency: number
  /** Requests that may wait; more are shed. */
  readonly mostWaiting: number
  /** Output tokens at most where the client names no cap; sent upstream. */
  readonly outputCap: number
  /** Longest prompt and answer, in tokens, where known. */
  readonly contextTokens: number | null
  /** Only descriptive: nothing in the code assumes a vendor's chip. */
  readonly accelerator: { readonly name: string; readonly count: number; readonly watts: number | null } | null
}

/** How many days closed requests and audit entries are kept; null: for ever. */
export interface Retention {
  readonly ledgerDays: number | null
  readonly auditDays: number | null
}

/** What is in force. Immutable; a change makes a new one. */
export interface Snapshot {
  readonly version: number
  readonly pools: ReadonlyMap<string, Pool>
  readonly routes: ReadonlyMap<string, Route>
  readonly prices: PriceBook
  readonly pricesList: readonly DatedPrice[]
  /** Private networks that upstream addresses may lie in, as CIDR (`10.0.0.0/8`, `127.0.0.1/32`). */
  readonly allowedNetworks: readonly string[]
}

/** Keeps the snapshot new: a change by any process is seen within a second, within five where a notification is lost. */
export interface ConfigurationSource {
  readonly current: Snapshot
  onChange(listener: (snapshot: Snapshot) => void): () => void
  /** The secret of a credential, decrypted. Throws `no_such_credential`. */
  secretOf(credential: string): Promise<string>
  close(): Promise<void>
}
