/** Makes of a call what its attempts need: targets with their upstreams, caps and worst costs. */
import type { Nano } from "@daydream/engine/money"
import type { CallFacts, Dialect, RequestClass } from "../call/index.ts"
import type { Pool, Snapshot } from "../configuration/index.ts"
import { worstCharge } from "../price/index.ts"
import type { Price } from "../price/index.ts"
import { targetKey } from "../routing/index.ts"
import type { PoolAbilities, Route } from "../routing/index.ts"
import type { Upstream } from "../upstream/index.ts"
import { outputCapOf } from "./settle.ts"

export interface TargetPlan {
  readonly pool: Pool
  readonly upstream: Upstream
  readonly dialect: Dialect
  readonly outputCap: number
  readonly price: Price | undefined
  readonly mostCost: Nano
  /** True where the upstream runs within this process and says itself what an answer cost. */
  readonly tellsCost?: boolean
}

export interface CallPlan {
  readonly route: Route
  /** By `pool/model`. */
  readonly targets: ReadonlyMap<string, TargetPlan>
  readonly pools: ReadonlyMap<string, PoolAbilities>
  readonly costs: ReadonlyMap<string, Nano>
  /** Price of the name that the client said; undefined: the price of the target that answers. */
  readonly chargePrice: Price | undefined
  readonly mostCharge: Nano
  readonly mostTokens: number
  readonly requestClass: RequestClass
}

/** Interfaces that a call can be put into, its own first. */
const dialectsOf: Readonly<Record<CallFacts["api"], readonly Dialect[]>> = {
  "chat": ["openai-chat", "anthropic-messages", "openai-responses"],
  "responses": ["openai-responses", "openai-chat", "anthropic-messages"],
  "messages": ["anthropic-messages", "openai-chat", "openai-responses"],
  "count-tokens": [],
  "embeddings": ["openai-embeddings"],
  "function": [],
}
export const dialectsFor = (call: CallFacts): readonly Dialect[] => dialectsOf[call.api]

export interface PlanSources {
  readonly snapshot: Snapshot
  readonly upstreams: (pool: Pool) => Upstream
  readonly at: Date
  readonly requestClass: RequestClass
}

/** Plans a call along its route. Targets without a pool, or whose pool does not speak the interface, are left out. */
export function planCall(call: CallFacts, route: Route, sources: PlanSources): CallPlan {
  const { snapshot, at } = sources
  const wanted = dialectsFor(call)
  const targets = new Map<string, TargetPlan>()
  const pools = new Map<string, PoolAbilities>()
  const costs = new Map<string, Nano>()
  const chargePrice = snapshot.prices.priceAt("charge", call.model, at)
  let mostCharge = 0n
  let mostCap = 0
  for (const target of route.targets) {
    const pool = snapshot.pools.get(target.pool)
    if (pool === undefined) continue
    const upstream = sources.upstreams(pool)
    const dialect = wanted.find((one) => upstream.dialects.includes(one))
    if (dialect === undefined) continue
    const key = targetKey(target)
    const price = snapshot.prices.priceAt("cost", key, at)
    const outputCap = outputCapOf(call, pool)
    const caps = { mostInputTokens: call.mostInputTokens, outputCap, choices: call.choices }
    const mostCost = price === undefined ? 0n : worstCharge(caps, price)
    const most = chargePrice === undefined ? mostCost : worstCharge(caps, chargePrice)
    if (most > mostCharge) mostCharge = most
    if (outputCap > mostCap) mostCap = outputCap
    costs.set(key, mostCost)
    targets.set(key, { pool, upstream, dialect, outputCap, price, mostCost })
    pools.set(pool.name, {
      dialects: upstream.dialects, acceptsPrefill: upstream.acceptsPrefill, contextTokens: pool.contextTokens,
    })
  }
  return {
    route, targets, pools, costs, chargePrice, mostCharge, requestClass: sources.requestClass,
    mostTokens: call.mostInputTokens + mostCap * call.choices,
  }
}
