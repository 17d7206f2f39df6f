/** Acts on pools and routes, which must fit each other. */
import { isDeepStrictEqual } from "node:util"
import type { Route } from "../routing/index.ts"
import { differences } from "../tenancy/index.ts"
import type { ActStore } from "../tenancy/index.ts"
import { configurationAct } from "./acts.ts"
import type { Configuration } from "./administration.ts"
import type { Pool } from "./configuration.ts"
import { configurationErrors } from "./errors.ts"
import { poolSchema, read, routeSchema } from "./inputs.ts"
import type { ConfigurationRows } from "./rows.ts"

const leadsTo = (route: Route, pool: string) => route.targets.some((target) => target.pool === pool)

function checkPool(rows: ConfigurationRows, pool: Pool): void {
  if (pool.credential !== null && !rows.credentials.some((one) => one.name === pool.credential))
    throw configurationErrors.no_such_credential({ credential: pool.credential })
  const isMissing = (target: Route["targets"][number]) => target.pool === pool.name && !pool.models.includes(target.model)
  const routes = rows.routes.filter((route) => route.targets.some(isMissing))
  if (routes.length === 0) return
  const models = new Set(routes.flatMap((route) => route.targets.filter(isMissing).map((target) => target.model)))
  throw configurationErrors.models_in_use({ pool: pool.name, models: [...models], routes: routes.map((route) => route.name) })
}

function checkRoute(rows: ConfigurationRows, route: Route): void {
  for (const { pool: name, model } of route.targets) {
    const pool = rows.pools.find((one) => one.name === name)
    if (pool === undefined)
      throw configurationErrors.no_such_pool({ pool: name, pools: rows.pools.map((one) => one.name) })
    if (!pool.models.includes(model))
      throw configurationErrors.no_such_model_in_pool({ pool: name, model, models: pool.models })
  }
}

const changeFacts = (before: object | undefined, after: object) =>
  before === undefined ? { ...after } : differences(before, after)

type PoolActs = Pick<Configuration, "setPool" | "removePool" | "setRoute" | "removeRoute">

export const poolActs = (store: ActStore): PoolActs => ({
  setPool: (actor, wanted) =>
    configurationAct(store, actor, "pool.set", async ({ rows, change }) => {
      const pool: Pool = read(poolSchema, wanted)
      checkPool(rows, pool)
      const before = rows.pools.find((one) => one.name === pool.name)
      if (isDeepStrictEqual(before, pool)) return pool
      await change(pool.name, changeFacts(before, pool),
        `insert into fabric_configuration.pool (name, credential, definition) values ($1, $2, $3)
         on conflict (name) do update set credential = excluded.credential, definition = excluded.definition`,
        [pool.name, pool.credential, JSON.stringify(pool)])
      return pool
    }),

  removePool: (actor, name) =>
    configurationAct(store, actor, "pool.remove", async ({ rows, change }) => {
      const names = rows.pools.map((one) => one.name)
      if (!names.includes(name)) throw configurationErrors.no_such_pool({ pool: name.slice(0, 100), pools: names })
      const routes = rows.routes.filter((route) => leadsTo(route, name)).map((route) => route.name)
      if (routes.length > 0) throw configurationErrors.pool_in_use({ pool: name, routes })
      await change(name, {}, "delete from fabric_configuration.pool where name = $1", [name])
    }),

  setRoute: (actor, wanted) =>
    configurationAct(store, actor, "route.set", async ({ rows, change }) => {
      const route: Route = read(routeSchema, wanted)
      checkRoute(rows, route)
      const before = rows.routes.find((one) => one.name === route.name)
      if (isDeepStrictEqual(before, route)) return route
      await change(route.name, changeFacts(before, route),
        `insert into fabric_configuration.route (name, definition) values ($1, $2)
         on conflict (name) do update set definition = excluded.definition`, [route.name, JSON.stringify(route)])
      return route
    }),

  removeRoute: (actor, name) =>
    configurationAct(store, actor, "route.remove", async ({ rows, change }) => {
      const names = rows.routes.map((one) => one.name)
      if (!names.includes(name)) throw configurationErrors.no_such_route({ route: name.slice(0, 100), routes: names })
      await change(name, {}, "delete from fabric_configuration.route where name = $1", [name])
    }),
})
