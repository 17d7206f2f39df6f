/** One call on its way through its attempts. */
import type { CallFacts, MeteredTokens } from "../call/index.ts"
import type { QuotaTake } from "../ledger/index.ts"
import type { RequestSpan } from "../observability/index.ts"
import type { HealthBoard, RoutingContext, Target, TriedAttempt } from "../routing/index.ts"
import type { Principal } from "../tenancy/index.ts"
import type { StreamRelay } from "../wire/index.ts"
import type { PendingClosings } from "./close-surely.ts"
import type { Exchange } from "./exchange.ts"
import type { KeptAnswer } from "./kept-answer.ts"
import type { GatewayLimits, GatewayParts } from "./parts.ts"
import { dialectsFor } from "./plan-call.ts"
import type { CallPlan } from "./plan-call.ts"
import type { PoolGates } from "./pool-gates.ts"

/** What all calls share. */
export interface GatewayCore {
  readonly parts: GatewayParts
  readonly limits: GatewayLimits
  readonly health: HealthBoard
  readonly gates: PoolGates
  readonly closings: PendingClosings
  /** When the gateway was made (ms since epoch). */
  readonly startedAt: number
}

export class CallRun {
  readonly core: GatewayCore
  readonly exchange: Exchange
  readonly call: CallFacts
  readonly principal: Principal
  readonly plan: CallPlan
  readonly takes: readonly QuotaTake[]
  /** Failed attempts, for routing. */
  readonly tried: TriedAttempt[] = []
  /** Attempts that were opened in the ledger. */
  attempts = 0
  /** The attempt that is open in the ledger. */
  attemptId = ""
  /** Tokens of broken attempts whose text the client got. */
  readonly delivered: MeteredTokens[] = []
  /** Of a stream that goes through. */
  relay: StreamRelay | null = null
  /** Where the answer is to be kept; null: nowhere. */
  kept: KeptAnswer | null = null
  span: RequestSpan | null = null
  /** Who answered, for headers and the log. */
  answeredBy: Target | null = null
  /** An error of ours that no target could take away: the call cannot be said in a target's interface. */
  refusal: unknown = null

  constructor(core: GatewayCore, exchange: Exchange, facts: {
    readonly call: CallFacts; readonly principal: Principal; readonly plan: CallPlan; readonly takes: readonly QuotaTake[]
  }) {
    this.core = core
    this.exchange = exchange
    this.call = facts.call
    this.principal = facts.principal
    this.plan = facts.plan
    this.takes = facts.takes
  }

  /** Streams go through as they come; else the answer is held back until it is whole. */
  get goesThrough(): boolean { return this.call.isStream && this.plan.route.mode === "stream" }

  /** Where routing stands. */
  context(): RoutingContext {
    const { call, plan, exchange, relay } = this
    return {
      startedAt: exchange.startedAt, dialects: dialectsFor(call), needs: call.needs, prefixKey: call.prefixKey,
      partial: exchange.hasBegun && relay !== null
        ? { text: relay.partial, isPlainText: relay.facts.isPlainText && call.choices === 1 } : null,
      pools: plan.pools, health: this.core.health.health, costs: plan.costs,
    }
  }
}
