/** How a model name is served. Pure. */
import type { Route, Timeouts } from "../routing/index.ts"
import type { Snapshot } from "./configuration.ts"

export const defaultTimeouts: Timeouts = { connectMs: 5_000, firstTokenMs: 60_000, stallMs: 30_000, totalMs: 600_000 }

/** The route of that name; else, for `pool/model` where the pool serves the model, a route to just that; else null. */
export function routeFor(snapshot: Pick<Snapshot, "pools" | "routes">, model: string): Route | null {
  const named = snapshot.routes.get(model)
  if (named !== undefined) return named
  const slash = model.indexOf("/")
  if (slash < 1) return null
  const target = { pool: model.slice(0, slash), model: model.slice(slash + 1), weight: 1 }
  if (snapshot.pools.get(target.pool)?.models.includes(target.model) !== true) return null
  return {
    name: model, strategy: "single", targets: [target], mode: "stream", attempts: 3, timeouts: defaultTimeouts,
    continues: true,
  }
}
