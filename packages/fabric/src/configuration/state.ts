/** What stands in the store, read for comparison or export. */
import { createHmac } from "node:crypto"
import type { BudgetAdministration, BudgetSetting } from "../ledger/index.ts"
import type { Queries, Vault } from "../secrets/index.ts"
import { keysOfTenants } from "../tenancy/index.ts"
import type { Actor, ApiKey, Tenancy } from "../tenancy/index.ts"
import { readRows } from "./rows.ts"
import { credentialPlace, priceName } from "./value-acts.ts"
import type { ConfigurationState, TenantState } from "./wanted.ts"

/** Equal for equal secrets of this store, and of no use without its pepper. */
export const secretMark = (vault: Vault, secret: string): string =>
  createHmac("sha256", vault.pepper).update(`mark\0${secret}`).digest("base64url")

/** Of these parts of a store, all in one transaction where `queries` is. */
export interface StateParts {
  readonly queries: Queries
  readonly vault: Vault
  readonly tenancy: Tenancy
  readonly budgets: BudgetAdministration
  readonly actor: Actor
}

/** True for a key that is neither revoked nor expired. */
export const isInForce = (key: ApiKey, at: Date): boolean =>
  key.revokedAt === null && (key.expiresAt === null || key.expiresAt > at)

/** Not revoked, those in force first: an expired key still stands for its title, so that it is not made again and again. */
const keysOf = (keys: readonly ApiKey[], at: Date) => keys.filter((key) => key.revokedAt === null)
  .toSorted((a, b) => Number(isInForce(b, at)) - Number(isInForce(a, at)))

const settingOf = ({ tenant, limit, period, alertsAt }: BudgetSetting): BudgetSetting => ({ tenant, limit, period, alertsAt })

/** Reads all; of tenants outside `detailed` neither budgets nor keys. */
export async function readState(
  parts: StateParts, detailed: (tenantId: string) => boolean, at: Date,
): Promise<ConfigurationState> {
  const { queries, vault, tenancy, budgets, actor } = parts
  const rows = await readRows(queries)
  const credentials = new Map<string, string>()
  for (const { name } of rows.credentials) {
    // One that no longer opens is like one with another secret: setting it mends it.
    const secret = await vault.get(queries, credentialPlace(name)).catch(() => undefined)
    credentials.set(name, secret === undefined ? "" : secretMark(vault, secret))
  }
  const made = await queries.query<{ id: string }>("select id from fabric_tenancy.tenant where created_by = 'file'")
  const ofFile = new Set(made.map((row) => row.id))
  const tenants = new Map<string, TenantState>()
  const all = await tenancy.tenants(actor)
  const keys = await keysOfTenants(queries, all.map((tenant) => tenant.id).filter(detailed))
  for (const tenant of all) {
    const isDetailed = detailed(tenant.id)
    tenants.set(tenant.id, {
      tenant,
      budgets: isDetailed ? (await budgets.budgets(tenant.id)).map(settingOf) : [],
      keys: isDetailed ? keysOf(keys.get(tenant.id) ?? [], at) : [],
      isOfFile: ofFile.has(tenant.id),
    })
  }
  return {
    currency: rows.currency, networks: rows.allowedNetworks, retention: rows.retention, credentials, tenants,
    pools: new Map(rows.pools.map((pool) => [pool.name, pool])),
    routes: new Map(rows.routes.map((route) => [route.name, route])),
    prices: new Map(rows.prices.map((price) => [priceName(price), price])),
  }
}
