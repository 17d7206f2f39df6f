/** What a file wants, and what stands in the store, in one shape that can be compared. */
import { parseDocument } from "yaml"
import { z } from "zod"
import type { BudgetSetting } from "../ledger/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import type { ApiKey, KeyChange, Tenant, TenantChange } from "../tenancy/index.ts"
import type { Pool, Retention } from "./configuration.ts"
import { configurationErrors } from "./errors.ts"
import { fileSchema } from "./file-schema.ts"
import { poolSchema, priceSchema, read, routeSchema } from "./inputs.ts"
import { priceName } from "./value-acts.ts"

/** What of a tenant is compared. */
export interface TenantState {
  readonly tenant: Tenant
  readonly budgets: readonly BudgetSetting[]
  /** Keys that are not revoked, those in force first. */
  readonly keys: readonly ApiKey[]
  /** True where a file made it: only then may a file take it away. */
  readonly isOfFile: boolean
}

/** What stands in the store. */
export interface ConfigurationState {
  readonly currency: string
  readonly networks: readonly string[]
  readonly retention: Retention
  /** By name: something that is equal for equal secrets and says nothing about them. */
  readonly credentials: ReadonlyMap<string, string>
  readonly pools: ReadonlyMap<string, Pool>
  readonly routes: ReadonlyMap<string, Route>
  /** By {@link priceName}. */
  readonly prices: ReadonlyMap<string, DatedPrice>
  readonly tenants: ReadonlyMap<string, TenantState>
}

export interface WantedKey extends KeyChange {
  readonly title: string
}

export interface WantedTenant {
  readonly id: string
  readonly parent: string | undefined
  readonly change: TenantChange
  readonly budgets: readonly BudgetSetting[] | undefined
  readonly keys: readonly WantedKey[] | undefined
}

/** What a file wants; a section that is undefined is left as it is. */
export interface WantedConfiguration {
  readonly prune: boolean
  readonly currency: string | undefined
  readonly networks: readonly string[] | undefined
  readonly retention: Retention | undefined
  /** By name: the environment variable of the secret, or undefined to keep what is stored. */
  readonly credentials: ReadonlyMap<string, string | undefined> | undefined
  readonly pools: ReadonlyMap<string, Pool> | undefined
  readonly routes: ReadonlyMap<string, Route> | undefined
  readonly prices: ReadonlyMap<string, DatedPrice> | undefined
  /** Parents before their children. */
  readonly tenants: readonly WantedTenant[] | undefined
}

/** Reads the text of a `fabric.yaml`. Throws `configuration_not_yaml` or `bad_configuration`. Asks nothing of the store. */
export function readConfigurationFile(text: string): WantedConfiguration {
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true })
  const [fault] = document.errors
  if (fault !== undefined)
    throw configurationErrors.configuration_not_yaml({
      line: fault.linePos?.[0].line ?? 1, problem: (fault.message.split("\n")[0] ?? "").replace(/ at line.*$/, "") })
  const file = read(fileSchema, plainValue(document) ?? {})
  return {
    prune: file.prune,
    currency: file.currency,
    networks: file.networks,
    retention: file.retention,
    credentials: file.credentials && new Map(Object.entries(file.credentials).map(([name, one]) =>
      [name, one?.secretFrom?.slice("env:".length)])),
    pools: file.pools && named(file.pools, "pools", poolSchema),
    routes: file.routes && named(file.routes, "routes", routeSchema),
    prices: file.prices && pricesByName(file.prices.map((price, index) => read(priceSchema, price, `prices.${index}`))),
    tenants: file.tenants && parentsFirst(Object.entries(file.tenants).map(([id, { parent, budgets, keys, ...change }]) => ({
      id, parent, change, keys, budgets: budgets?.map((budget) => ({ tenant: id, ...budget })),
    }))),
  }
}

/** Aliases that multiply ("billion laughs") are refused by the parser; that too is the file's fault. */
function plainValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw configurationErrors.configuration_not_yaml({ line: 1, problem: error instanceof Error ? error.message : "" })
  }
}

const named = <T extends { readonly name: string }>(
  values: Readonly<Record<string, object>>, section: string, schema: z.ZodType<T>,
): ReadonlyMap<string, T> =>
  new Map(Object.entries(values).map(([name, value]) => [name, read(schema, { name, ...value }, `${section}.${name}`)]))

function pricesByName(prices: readonly DatedPrice[]): ReadonlyMap<string, DatedPrice> {
  const byName = new Map(prices.map((price) => [priceName(price), price]))
  if (byName.size < prices.length) read(z.never("two prices for the same subject and date"), prices, "prices")
  return byName
}

function parentsFirst(tenants: readonly WantedTenant[]): readonly WantedTenant[] {
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]))
  const depth = (id: string, below: readonly string[] = []): number => {
    const parent = byId.get(id)?.parent ?? "root"
    if (id === "root" || !byId.has(id) || below.includes(id)) return 0
    return 1 + depth(parent, [...below, id])
  }
  if (byId.get("root")?.parent !== undefined) read(z.never("the root has no parent"), "", "tenants.root.parent")
  return tenants.toSorted((a, b) => depth(a.id) - depth(b.id))
}
