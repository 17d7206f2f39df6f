/** The difference between what stands and what is wanted. Pure. */
import { isDeepStrictEqual } from "node:util"
import { fieldText, moneyText } from "./field-text.ts"
import type { ConfigurationState, TenantState, WantedConfiguration, WantedTenant } from "./wanted.ts"

export type ChangeKind =
  | "currency" | "networks" | "retention" | "credential" | "pool" | "route" | "price" | "tenant" | "budget" | "key"

/** One change, without any secret. `from` and `to` are texts for people. */
export interface Change {
  readonly action: "add" | "change" | "remove"
  readonly kind: ChangeKind
  /** Of a budget `tenant/period`, of a key `tenant/title`. */
  readonly name: string
  readonly fields: readonly { readonly field: string; readonly from: string; readonly to: string }[]
}

/**
 * What has to be done, in an order in which it can be done: what is needed comes before what needs it.
 * `newSecrets`: of the credentials whose secret the file brings, by name, comparable to those of `current`.
 */
export function diffConfiguration(
  current: ConfigurationState, wanted: WantedConfiguration, newSecrets: ReadonlyMap<string, string> = new Map(),
): readonly Change[] {
  const { prune } = wanted
  const pools = entries("pool", current.pools, wanted.pools, prune)
  const routes = entries("route", current.routes, wanted.routes, prune)
  const prices = entries("price", current.prices, wanted.prices, prune)
  const credentials = credentialChanges(current, wanted, newSecrets)
  const tenants = tenantChanges(current, wanted)
  const isRemoval = (change: Change) => change.action === "remove"
  const isSetting = (change: Change) => change.action !== "remove"
  return [
    // Old prices go before the currency changes, new ones come after it.
    ...prices.filter(isRemoval),
    ...single("currency", current.currency, wanted.currency),
    ...single("networks", current.networks, wanted.networks),
    ...single("retention", current.retention, wanted.retention),
    ...credentials.filter(isSetting),
    ...pools.filter(isSetting),
    ...routes.filter(isRemoval),
    ...routes.filter(isSetting),
    ...pools.filter(isRemoval),
    ...credentials.filter(isRemoval),
    ...prices.filter(isSetting),
    ...tenants.filter((change) => change.kind !== "budget"),
    // The ledger stands still while ceilings change, so they come last.
    ...tenants.filter((change) => change.kind === "budget"),
  ]
}

const fieldsOf = (before: object, after: object): Change["fields"] => {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...old.keys(), ...now.keys()])].toSorted()
    .filter((field) => !isDeepStrictEqual(old.get(field), now.get(field)))
    .map((field) => ({ field, from: fieldText(field, old.get(field)), to: fieldText(field, now.get(field)) }))
}

function single(kind: ChangeKind, before: unknown, after: unknown): Change[] {
  if (after === undefined || isDeepStrictEqual(before, after)) return []
  return [{ action: "change", kind, name: "", fields: [{ field: "", from: fieldText(kind, before), to: fieldText(kind, after) }] }]
}

function entries(
  kind: ChangeKind, before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object> | undefined, prune: boolean,
): Change[] {
  if (after === undefined) return []
  const set = [...after].flatMap(([name, value]): Change[] => {
    const old = before.get(name)
    if (old === undefined) return [{ action: "add", kind, name, fields: [] }]
    const fields = fieldsOf(old, value)
    return fields.length === 0 ? [] : [{ action: "change", kind, name, fields }]
  })
  const removed = prune ? [...before.keys()].filter((name) => !after.has(name)) : []
  return [...set, ...removed.map((name): Change => ({ action: "remove", kind, name, fields: [] }))]
}

function credentialChanges(
  current: ConfigurationState, wanted: WantedConfiguration, newSecrets: ReadonlyMap<string, string>,
): Change[] {
  const { credentials, prune } = wanted
  if (credentials === undefined) return []
  const set = [...credentials.keys()].flatMap((name): Change[] => {
    const [held, secret] = [current.credentials.get(name), newSecrets.get(name)]
    if (held === undefined) return [{ action: "add", kind: "credential", name, fields: [] }]
    if (secret === undefined || secret === held) return []
    return [{ action: "change", kind: "credential", name, fields: [{ field: "secret", from: "•••", to: "•••" }] }]
  })
  const removed = prune ? [...current.credentials.keys()].filter((name) => !credentials.has(name)) : []
  return [...set, ...removed.map((name): Change => ({ action: "remove", kind: "credential", name, fields: [] }))]
}

function tenantChanges(current: ConfigurationState, wanted: WantedConfiguration): Change[] {
  const { tenants, prune } = wanted
  if (tenants === undefined) return []
  const named = new Set(tenants.map((tenant) => tenant.id))
  // A tenant cannot be removed, since the ledger names it; it is suspended, and only where a file made it.
  const gone = prune ? [...current.tenants.values()].filter(({ tenant, isOfFile }) =>
    isOfFile && !tenant.isSuspended && !named.has(tenant.id)) : []
  return [
    ...tenants.flatMap((tenant) => oneTenant(current.tenants.get(tenant.id), tenant, prune)),
    ...gone.map(({ tenant }): Change => ({ action: "remove", kind: "tenant", name: tenant.id, fields: [] })),
  ]
}

/** Only what the file names of a tenant is compared. */
function oneTenant(state: TenantState | undefined, wanted: WantedTenant, prune: boolean): Change[] {
  const { id, change } = wanted
  const of = { kind: "tenant", name: id } as const
  const fields = state === undefined ? [] : fieldsOf({ ...state.tenant }, { ...state.tenant, ...change })
  const own: Change[] = state === undefined ? [{ ...of, action: "add", fields: [] }]
    : fields.length === 0 ? [] : [{ ...of, action: "change", fields }]
  const byPeriod = (budgets: TenantState["budgets"]) =>
    new Map(budgets.map(({ period, limit, alertsAt }) => [`${id}/${period}`, { limit: moneyText(limit), alertsAt }]))
  return [
    ...own,
    ...entries("budget", byPeriod(state?.budgets ?? []), wanted.budgets && byPeriod(wanted.budgets), prune),
    ...keyChanges(state, wanted, prune),
  ]
}

function keyChanges(state: TenantState | undefined, { id, keys }: WantedTenant, prune: boolean): Change[] {
  if (keys === undefined) return []
  const set = keys.flatMap((key): Change[] => {
    const held = state?.keys.find((one) => one.title === key.title)
    const name = `${id}/${key.title}`
    if (held === undefined) return [{ action: "add", kind: "key", name, fields: [] }]
    const fields = fieldsOf({ ...held }, { ...held, ...key })
    return fields.length === 0 ? [] : [{ action: "change", kind: "key", name, fields }]
  })
  const isGone = (key: { readonly title: string; readonly createdBy: string }) =>
    key.createdBy === "file" && !keys.some((one) => one.title === key.title)
  const removed = prune ? (state?.keys ?? []).filter(isGone) : []
  return [...set, ...removed.map((key): Change => ({ action: "remove", kind: "key", name: `${id}/${key.title}`, fields: [] }))]
}
