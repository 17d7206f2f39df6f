import type { Snapshot } from "../configuration/index.ts"
import type { Route } from "../routing/index.ts"
export function routeFor(snapshot: Snapshot, model: string): Route | undefined {
  const named = snapshot.routes.get(model)
  if (named !== undefined) return named
  const slash = model.indexOf("/")
  const pool = snapshot.pools.get(model.slice(0, slash))
  const id = model.slice(slash + 1)
  if (slash < 0 || pool === undefined || !pool.models.includes(id)) return undefined
  return { name: model, strategy: "single", targets: [{ pool: pool.name, model: id, weight: 1 }], mode: "stream", attempts: 2,
    timeouts: { connectMs: 5000, firstTokenMs: 60000, stallMs: 30000, totalMs: 300000 }, continues: false }
}
