/** What a gateway is made of. Everything is passed in: it opens no database and reads no environment. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Tracer } from "@opentelemetry/api"
import type { ConfigurationSource, Pool } from "../configuration/index.ts"
import type { Ledger } from "../ledger/index.ts"
import type { Log, Metrics, MetricsSources } from "../observability/index.ts"
import type { Replies } from "../replies/index.ts"
import type { HealthBoard } from "../routing/index.ts"
import type { Authenticator } from "../tenancy/index.ts"
import type { Upstream } from "../upstream/index.ts"
import type { FunctionHost } from "./function-host.ts"

/** Bounds that keep the process well. */
export interface GatewayLimits {
  readonly bodyBytes: number
  /** Bytes of all request bodies that are held at once; more calls are shed. */
  readonly bodyBytesInFlight: number
  readonly openRequests: number
  /** Connections, idle ones too; further ones are dropped. */
  readonly connections: number
  /** Largest whole or held-back answer of an upstream. */
  readonly answerBytes: number
  readonly headersMs: number
  /** From the first byte of a request to the last of its body. */
  readonly requestMs: number
  /** A client that takes nothing for so long counts as gone. */
  readonly clientStallMs: number
  readonly idleConnectionMs: number
  /** A stream that is silent for so long (up to twice) gets a comment; 0: never. */
  readonly heartbeatMs: number
}

export const defaultLimits: GatewayLimits = {
  bodyBytes: 32 << 20, bodyBytesInFlight: 512 << 20, openRequests: 4096, connections: 16_384, answerBytes: 64 << 20, headersMs: 15_000,
  requestMs: 60_000, clientStallMs: 60_000, idleConnectionMs: 65_000,
  heartbeatMs: 10_000,
}

export interface GatewayParts {
  readonly authenticator: Authenticator
  readonly ledger: Ledger
  readonly configuration: ConfigurationSource
  /** The upstream of a pool; kept by its maker. Asked anew for each call, so it must be cheap. */
  readonly upstreams: (pool: Pool) => Upstream
  readonly functions?: FunctionHost
  readonly replies: Replies
  readonly metrics: Metrics & { connect?(sources: MetricsSources): void }
  readonly log: Log
  readonly tracer?: Tracer
  /** Milliseconds since epoch. */
  readonly now: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly limits?: Partial<GatewayLimits>
  /** Who may read `/metrics`: `guarded` (the default): loopback without a proxy's mark, or an admin key; `open`: all. */
  readonly metricsAccess?: "guarded" | "open"
  /** Answers requests of the admin API; false where the path is not its own. */
  readonly admin?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  /** Takes over connections that ask for another protocol (WebSocket); without it, none does. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Further conditions of `/readyz`. */
  readonly isReady?: () => Promise<boolean>
}

/** A running gateway. */
export interface Gateway {
  /** Breakers and speeds of targets; replicas exchange its changes. */
  readonly health: HealthBoard
  /** Calls that pools work on in this process, and that wait for them; pools that were never called are absent. */
  queues(): Iterable<{ readonly pool: string; readonly waiting: number; readonly running: number }>
  /** Answers one request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  listen(options: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>
  /**
   * Takes no new requests, lets open ones finish for `graceMs`, ends the rest with an error, and waits until the ledger
   * has everything.
   */
  shutdown(options: { readonly graceMs: number }): Promise<void>
}
