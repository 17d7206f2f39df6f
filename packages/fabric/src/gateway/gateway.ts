/** The gateway: HTTP in front of everything. Straight on `node:http`, since every call passes here. */
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { isDaydreamError } from "@daydream/engine/errors"
import { InFlight } from "../in-flight/index.ts"
import { createHealthBoard, targetKey } from "../routing/index.ts"
import type { Snapshot } from "../configuration/index.ts"
import { statusOf, wireErrors } from "../wire/index.ts"
import { createAdmission } from "./admission.ts"
import type { Admission } from "./admission.ts"
import type { GatewayCore } from "./call-run.ts"
import { PendingClosings } from "./close-surely.ts"
import { authorise } from "./credentials.ts"
import { matchEndpoint, pathOf } from "./endpoints.ts"
import type { Endpoint } from "./endpoints.ts"
import { Exchange } from "./exchange.ts"
import { defaultLimits } from "./parts.ts"
import type { Gateway, GatewayParts } from "./parts.ts"
import { createPoolGates } from "./pool-gates.ts"
import { checkBodyHeaders, readBody, shedRetryMs } from "./read-body.ts"
import { eventStream } from "./relay-stream.ts"
import { serveCall } from "./serve-call.ts"
import { serveFunction } from "./serve-function.ts"
import { serveMetrics, serveModel, serveModels, serveReadiness, serveTokenCount } from "./serve-others.ts"

const lastWaitMs = 10_000

/** Builds a gateway of its parts. It serves nothing until `listen`, or until a server hands it requests. */
export function createGateway(parts: GatewayParts): Gateway {
  return new NodeGateway(parts)
}

class NodeGateway implements Gateway {
  readonly #core: GatewayCore
  readonly #admission: Admission
  readonly #open = new InFlight<string, Exchange>()
  readonly #unfollow: () => void
  #server: Server | null = null
  #isClosing = false
  readonly #heartbeat: NodeJS.Timeout | undefined

  constructor(parts: GatewayParts) {
    const limits = { ...defaultLimits, ...parts.limits }
    const gates = createPoolGates(parts.now)
    const health = createHealthBoard({
      now: parts.now, replica: parts.ledger.holder, isSaturated: (target) => gates.isSaturated(target),
    })
    this.#core = { parts, limits, gates, health, closings: new PendingClosings(), startedAt: parts.now() }
    this.#admission = createAdmission(limits)
    if (limits.heartbeatMs > 0) this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs).unref()
    this.#unfollow = parts.configuration.onChange((snapshot) => {
      gates.follow(snapshot)
      health.retain(targetsOf(snapshot))
    })
    parts.metrics.connect?.({
      openRequests: () => this.#admission.openRequests, bytesInFlight: () => this.#admission.bytesInFlight,
      queues: () => gates.states(),
      breakers: () => health.health.entries().map(([target, { breaker }]) => ({ target, state: breaker })),
    })
  }

  get health() { return this.#core.health }

  queues() { return this.#core.gates.states() }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { parts, limits } = this.#core
    const exchange = new Exchange(request, response, { startedAt: parts.now(), clientStallMs: limits.clientStallMs })
    try {
      await this.#serve(exchange)
    } catch (error) {
      this.#tell(exchange, error)
    }
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    const { parts } = this.#core
    const path = pathOf(request.url ?? "")
    const method = request.method ?? ""
    const match = matchEndpoint(method, path)
    switch (match.kind) {
      case "health": return exchange.sendJson(200, { status: "ok" })
      case "ready": return serveReadiness(this.#core, exchange, this.#isClosing)
      case "metrics": return serveMetrics(this.#core, exchange)
      case "none":
        if (parts.admin !== undefined && await parts.admin(request, response)) return
        throw wireErrors.not_found({ method, path: shown(path) })
      case "wrong-method":
        exchange.headers["allow"] = match.allowed
        throw wireErrors.method_not_allowed({ method, path: shown(path), allowed: match.allowed })
      default: return this.#admitted(exchange, match)
    }
  }

  /** Serves what needs a key, within the bounds of this process. */
  async #admitted(exchange: Exchange, endpoint: Endpoint): Promise<void> {
    exchange.api = apiOf(endpoint, exchange.request)
    // Where Anthropic's clients look for it.
    if (exchange.api === "messages" || exchange.api === "count-tokens") exchange.headers["request-id"] = exchange.requestId
    if (this.#isClosing) {
      exchange.headers["connection"] = "close"
      throw wireErrors.shutting_down({})
    }
    if (!this.#admission.enter()) {
      this.#core.parts.metrics.shed("open-requests")
      throw wireErrors.overloaded({ retryAfterMs: shedRetryMs })
    }
    this.#open.set(exchange.requestId, exchange)
    try {
      await this.#withKey(exchange, endpoint)
    } catch (error) {
      // Told here, so that shutting down waits for the answer too.
      this.#tell(exchange, error)
    } finally {
      this.#open.delete(exchange.requestId)
      this.#admission.leave()
    }
  }

  async #withKey(exchange: Exchange, endpoint: Endpoint): Promise<void> {
    const core = this.#core
    const principal = await authorise(core.parts.authenticator, exchange.request, "inference")
    if (endpoint.kind === "models") return serveModels(core, exchange, principal)
    if (endpoint.kind === "model") return serveModel(core, exchange, principal, endpoint.id)
    checkBodyHeaders(exchange.request, core.limits.bodyBytes)
    const { json, heldBytes } = await readBody(exchange.request, this.#admission, core.limits.bodyBytes)
    try {
      if (endpoint.kind === "call") return await serveCall(core, exchange, { api: endpoint.api, json, principal })
      if (endpoint.kind === "count-tokens") return await serveTokenCount(core, exchange, principal, json)
      if (endpoint.kind === "function") return await serveFunction(core, exchange, { name: endpoint.name, json, principal })
    } finally {
      this.#admission.free(heldBytes)
    }
  }

  /** Answers with an error; what is a mistake of ours is logged with its place. */
  #tell(exchange: Exchange, error: unknown): void {
    const { log, metrics } = this.#core.parts
    const status = statusOf(error)
    const facts = { requestId: exchange.requestId, api: exchange.api, status }
    metrics.rejected({ api: exchange.api ?? "none", status })
    // What has no status of its own nobody foresaw.
    if (status === 500) log.error({ ...facts, err: error }, "a request failed by a mistake of the program")
    else log.info({ ...facts, code: isDaydreamError(error) ? error.code : null }, "request refused")
    try {
      exchange.sendError(error)
    } catch (err) {
      this.#core.parts.log.error({ err, requestId: exchange.requestId }, "an error could not be told")
      exchange.response.destroy()
    }
  }

  /** Keeps streams alive whose upstream is silent. */
  #beat(): void {
    for (const exchange of this.#open.values()) exchange.beat(eventStream)
  }

  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }> {
    const { limits } = this.#core
    const server = createServer({
      headersTimeout: limits.headersMs, requestTimeout: limits.requestMs, keepAliveTimeout: limits.idleConnectionMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs), maxHeaderSize: 32 << 10, insecureHTTPParser: false,
      noDelay: true, joinDuplicateHeaders: false,
    }, (request, response) => void this.handle(request, response))
    server.maxConnections = limits.connections
    const { upgrade } = this.#core.parts
    if (upgrade !== undefined) server.on("upgrade", upgrade)
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject)
      server.listen(port, host, () => {
        server.off("error", reject)
        resolve()
      })
    })
    return { port: (server.address() as AddressInfo).port }
  }

  async shutdown({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#isClosing = true
    this.#unfollow()
    const server = this.#server
    const closed = server === null ? Promise.resolve() : new Promise<void>((resolve) => server.close(() => resolve()))
    server?.closeIdleConnections()
    await this.#emptied(graceMs)
    for (const exchange of this.#open.values()) exchange.interrupt("shutdown")
    // A database that is away can hold closings back; their leases run out, and whoever lives closes them.
    await this.#emptied(lastWaitMs)
    // Connections end when their last answer is out; one that its client never reads is broken off.
    server?.closeIdleConnections()
    await Promise.race([closed, sleep(1_000, undefined, { ref: false })])
    server?.closeAllConnections()
    await closed
    clearInterval(this.#heartbeat)
    await this.#core.parts.ledger.shutdown()
  }

  /** Waits until no request is open, for so long at most. */
  async #emptied(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; this.#open.size > 0 && performance.now() < end;) await sleep(10)
  }
}

function targetsOf({ pools, routes }: Snapshot): ReadonlySet<string> {
  const targets = new Set<string>()
  for (const pool of pools.values()) for (const model of pool.models) targets.add(targetKey({ pool: pool.name, model }))
  for (const route of routes.values()) for (const target of route.targets) targets.add(targetKey(target))
  return targets
}

/** Paths are a client's own text: only so much of them is told back. */
const shown = (path: string): string => path.length > 200 ? `${path.slice(0, 200)}…` : path

function apiOf(endpoint: Endpoint, request: IncomingMessage): Exchange["api"] {
  switch (endpoint.kind) {
    case "call": return endpoint.api
    case "count-tokens":
    case "function": return endpoint.kind
    default: return request.headers["anthropic-version"] === undefined ? null : "messages"
  }
}
