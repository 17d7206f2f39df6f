/** Plans calls of AI functions: as chat models, and by rows. */
import type { Nano } from "@daydream/engine/money"
import type { CallFacts, JsonObject, RequestClass } from "../call/index.ts"
import type { Pool, Snapshot } from "../configuration/index.ts"
import { worstCharge } from "../price/index.ts"
import type { Price } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import { encodeCall } from "../wire/index.ts"
import type { ServedFunction } from "./function-host.ts"
import { functionUpstream, rowOfChat } from "./function-upstream.ts"
import type { CallPlan } from "./plan-call.ts"

/** Models of this name are functions; no pool may have it. */
export const functionPool = "function"
export const functionPrefix = `${functionPool}/`

/** Where functions run: this process. Their variants hold back by themselves what they call. */
export const poolOfFunctions: Pool = {
  name: functionPool, kind: "embedded", addresses: [], models: [], credential: null, dialects: [], acceptsPrefill: false,
  reportsLogprobs: false, concurrency: 16, mostWaiting: 1024, outputCap: 4096, contextTokens: null, accelerator: null,
}

const hour = 3_600_000
export const functionTimeouts = { connectMs: hour, firstTokenMs: hour, stallMs: hour, totalMs: hour }

export interface FunctionSources {
  readonly served: ServedFunction
  readonly snapshot: Snapshot
  readonly now: () => number
  readonly requestClass: RequestClass
}

/** Plans a chat with a function. Throws `bad_request` where the message is no row of it. */
export function planFunctionChat(call: CallFacts, { served, snapshot, now, requestClass }: FunctionSources): CallPlan {
  const outputCap = Math.min(call.outputCap ?? poolOfFunctions.outputCap, poolOfFunctions.outputCap)
  const text = encodeCall(call, { dialect: "openai-chat", model: served.name, outputCap })
  const rows = [rowOfChat(served, JSON.parse(text) as JsonObject)]
  const mostCost = served.mostCost(rows)
  const most = mostTokensOf(served, rows)
  const chargePrice = snapshot.prices.priceAt("charge", call.model, new Date(now()))
  const upstream = functionUpstream(served, now)
  const key = `${functionPrefix}${served.name}`
  const route: Route = {
    name: call.model, strategy: "single", targets: [{ pool: functionPool, model: served.name, weight: 1 }],
    mode: "stream", attempts: 1, timeouts: functionTimeouts, continues: false,
  }
  return {
    route, requestClass, chargePrice,
    targets: new Map([[key, {
      pool: poolOfFunctions, upstream, dialect: "openai-chat" as const, outputCap, price: undefined, mostCost, tellsCost: true,
    }]]),
    pools: new Map([[functionPool, { dialects: upstream.dialects, acceptsPrefill: false, contextTokens: null }]]),
    costs: new Map([[key, mostCost]]),
    mostCharge: chargePrice === undefined ? mostCost
      : worstCharge({ mostInputTokens: most.input, outputCap: most.output, choices: 1 }, chargePrice),
    mostTokens: most.input + most.output,
  }
}

/** The most tokens that a run of rows reports. */
export const mostTokensOf = (served: ServedFunction, rows: readonly JsonObject[]): { readonly input: number; readonly output: number } =>
  served.mostTokens?.(rows) ?? { input: Buffer.byteLength(JSON.stringify(rows)), output: poolOfFunctions.outputCap * rows.length }

/** The most that rows are charged: all their tokens, one request's price for each row. */
export function mostRowsCharge(rows: number, most: { readonly input: number; readonly output: number }, mostCost: Nano, price: Price | undefined): Nano {
  if (price === undefined) return mostCost
  const whole = worstCharge({ mostInputTokens: most.input, outputCap: most.output, choices: 1 }, price)
  return whole + (price.perRequest ?? 0n) * BigInt(rows - 1)
}
