/** Building blocks for the tests of routing. */
import type { RoutingContext } from "./context.ts"
import type { AttemptFailure, Route, Target } from "./routing.ts"

export const target = (pool: string, weight = 1): Target => ({ pool, model: "m", weight })

export const status = (code: number, rest: Partial<AttemptFailure> = {}): AttemptFailure =>
  ({ kind: "status", status: code, message: `status ${code}`, afterFirstToken: false, ...rest })

export const failure = (kind: AttemptFailure["kind"], rest: Partial<AttemptFailure> = {}): AttemptFailure =>
  ({ kind, message: kind, afterFirstToken: false, ...rest })

export const routeTo = (targets: readonly Target[], rest: Partial<Route> = {}): Route => ({
  name: "chat", strategy: "fallback", targets, mode: "stream", attempts: 4, continues: true,
  timeouts: { connectMs: 2_000, firstTokenMs: 10_000, stallMs: 10_000, totalMs: 60_000 }, ...rest,
})

export const contextOf = (route: Route, rest: Partial<RoutingContext> = {}): RoutingContext => ({
  startedAt: 0, dialects: ["openai-chat"], needs: { tools: false, structured: false, images: false, audio: false },
  prefixKey: "key", partial: null, health: new Map(),
  pools: new Map(route.targets.map(({ pool }) =>
    [pool, { dialects: ["openai-chat"] as const, acceptsPrefill: true, contextTokens: null }])),
  ...rest,
})
