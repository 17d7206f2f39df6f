/** Model servers by address: anything with an OpenAI-compatible API, and Anthropic. */
import { Pool as Connections } from "undici"
import type { Dialect } from "../call/index.ts"
import type { Pool } from "../configuration/index.ts"
import { checkAddress, createConnector } from "./address.ts"
import type { ConnectorOptions } from "./address.ts"
import { createExchange } from "./exchange.ts"
import { UpstreamFault } from "./fault.ts"
import { createReplicas } from "./replicas.ts"
import type { Replica } from "./replicas.ts"
import type { Upstream, UpstreamRequest } from "./upstream.ts"

export interface HttpUpstreamOptions extends ConnectorOptions {
  readonly pool: Pick<Pool, "kind" | "addresses" | "dialects" | "acceptsPrefill" | "concurrency">
  /** The credential's secret, asked for each call, so that a rotated one is used at once; null: none is sent. */
  readonly secret: () => Promise<string | null>
  /** Longest answer in bytes; default 64 MiB. */
  readonly mostAnswerBytes?: number
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number
}

const paths: Readonly<Record<Dialect, string>> = {
  "openai-chat": "/chat/completions", "openai-responses": "/responses", "openai-embeddings": "/embeddings", "anthropic-messages": "/messages",
}

/** Set by us alone, whatever a client sends. */
const ownHeaders = new Set(["host", "authorization", "x-api-key", "api-key", "content-length", "transfer-encoding", "connection", "content-type",
  "accept", "accept-encoding", "cookie", "expect", "upgrade", "te", "trailer", "keep-alive", "proxy-authorization", "x-request-id", "user-agent"])

function headersOf(kind: "openai" | "anthropic", request: UpstreamRequest, secret: string | null): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/json", accept: request.isStream ? "text/event-stream" : "application/json",
    "user-agent": "daydream-fabric", "x-request-id": request.requestId,
  }
  if (kind === "anthropic") headers["anthropic-version"] = "2023-06-01"
  for (const name in request.headers) {
    const lower = name.toLowerCase()
    if (!ownHeaders.has(lower)) headers[lower] = request.headers[name] as string
  }
  if (secret !== null) {
    if (kind === "anthropic") headers["x-api-key"] = secret
    else headers["authorization"] = `Bearer ${secret}`
  }
  return headers
}

interface Server {
  readonly connections: Connections
  readonly basePath: string
}

/**
 * Makes the upstream of a pool of servers. Connections are kept and used one request at a time, for each address as many as
 * the pool's `concurrency`. A request that cannot have reached an address (no connection came about) goes to the next one
 * at once; what may have been read is never sent twice. Throws `upstream_address_refused`, `bad_network`.
 */
export function createHttpUpstream(options: HttpUpstreamOptions): Upstream {
  const { pool, now = Date.now, mostAnswerBytes = 64 * 1024 * 1024 } = options
  const kind = pool.kind === "anthropic" ? "anthropic" : "openai"
  const connect = createConnector(options)
  const urls = pool.addresses.map((address) => checkAddress(address, options.allowedNetworks))
  const servers = urls.map((url): Server => ({
    connections: new Connections(url.origin, {
      connect, connections: Math.max(1, pool.concurrency), pipelining: 1, allowH2: false,
      // Servers on uvicorn close after 5 s without a word of it: leave before them.
      keepAliveTimeout: 4000, keepAliveMaxTimeout: 60_000, headersTimeout: 0, bodyTimeout: 0,
    }),
    basePath: url.pathname.replace(/\/+$/, ""),
  }))
  const hosts = urls.flatMap((url) => [url.host, url.hostname])
  const replicas = createReplicas(servers, now)
  const own: readonly Dialect[] = kind === "anthropic" ? ["anthropic-messages"] : ["openai-chat", "openai-embeddings"]

  const attempt: (replica: Replica<Server>, request: UpstreamRequest, secret: string | null, call: Parameters<Upstream["call"]>[1]) =>
  ReturnType<typeof createExchange> = (replica, request, secret, { signal, timeouts }) => {
    const exchange = createExchange({
      isStream: request.isStream, signal, timeouts, mostAnswerBytes, now,
      secrets: { secret, hosts, body: request.body, model: request.model },
      onClosed: () => replicas.release(replica),
    })
    if (!signal.aborted) {
      replica.server.connections.dispatch({
        method: "POST", path: replica.server.basePath + paths[request.dialect], headers: headersOf(kind, request, secret), body: request.body,
      }, exchange.handler)
    }
    return exchange
  }

  return {
    dialects: [...new Set([...own, ...pool.dialects])],
    acceptsPrefill: pool.acceptsPrefill,
    call: async (request, call) => {
      const secret = await options.secret()
      const tried = new Set<Replica<Server>>()
      const deadline = performance.now() + call.timeouts.connectMs
      let failed: UpstreamFault | null = null
      for (;;) {
        const replica = replicas.take(tried)
        const left = deadline - performance.now()
        if (replica === null || (failed !== null && left <= 0)) {
          if (replica !== null) replicas.release(replica)
          throw failed ?? new UpstreamFault({ kind: "connect", message: "The pool has no address.", afterFirstToken: false })
        }
        tried.add(replica)
        const timeouts = failed === null ? call.timeouts : { ...call.timeouts, connectMs: Math.max(1, left) }
        const exchange = attempt(replica, request, secret, { signal: call.signal, timeouts })
        try {
          const response = await exchange.response
          replicas.report(replica, true)
          return response
        } catch (error) {
          if (!(error instanceof UpstreamFault)) throw error
          if (exchange.isSent) replicas.report(replica, true)
          else if (error.failure.kind !== "total-timeout") replicas.report(replica, false)
          if (exchange.isSent || call.signal.aborted) throw error
          failed = error
        }
      }
    },
    close: async () => {
      await Promise.all(servers.map(({ connections }) => connections.close()))
    },
  }
}
