/** All that is set, read in one statement so that it is of one moment. */
import type { Nano } from "@daydream/engine/money"
import type { Queries } from "../secrets/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import type { Pool, Retention } from "./configuration.ts"

/** What stands in the rows. */
export interface ConfigurationRows {
  readonly version: number
  readonly currency: string
  readonly allowedNetworks: readonly string[]
  readonly retention: Retention
  readonly pools: readonly Pool[]
  readonly routes: readonly Route[]
  readonly prices: readonly DatedPrice[]
  readonly credentials: readonly { readonly name: string; readonly setAt: Date }[]
}

interface PriceRow {
  readonly side: DatedPrice["side"]
  readonly subject: string
  readonly from: number
  readonly definition: { readonly perMillion: Readonly<Record<string, string>>; readonly perRequest?: string }
}

interface AllRow {
  readonly version: string
  readonly currency: string
  readonly allowed_networks: readonly string[]
  readonly ledger_days: number | null
  readonly audit_days: number | null
  readonly pools: readonly Pool[] | null
  readonly routes: readonly Route[] | null
  readonly prices: readonly PriceRow[] | null
  readonly credentials: readonly { readonly name: string; readonly set: number }[] | null
}

const statement = `
  select number as version, currency, allowed_networks, ledger_days, audit_days,
    (select json_agg(definition order by name) from fabric_configuration.pool) as pools,
    (select json_agg(definition order by name) from fabric_configuration.route) as routes,
    (select json_agg(json_build_object('side', side, 'subject', subject, 'from', extract(epoch from valid_from) * 1000,
      'definition', definition) order by side, subject, valid_from) from fabric_configuration.price) as prices,
    (select json_agg(json_build_object('name', name, 'set', extract(epoch from set_at) * 1000) order by name)
      from fabric_configuration.credential) as credentials
  from fabric_configuration.version`

const priceOf = ({ side, subject, from, definition }: PriceRow): DatedPrice => ({
  side, subject, validFrom: new Date(from),
  perMillion: Object.fromEntries(Object.entries(definition.perMillion).map(([name, text]) => [name, BigInt(text)])),
  ...(definition.perRequest === undefined ? {} : { perRequest: BigInt(definition.perRequest) }),
})

/** A price as JSON; amounts as texts, since JSON's numbers are not exact. */
export const priceJson = (price: DatedPrice): string =>
  JSON.stringify({ perMillion: price.perMillion, perRequest: price.perRequest }, (_, value: unknown) =>
    typeof value === "bigint" ? (value satisfies Nano).toString() : value)

export async function readRows(queries: Queries): Promise<ConfigurationRows> {
  const [row] = await queries.query<AllRow>(statement)
  if (row === undefined) throw new Error("fabric_configuration.version has one row")
  return {
    version: Number(row.version),
    currency: row.currency,
    allowedNetworks: row.allowed_networks,
    retention: { ledgerDays: row.ledger_days, auditDays: row.audit_days },
    pools: row.pools ?? [],
    routes: row.routes ?? [],
    prices: (row.prices ?? []).map(priceOf),
    credentials: (row.credentials ?? []).map(({ name, set }) => ({ name, setAt: new Date(set) })),
  }
}
