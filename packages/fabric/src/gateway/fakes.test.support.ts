/** Parts of a gateway that remember what they were told, for tests of its pipeline. */
import { defineErrors } from "@daydream/engine/errors"
import { noTokens } from "../call/index.ts"
import type { ConfigurationSource, Pool, Snapshot } from "../configuration/index.ts"
import type { AttemptClosing, AttemptOpening, Ledger, QuotaTake, RequestClosing, RequestOpening } from "../ledger/index.ts"
import { createMetrics, silentLog } from "../observability/index.ts"
import { createPriceBook } from "../price/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { Replies, Reply } from "../replies/index.ts"
import type { AttemptFailure, Route } from "../routing/index.ts"
import type { Authenticator, Principal } from "../tenancy/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import type { Upstream, UpstreamRequest, UpstreamResponse } from "../upstream/index.ts"
import { createGateway } from "./index.ts"
import type { Gateway, GatewayParts } from "./index.ts"

const fakeErrors = defineErrors({
  invalid_api_key: { en: () => ({ message: "The key is not valid." }), zh: () => ({ message: "密钥无效。" }) },
  budget_exceeded: { en: () => ({ message: "The budget is used up." }), zh: () => ({ message: "预算已用尽。" }) },
})

export interface FakeLedger extends Ledger {
  readonly openings: RequestOpening[]
  readonly taken: QuotaTake[]
  readonly attempts: Map<string, AttemptOpening>
  readonly attemptClosings: Map<string, AttemptClosing>
  readonly closings: Map<string, RequestClosing>
  /** Refuses what would reserve more; null: no limit. */
  limit: bigint | null
  /** Thrown by the next opening. */
  trouble: Error | null
  isShut: boolean
  /** The one request that was made, closed. */
  only(): Promise<RequestClosing>
}

export function fakeLedger(): FakeLedger {
  const closings = new Map<string, RequestClosing>()
  const attemptClosings = new Map<string, AttemptClosing>()
  const attempts = new Map<string, AttemptOpening>()
  const closeAttempt = (attempt: AttemptClosing) => {
    if (!attempts.has(attempt.attemptId)) throw new Error("an attempt was closed that was never opened")
    if (attemptClosings.has(attempt.attemptId)) throw new Error("an attempt was closed twice")
    attemptClosings.set(attempt.attemptId, attempt)
  }
  const ledger: FakeLedger = {
    holder: "test", openings: [], taken: [], attempts, attemptClosings, closings, limit: null, trouble: null, isShut: false,
    async open(opening) {
      const { trouble } = ledger
      ledger.trouble = null
      if (trouble !== null) throw trouble
      if (ledger.limit !== null && opening.mostCharge > ledger.limit) throw fakeErrors.budget_exceeded({})
      ledger.openings.push(opening)
      attempts.set(opening.attempt.attemptId, opening.attempt)
      return { quotas: opening.quotas.map((take) => ({ ...take, remaining: take.limit - take.amount, resetMs: 1000 })) }
    },
    async take(quotas) {
      ledger.taken.push(...quotas)
      const { trouble } = ledger
      ledger.trouble = null
      if (trouble !== null) throw trouble
      return { quotas: quotas.map((take) => ({ ...take, remaining: take.limit - take.amount, resetMs: 1000 })) }
    },
    async openAttempt(_, attempt) { attempts.set(attempt.attemptId, attempt) },
    async closeAttempt(_, attempt) { closeAttempt(attempt) },
    async close(closing) {
      const isFirst = !closings.has(closing.requestId)
      if (isFirst) closings.set(closing.requestId, closing)
      if (isFirst && closing.attempt !== undefined) closeAttempt(closing.attempt)
      return { isFirst }
    },
    async adjust() { /* nothing to correct here */ },
    async shutdown() { ledger.isShut = true },
    async only() {
      for (let tries = 0; closings.size === 0 && tries < 400; tries++) await new Promise((resolve) => setTimeout(resolve, 5))
      const [closing] = closings.values()
      if (closing === undefined || closings.size !== 1) throw new Error(`${closings.size} requests were closed`)
      return closing
    },
  }
  return ledger
}

export const pool = (change: Partial<Pool> = {}): Pool => ({
  name: "gpu", kind: "openai", addresses: [], models: ["big"], credential: null, dialects: [], acceptsPrefill: true,
  reportsLogprobs: true, concurrency: 4, mostWaiting: 2, outputCap: 100, contextTokens: null, accelerator: null, ...change,
})

export const route = (change: Partial<Route> = {}): Route => ({
  name: "chat", strategy: "fallback", targets: [{ pool: "gpu", model: "big", weight: 1 }], mode: "stream", attempts: 3,
  timeouts: { connectMs: 1_000, firstTokenMs: 2_000, stallMs: 2_000, totalMs: 10_000 }, continues: false, ...change,
})

export const principal = (change: Partial<Principal> = {}): Principal => ({
  keyId: "k1", tenantPath: ["acme", "root"], scopes: new Set(["inference"]), requestClass: "interactive", quotas: [],
  mayUse: (model) => model !== "hidden",
  tenant: {
    id: "acme", parentId: "root", title: "Acme", isSuspended: false, billing: "postpaid", quotas: [], models: null,
    recordsContent: false, responseCacheSeconds: null, weight: 1,
  }, ...change,
})

export type Answering = (request: UpstreamRequest, signal: AbortSignal, attempt: number) =>
  UpstreamResponse | Promise<UpstreamResponse>

export interface FakeUpstream extends Upstream {
  readonly requests: UpstreamRequest[]
  /** Signals that were aborted while their call was under way, with the time. */
  readonly aborted: number[]
}

export function fakeUpstream(answer: Answering, change: Partial<Upstream> = {}): FakeUpstream {
  const requests: UpstreamRequest[] = []
  const aborted: number[] = []
  return {
    dialects: ["openai-chat", "openai-embeddings"], acceptsPrefill: true, requests, aborted,
    async call(request, { signal }) {
      requests.push(request)
      signal.addEventListener("abort", () => aborted.push(performance.now()))
      return answer(request, signal, requests.length)
    },
    close: async () => undefined, ...change,
  }
}

const encoder = new TextEncoder()

/** A whole answer of `words`, with usage. */
export const whole = (words: readonly string[]): UpstreamResponse => json({
  id: "chatcmpl-1", object: "chat.completion", created: 1, model: "big-2025",
  choices: [{ index: 0, message: { role: "assistant", content: words.join(""), refusal: null }, finish_reason: "stop", logprobs: null }],
  usage: { prompt_tokens: 7, completion_tokens: words.length, total_tokens: 7 + words.length },
})

export const json = (value: unknown): UpstreamResponse => ({
  status: 200, headers: { "content-type": "application/json" },
  body: (async function* () { yield encoder.encode(JSON.stringify(value)) })(),
})

const event = (delta: object, finish: string | null = null, more: object = {}) => `data: ${JSON.stringify({
  id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "big-2025",
  choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }], ...more,
})}\n\n`

export const opening = event({ role: "assistant", content: "" })
export const word = (text: string) => event({ content: text })
export const ending = (output: number, usage = true) => event({}, "stop") +
  (usage ? event({}, null, { choices: [], usage: { prompt_tokens: 7, completion_tokens: output, total_tokens: 7 + output } }) : "") +
  "data: [DONE]\n\n"

/** A stream of pieces; a function among them is awaited. */
export function stream(pieces: readonly (string | ((signal: AbortSignal) => unknown))[], signal: AbortSignal): UpstreamResponse {
  return {
    status: 200, headers: { "content-type": "text/event-stream" },
    body: (async function* () {
      for (const piece of pieces) {
        if (typeof piece === "string") yield encoder.encode(piece)
        else await piece(signal)
      }
    })(),
  }
}

/** Waits until the call is ended from outside. */
export const forEver = (signal: AbortSignal) => new Promise<never>((_, reject) => {
  if (signal.aborted) reject(signal.reason as Error)
  signal.addEventListener("abort", () => reject(signal.reason as Error))
})

export const fault = (failure: Partial<AttemptFailure>): UpstreamFault =>
  new UpstreamFault({ kind: "reset", message: "It broke.", afterFirstToken: false, ...failure })

/** Replies in memory. */
export function fakeReplies(): Replies {
  const cached = new Map<string, Reply>()
  return {
    mostBytes: 1 << 20,
    claim: async () => ({ kind: "claimed", claim: { keep: async () => true, release: async () => undefined } }),
    cached: async (tenant, hash) => cached.get(`${tenant} ${hash}`) ?? null,
    cache: async (tenant, hash, reply) => void cached.set(`${tenant} ${hash}`, reply),
    sweep: async () => 0,
    close: async () => undefined,
  }
}

export interface Setting {
  readonly upstreams: Readonly<Record<string, Upstream>>
  readonly pools?: readonly Pool[]
  readonly routes?: readonly Route[]
  readonly prices?: readonly DatedPrice[]
  readonly principals?: Readonly<Record<string, Principal>>
  readonly parts?: Partial<GatewayParts>
}

export interface Running extends AsyncDisposable {
  readonly gateway: Gateway
  readonly url: string
  readonly port: number
  readonly ledger: FakeLedger
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>
}

const price = (side: "charge" | "cost", subject: string, input: bigint, output: bigint): DatedPrice =>
  ({ side, subject, validFrom: new Date(0), perMillion: { input, output } })

/** 1,000 nano-units a token of input and 2,000 of output are charged; the upstream costs half. */
export const standardPrices = [
  price("charge", "chat", 1_000_000_000n, 2_000_000_000n), price("cost", "gpu/big", 500_000_000n, 1_000_000_000n),
  price("cost", "spare/big", 500_000_000n, 1_000_000_000n),
]

export async function run(setting: Setting): Promise<Running> {
  const ledger = fakeLedger()
  const pools = setting.pools ?? Object.keys(setting.upstreams).map((name) => pool({ name }))
  const prices = setting.prices ?? standardPrices
  const snapshot: Snapshot = {
    version: 1, pools: new Map(pools.map((one) => [one.name, one])),
    routes: new Map((setting.routes ?? [route()]).map((one) => [one.name, one])),
    prices: createPriceBook("EUR", prices), pricesList: prices, allowedNetworks: [],
  }
  const configuration: ConfigurationSource = {
    current: snapshot, onChange: () => () => undefined, secretOf: async () => "", close: async () => undefined,
  }
  const principals: Readonly<Record<string, Principal>> = { key: principal(), ...setting.principals }
  const authenticator: Authenticator = {
    async authenticate(secret) {
      const found = principals[secret]
      if (found === undefined) throw fakeErrors.invalid_api_key({})
      return found
    },
    async principalOf(keyId) {
      const found = Object.values(principals).find((one) => one.keyId === keyId)
      if (found === undefined) throw fakeErrors.invalid_api_key({})
      return found
    },
    close: async () => undefined,
  }
  const gateway = createGateway({
    authenticator, ledger, configuration, upstreams: (one) => setting.upstreams[one.name] as Upstream,
    replies: fakeReplies(), metrics: createMetrics(), log: silentLog, now: Date.now, random: () => 0.5, ...setting.parts,
  })
  const { port } = await gateway.listen({ host: "127.0.0.1", port: 0 })
  const url = `http://127.0.0.1:${port}`
  const post: Running["post"] = (path, body, headers = {}, signal) => fetch(`${url}${path}`, {
    method: "POST", body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }),
    headers: { "content-type": "application/json", authorization: "Bearer key", ...headers },
  })
  return { gateway, url, port, ledger, post, [Symbol.asyncDispose]: () => gateway.shutdown({ graceMs: 0 }) }
}

/** A chat of one message. */
export const chat = (change: object = {}) => ({ model: "chat", messages: [{ role: "user", content: "Say it." }], ...change })

export { noTokens }
