/** Answers that are given again: to a call with the same `Idempotency-Key`, or to an equal call of a tenant that caches. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { Api, JsonObject } from "../call/index.ts"
import type { QuotaTake } from "../ledger/index.ts"
import { rateLimitHeaders } from "../quota/index.ts"
import { bodyHash } from "../replies/index.ts"
import type { Claim, Reply } from "../replies/index.ts"
import { statusOf } from "../wire/index.ts"
import type { GatewayCore } from "./call-run.ts"
import type { Exchange } from "./exchange.ts"
import { takeRequests } from "./reserve.ts"

export interface KeptRequest {
  readonly tenant: string
  readonly api: Api
  readonly model: string
  readonly body: JsonObject
  /** Null: the tenant does not cache. */
  readonly cacheSeconds: number | null
  /** Quotas of the caller: an answer from the cache takes those of requests. */
  readonly takes: readonly QuotaTake[]
  /** How long to wait for the answer of the first call with this key. */
  readonly mostWaitMs: number
}

/** Headers of an answer that hold for whoever gets it again. */
const keptHeaders = ["x-daydream-model", "x-daydream-attempts"]

/** Where the answer of a call is to be kept. */
export class KeptAnswer {
  readonly #core: GatewayCore
  readonly #exchange: Exchange
  readonly #request: KeptRequest
  readonly #hash: string
  #claim: Claim | null

  constructor(core: GatewayCore, exchange: Exchange, facts: { request: KeptRequest; hash: string; claim: Claim | null }) {
    this.#core = core
    this.#exchange = exchange
    this.#request = facts.request
    this.#hash = facts.hash
    this.#claim = facts.claim
  }

  /** Keeps the answer that the exchange has recorded. */
  succeed(contentType: string): Promise<void> {
    const body = this.#exchange.recorded()
    const headers: Record<string, string> = { "content-type": contentType }
    for (const name of keptHeaders) {
      const value = this.#exchange.headers[name]
      if (value !== undefined) headers[name] = value
    }
    return this.#end(async (claim) => {
      const reply: Reply | null = body === null ? null : { status: 200, headers, body }
      await claim?.keep(reply)
      const { tenant, cacheSeconds } = this.#request
      if (reply !== null && cacheSeconds !== null) await this.#core.parts.replies.cache(tenant, this.#hash, reply, cacheSeconds)
    })
  }

  /** Keeps an error that would come again; else the key is free again. */
  fail(error: unknown): Promise<void> {
    const isDefinite = isDaydreamError(error) && !error.isRetryable && statusOf(error) < 500
    return isDefinite ? this.#end((claim) => claim?.keep(this.#exchange.errorReply(error))) : this.release()
  }

  /** Frees the key. */
  release(): Promise<void> {
    return this.#end((claim) => claim?.release())
  }

  async #end(act: (claim: Claim | null) => Promise<unknown> | undefined): Promise<void> {
    const claim = this.#claim
    this.#claim = null
    try {
      await act(claim)
    } catch (err) {
      // The client gets its answer all the same; only repeating the call is lost.
      this.#core.parts.log.error({ err, requestId: this.#exchange.requestId }, "an answer could not be kept")
    }
  }
}

/** Answers from what is kept, where it is; else says where this call's answer is to be kept; null: nowhere. */
export async function lookUpKept(core: GatewayCore, exchange: Exchange, request: KeptRequest): Promise<KeptAnswer | "answered" | null> {
  const { replies, metrics } = core.parts
  const { tenant, cacheSeconds } = request
  const key = exchange.request.headers["idempotency-key"]
  if (typeof key !== "string" && cacheSeconds === null) return null
  const hash = bodyHash(tenant, request.api, request.model, request.body)
  let claim: Claim | null = null
  if (typeof key === "string") {
    const result = await replies.claim({
      tenant, key, bodyHash: hash, requestId: exchange.requestId, signal: exchange.signal, mostWaitMs: request.mostWaitMs,
    })
    if (result.kind === "replayed") {
      metrics.cacheHit("idempotency")
      sendReply(exchange, result.reply, "idempotent-replayed", "true")
      return "answered"
    }
    claim = result.claim
  }
  // A cache that cannot be read is no reason to fail.
  const reply = cacheSeconds === null ? null : await replies.cached(tenant, hash).catch(() => null)
  if (reply !== null) {
    await takeForHit(core, exchange, request, claim)
    metrics.cacheHit("response")
    await claim?.keep(reply)
    sendReply(exchange, reply, "x-daydream-cache", "hit")
    return "answered"
  }
  exchange.startRecord(replies.mostBytes)
  return new KeptAnswer(core, exchange, { request, hash, claim })
}

/** Refused, the call frees its key: it may come again. */
async function takeForHit(core: GatewayCore, exchange: Exchange, { api, takes }: KeptRequest, claim: Claim | null): Promise<void> {
  try {
    const quotas = await takeRequests(core, exchange.requestId, takes)
    if (quotas.length > 0) Object.assign(exchange.headers, rateLimitHeaders(api, quotas, { now: core.parts.now() }))
  } catch (error) {
    await claim?.release()
    throw error
  }
}

function sendReply(exchange: Exchange, reply: Reply, header: string, value: string): void {
  const { "content-type": type = "application/json", ...headers } = reply.headers
  Object.assign(exchange.headers, headers, { [header]: value })
  exchange.send(reply.status, type, reply.body)
}
