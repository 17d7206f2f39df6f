/** What routing is told of one call and of the targets at that moment. */
import type { Nano } from "@daydream/engine/money"
import type { CallFacts, Dialect } from "../call/index.ts"
import type { TargetHealth } from "./routing.ts"

export type Need = keyof CallFacts["needs"]

/** What a pool can do. */
export interface PoolAbilities {
  /** All interfaces that it has. */
  readonly dialects: readonly Dialect[]
  readonly acceptsPrefill: boolean
  /** Longest prompt and answer together; null where unknown. */
  readonly contextTokens: number | null
  /** What it is known not to have; absent: nothing is known to be missing. */
  readonly lacks?: readonly Need[]
}

export interface RoutingContext {
  /** When the call came (ms since epoch): the whole call's time runs from here. */
  readonly startedAt: number
  /** Interfaces that this call can be put into. */
  readonly dialects: readonly Dialect[]
  readonly needs: CallFacts["needs"]
  readonly prefixKey: string
  /** Fewest input tokens that the call can be, where known: targets with less room are not asked. */
  readonly leastInputTokens?: number
  /**
   * What the client has been told of the answer so far (stream mode). Null where nothing was. Empty text counts as
   * nothing: another target may then begin again, as long as its opening events are left out.
   */
  readonly partial: { readonly text: string; readonly isPlainText: boolean } | null
  /** By pool name. A target whose pool is missing is not asked. */
  readonly pools: ReadonlyMap<string, PoolAbilities>
  /** By `pool/model`. A target without an entry counts as healthy and unknown. */
  readonly health: ReadonlyMap<string, TargetHealth>
  /** What this call would cost us at a target, by `pool/model`; for `cheapest`. Unknown costs come last. */
  readonly costs?: ReadonlyMap<string, Nano>
}
