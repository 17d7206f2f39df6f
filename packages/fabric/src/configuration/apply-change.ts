/** Carries out one change by the acts that anybody else would use, so that rights and audit are the same. */
import type { ClientBase } from "pg"
import type { BudgetPeriod } from "../ledger/index.ts"
import { recordActs } from "../tenancy/index.ts"
import type { ApiKey } from "../tenancy/index.ts"
import type { Configuration } from "./administration.ts"
import type { Change, ChangeKind } from "./diff.ts"
import type { StateParts } from "./state.ts"
import type { ConfigurationState, WantedConfiguration } from "./wanted.ts"

export interface Applying extends StateParts {
  readonly configuration: Configuration
  readonly current: ConfigurationState
  readonly wanted: WantedConfiguration
  /** Secrets that the file brings, by credential. */
  readonly fresh: ReadonlyMap<string, string>
}

type Made = readonly { readonly key: ApiKey; readonly secret: string }[]

/** A change names what it is about; its values stand in `wanted` (or in `current`, for what goes). */
const found = <T>(value: T | undefined, change: Change): T => {
  if (value === undefined) throw new Error(`${change.kind} ${change.name} is not in the configuration`)
  return value
}

/** Does what `change` says; gives the keys that were made. */
export async function applyChange(change: Change, applying: Applying): Promise<Made> {
  if (change.kind === "key") return applyKey(change, applying)
  await (change.action === "remove" ? removals : settings)[change.kind](change, applying)
  return []
}

type Step = (change: Change, applying: Applying) => Promise<unknown>
type Steps = Readonly<Record<Exclude<ChangeKind, "key">, Step>>

const settings: Steps = {
  currency: (change, { configuration, actor, wanted }) => configuration.setCurrency(actor, found(wanted.currency, change)),
  networks: (change, { configuration, actor, wanted }) =>
    configuration.setAllowedNetworks(actor, found(wanted.networks, change)),
  retention: (change, { configuration, actor, wanted }) => configuration.setRetention(actor, found(wanted.retention, change)),
  credential: (change, { configuration, actor, fresh }) =>
    configuration.setCredential(actor, { name: change.name, secret: found(fresh.get(change.name), change) }),
  pool: (change, applying) => setPool(change, applying),
  route: (change, { configuration, actor, wanted }) =>
    configuration.setRoute(actor, found(wanted.routes?.get(change.name), change)),
  price: (change, { configuration, actor, wanted }) =>
    configuration.setPrice(actor, found(wanted.prices?.get(change.name), change)),
  tenant: (change, applying) => setTenant(change, applying),
  budget: () => Promise.reject(new Error("budgets are set together")),
}

/** Sets all budgets that `changes` name, at once: the ledger stands still meanwhile. Writes down these and those that were removed. */
export async function applyBudgets(changes: readonly Change[], { client, actor, budgets, wanted }: Applying & { readonly client: ClientBase }): Promise<void> {
  const byTenant = new Map(wanted.tenants?.map((tenant) => [tenant.id, tenant.budgets]))
  const set = changes.filter((change) => change.action !== "remove")
  const settings = set.map((change) => {
    const [tenant, period] = split(change.name)
    return found(byTenant.get(tenant)?.find((one) => one.period === period), change)
  })
  await budgets.setBudgets(settings)
  const removed = changes.filter((change) => change.action === "remove").map(({ name }) => split(name))
  await recordActs(client, [
    ...settings.map(({ tenant, period, limit, alertsAt }) => (
      { actor: actor.id, tenantId: tenant, act: "budget.set", subject: period, facts: { limit: limit.toString(), alertsAt } })),
    ...removed.map(([tenant, period]) => ({ actor: actor.id, tenantId: tenant, act: "budget.remove", subject: period, facts: {} })),
  ])
}

const nothing: Step = (change) => Promise.reject(new Error(`${change.kind} is never removed`))

const removals: Steps = {
  currency: nothing,
  networks: nothing,
  retention: nothing,
  credential: (change, { configuration, actor }) => configuration.removeCredential(actor, change.name),
  pool: (change, { configuration, actor }) => configuration.removePool(actor, change.name),
  route: (change, { configuration, actor }) => configuration.removeRoute(actor, change.name),
  price: (change, { configuration, actor, current }) =>
    configuration.removePrice(actor, found(current.prices.get(change.name), change)),
  tenant: (change, { tenancy, actor }) => tenancy.changeTenant(actor, change.name, { isSuspended: true }),
  budget: (change, { budgets }) => {
    const [tenant, period] = split(change.name)
    return budgets.removeBudget(tenant, period as BudgetPeriod)
  },
}

/** With its old models still, as long as routes may lead to them. */
async function setPool(change: Change, { configuration, actor, current, wanted }: Applying): Promise<void> {
  const pool = found(wanted.pools?.get(change.name), change)
  const old = current.pools.get(change.name)?.models ?? []
  await configuration.setPool(actor, { ...pool, models: [...new Set([...pool.models, ...old])] })
}

function setTenant(change: Change, { tenancy, actor, wanted }: Applying): Promise<unknown> {
  const { name: id, action } = change
  const tenant = found(wanted.tenants?.find((one) => one.id === id), change)
  if (action === "change") return tenancy.changeTenant(actor, id, tenant.change)
  return tenancy.addTenant(actor, { id, parentId: tenant.parent ?? actor.tenantId, ...tenant.change })
}

/** `tenant/rest`: a tenant's id has no slash. */
const split = (name: string): readonly [tenant: string, rest: string] =>
  [name.slice(0, name.indexOf("/")), name.slice(name.indexOf("/") + 1)]

async function applyKey(change: Change, { tenancy, actor, current, wanted }: Applying): Promise<Made> {
  const [tenantId, title] = split(change.name)
  const held = current.tenants.get(tenantId)?.keys.filter((key) => key.title === title) ?? []
  if (change.action === "remove") {
    for (const key of held) if (key.createdBy === "file") await tenancy.revokeKey(actor, key.id)
    return []
  }
  const key = found(wanted.tenants?.find((one) => one.id === tenantId)?.keys?.find((one) => one.title === title), change)
  if (change.action === "add") return [await tenancy.createKey(actor, { tenantId, ...key })]
  await tenancy.changeKey(actor, found(held[0], change).id, key)
  return []
}
