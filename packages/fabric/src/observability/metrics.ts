/** What the gateway counts, for Prometheus. Labels have few values: names of the configuration, never what clients send. */
import { Counter, Gauge, Histogram, Registry } from "prom-client"
import type { MeteredTokens, TokenClass } from "../call/index.ts"
import { labelLimiter } from "./label-limiter.ts"

/** How a request ended, as counted. */
export interface RequestFacts {
  readonly api: string
  /** A name of the configuration, or "unknown". */
  readonly model: string
  readonly tenant: string
  readonly outcome: string
  readonly status: number
  readonly seconds: number
  readonly tokens: MeteredTokens
  /** In whole units of the price book's currency. */
  readonly charge: number
  readonly attempts: number
}

export interface AttemptFacts {
  readonly pool: string
  readonly outcome: string
  readonly seconds: number
  readonly firstTokenSeconds: number | null
  readonly cost: number
}

export interface Metrics {
  request(facts: RequestFacts): void
  attempt(facts: AttemptFacts): void
  shed(reason: string): void
  /** Refused before it was a call: no key, a wrong body, an unknown model. */
  rejected(facts: { readonly api: string; readonly status: number }): void
  /** Refused by a budget or a quota; `code` is the error's. */
  refused(code: string): void
  cacheHit(kind: "response" | "idempotency"): void
  queueWaited(pool: string, seconds: number): void
  ledgerTook(act: "open" | "close", seconds: number): void
  /** The text that `/metrics` answers. */
  text(): Promise<string>
  readonly contentType: string
}

/** Asked whenever metrics are read. */
export interface MetricsSources {
  readonly openRequests: () => number
  readonly bytesInFlight: () => number
  readonly queues: () => Iterable<{ readonly pool: string; readonly waiting: number; readonly running: number }>
  readonly breakers: () => Iterable<{ readonly target: string; readonly state: "closed" | "open" | "half-open" }>
}

export interface MetricsOptions {
  /** Adds a tenant label to requests and charges: off unless set, since its values grow with the customers. */
  readonly byTenant?: boolean
  /** Different values of each label at most; further ones count as "other". */
  readonly mostLabelValues?: number
}

const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const breakerValues = { "closed": 0, "half-open": 1, "open": 2 } as const
const tokenClasses: readonly TokenClass[] =
  ["input", "cachedInput", "cacheWrite", "imageInput", "audioInput", "output", "reasoning", "audioOutput"]

/** Metrics in a registry of their own. `connect` gives the sources that are read on demand. */
export function createMetrics(options: MetricsOptions = {}): Metrics & { connect(sources: MetricsSources): void } {
  const registry = new Registry()
  const tenantLabel = options.byTenant === true ? ["tenant"] : []
  const limit = labelLimiter(options.mostLabelValues ?? 200)
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `daydream_${name}`, help, labelNames, registers: [registry] })
  const histogram = (name: string, help: string, labelNames: string[], buckets = durations) =>
    new Histogram({ name: `daydream_${name}`, help, labelNames, buckets, registers: [registry] })
  const requests = counter("requests_total", "Requests by how they ended", ["api", "model", "outcome", "status", ...tenantLabel])
  const seconds = histogram("request_seconds", "Duration of requests", ["api", "model"])
  const tokens = counter("tokens_total", "Tokens charged, by class", ["model", "class", "estimated", ...tenantLabel])
  const charges = counter("charge_total", "Charges, in units of the price book's currency", ["model", ...tenantLabel])
  const failovers = counter("failed_over_attempts_total", "Attempts beyond the first of a request", ["model"])
  const attempts = counter("attempts_total", "Attempts at upstreams by how they ended", ["pool", "outcome"])
  const attemptSeconds = histogram("attempt_seconds", "Duration of attempts", ["pool"])
  const firstToken = histogram("first_token_seconds", "From dispatch to the first token", ["pool"])
  const costs = counter("cost_total", "Costs of upstreams, in units of the price book's currency", ["pool"])
  const sheds = counter("shed_total", "Requests turned away to keep the gateway well", ["reason"])
  const rejections = counter("rejected_total", "Requests that were refused before they became calls", ["api", "status"])
  const refusals = counter("refused_total", "Requests refused by a budget or a quota", ["code"])
  const hits = counter("kept_answers_total", "Answers given again instead of made anew", ["kind"])
  const waits = histogram("queue_wait_seconds", "Waiting for a place in a pool", ["pool"])
  const ledger = histogram("ledger_seconds", "From handing an entry to the ledger until it is durable", ["act"],
    [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5])
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    connect: (sources) => connect(registry, sources),
    request(facts) {
      const model = limit("model", facts.model)
      const tenant = options.byTenant === true ? { tenant: limit("tenant", facts.tenant) } : undefined
      requests.inc({ api: facts.api, model, outcome: facts.outcome, status: facts.status, ...tenant })
      seconds.observe({ api: facts.api, model }, facts.seconds)
      if (facts.charge > 0) charges.inc({ model, ...tenant }, facts.charge)
      if (facts.attempts > 1) failovers.inc({ model }, facts.attempts - 1)
      const estimated = String(facts.tokens.isEstimated)
      for (const name of tokenClasses)
        if (facts.tokens[name] > 0) tokens.inc({ model, class: name, estimated, ...tenant }, facts.tokens[name])
    },
    attempt(facts) {
      const pool = limit("pool", facts.pool)
      attempts.inc({ pool, outcome: facts.outcome })
      attemptSeconds.observe({ pool }, facts.seconds)
      if (facts.firstTokenSeconds !== null) firstToken.observe({ pool }, facts.firstTokenSeconds)
      if (facts.cost > 0) costs.inc({ pool }, facts.cost)
    },
    shed: (reason) => sheds.inc({ reason }),
    rejected: (facts) => rejections.inc({ api: facts.api, status: facts.status }),
    refused: (code) => refusals.inc({ code: limit("code", code) }),
    cacheHit: (kind) => hits.inc({ kind }),
    queueWaited: (pool, waited) => waits.observe({ pool: limit("pool", pool) }, waited),
    ledgerTook: (act, took) => ledger.observe({ act }, took),
  }
}

/** Gauges that are read when metrics are. */
function connect(registry: Registry, sources: MetricsSources): void {
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) =>
    new Gauge({ name: `daydream_${name}`, help, labelNames, registers: [registry], collect() { collect(this) } })
  gauge("open_requests", "Requests under way", [], (g) => g.set(sources.openRequests()))
  gauge("body_bytes_in_flight", "Bytes of request bodies that are held", [], (g) => g.set(sources.bytesInFlight()))
  gauge("queue_waiting", "Calls that wait for a place in a pool", ["pool"], (g) => {
    g.reset()
    for (const { pool, waiting } of sources.queues()) g.set({ pool }, waiting)
  })
  gauge("queue_running", "Calls that a pool works on", ["pool"], (g) => {
    g.reset()
    for (const { pool, running } of sources.queues()) g.set({ pool }, running)
  })
  gauge("breaker_state", "Circuit breaker of a target: 0 closed, 1 half open, 2 open", ["target"], (g) => {
    g.reset()
    for (const { target, state } of sources.breakers()) g.set({ target }, breakerValues[state])
  })
}
