/** The store's configuration as the text of a `fabric.yaml`. Without secrets: credentials and keys stand by name only. */
import { stringify } from "yaml"
import type { Store } from "@daydream/engine/storage"
import { formatAmount } from "@daydream/engine/money"
import type { BudgetAdministration, BudgetSetting } from "../ledger/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { formatQuota, machineActor, openKeyMaker, tenancyOn } from "../tenancy/index.ts"
import type { Actor, ApiKey } from "../tenancy/index.ts"
import { openConfigurationVault } from "./create.ts"
import { isInForce, readState } from "./state.ts"
import type { ConfigurationState, TenantState } from "./wanted.ts"

const heading = `# Configuration of Daydream's fabric; \`daydream apply\` reads it. Secrets are not in this file.
# To set a credential's secret, write: { secretFrom: "env:NAME" }
`

const dayText = (date: Date) => date.toISOString().replace("T00:00:00.000Z", "")

const without = (value: object, name: string) =>
  Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))

const routeFile = ({ targets, ...rest }: Route) => ({
  ...without(rest, "name"),
  targets: targets.map(({ pool, model, weight }) =>
    weight === 1 ? `${pool}/${model}` : { target: `${pool}/${model}`, weight }),
})

const priceFile = ({ side, subject, validFrom, perMillion, perRequest }: DatedPrice) => ({
  side, subject, validFrom: dayText(validFrom),
  ...Object.fromEntries(Object.entries(perMillion).map(([name, amount]) => [name, formatAmount(amount)])),
  ...(perRequest === undefined ? {} : { perRequest: formatAmount(perRequest) }),
})

const budgetFile = ({ period, limit, alertsAt }: BudgetSetting) => ({ period, limit: formatAmount(limit), alertsAt })

const keyFile = (key: ApiKey) => ({
  title: key.title, scopes: key.scopes, models: key.models, quotas: key.quotas.map(formatQuota),
  requestClass: key.requestClass, expiresAt: key.expiresAt === null ? null : dayText(key.expiresAt),
})

/** The first of each title: a title stands for one key. Keys without a title are not of a file. */
const titled = (keys: readonly ApiKey[], at: Date) => [...Map.groupBy(keys.filter((key) => isInForce(key, at)), (key) => key.title)]
  .flatMap(([title, same]) => title === "" ? [] : same.slice(0, 1))

const tenantFile = ({ tenant, budgets, keys }: TenantState, at: Date) => {
  const { parentId, quotas, ...rest } = tenant
  return {
    ...(parentId === null ? {} : { parent: parentId }),
    ...without(rest, "id"),
    quotas: quotas.map(formatQuota),
    budgets: budgets.map(budgetFile),
    keys: titled(keys, at).map(keyFile),
  }
}

const daysText = (days: number | null) => (days === null ? "forever" : `${days}d`)

const mapValues = <A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries([...map].map(([name, value]) => [name, change(value)]))

/** `state` as text. Pure. */
export const formatConfiguration = (state: ConfigurationState, at: Date): string => heading + stringify({
  version: 1,
  currency: state.currency,
  networks: state.networks,
  retention: { ledger: daysText(state.retention.ledgerDays), audit: daysText(state.retention.auditDays) },
  credentials: mapValues(state.credentials, () => ({})),
  pools: mapValues(state.pools, (pool) => without(pool, "name")),
  routes: mapValues(state.routes, routeFile),
  prices: [...state.prices.values()].map(priceFile),
  tenants: mapValues(state.tenants, (tenant) => tenantFile(tenant, at)),
}, { lineWidth: 0, aliasDuplicateObjects: false })

/** Exports what stands in `store`; applied to the same store it changes nothing. */
export async function exportConfiguration(
  store: Store, secrets: Secrets,
  options: { readonly budgets: BudgetAdministration; readonly actor?: Actor; readonly now?: () => Date },
): Promise<string> {
  const vault = await openConfigurationVault(store, secrets)
  const tenancy = tenancyOn(store, await openKeyMaker(store, secrets))
  const { budgets, actor = machineActor("file") } = options
  const at = options.now?.() ?? new Date()
  return formatConfiguration(await readState({ queries: store, vault, tenancy, budgets, actor }, () => true, at), at)
}
