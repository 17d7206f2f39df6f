/** Acts on prices, credentials, networks and the currency. */
import { isDeepStrictEqual } from "node:util"
import { formatAmount } from "@daydream/engine/money"
import type { DatedPrice } from "../price/index.ts"
import type { ActStore } from "../tenancy/index.ts"
import { queriesOn } from "../secrets/index.ts"
import type { SealedPlace, Vault } from "../secrets/index.ts"
import { configurationAct } from "./acts.ts"
import type { Configuration } from "./administration.ts"
import { configurationErrors } from "./errors.ts"
import { credentialSchema, currencySchema, networksSchema, priceKeySchema, priceSchema, read, retentionSchema } from "./inputs.ts"
import type { PriceKey } from "./inputs.ts"
import { priceJson } from "./rows.ts"

/** Where the secret of a credential is sealed. */
export const credentialPlace = (name: string): SealedPlace => ({ name: `credential/${name}`, field: "secret" })

/** A price as people name it: side, subject and day (or moment). */
export const priceName = (price: PriceKey): string =>
  `${price.side} ${price.subject} ${price.validFrom.toISOString().replace("T00:00:00.000Z", "")}`

/** A price's amounts as facts of an act. */
const priceFacts = (price: DatedPrice) => ({
  ...Object.fromEntries(Object.entries(price.perMillion).map(([name, amount]) => [name, formatAmount(amount)])),
  ...(price.perRequest === undefined ? {} : { perRequest: formatAmount(price.perRequest) }),
})

const isSame = (a: PriceKey, b: PriceKey) =>
  a.side === b.side && a.subject === b.subject && a.validFrom.getTime() === b.validFrom.getTime()

type ValueActs = Pick<Configuration,
  "setPrice" | "removePrice" | "setCredential" | "removeCredential" | "setAllowedNetworks" | "setCurrency" | "setRetention">

export const valueActs = (store: ActStore, vault: Vault): ValueActs => ({
  setPrice: (actor, wanted) =>
    configurationAct(store, actor, "price.set", async ({ rows, change }) => {
      const price: DatedPrice = read(priceSchema, wanted)
      if (isDeepStrictEqual(rows.prices.find((one) => isSame(one, price)), price)) return price
      await change(priceName(price), priceFacts(price),
        `insert into fabric_configuration.price (side, subject, valid_from, definition) values ($1, $2, $3, $4)
         on conflict (side, subject, valid_from) do update set definition = excluded.definition`,
        [price.side, price.subject, price.validFrom, priceJson(price)])
      return price
    }),

  removePrice: (actor, wanted) =>
    configurationAct(store, actor, "price.remove", async ({ rows, change }) => {
      const { side, subject, validFrom } = wanted
      const key = read(priceKeySchema, { side, subject, validFrom })
      const price = rows.prices.find((one) => isSame(one, key))
      if (price === undefined) throw configurationErrors.no_such_price({ price: priceName(key) })
      await change(priceName(price), priceFacts(price),
        "delete from fabric_configuration.price where side = $1 and subject = $2 and valid_from = $3",
        [price.side, price.subject, price.validFrom])
    }),

  setCredential: (actor, wanted) =>
    configurationAct(store, actor, "credential.set", async ({ client, rows, change }) => {
      const { name, secret } = read(credentialSchema, wanted)
      const isNew = !rows.credentials.some((one) => one.name === name)
      // A secret that no longer opens (a damaged row) is set anew, too.
      const held = isNew ? undefined : await vault.get(queriesOn(client), credentialPlace(name)).catch(() => undefined)
      if (held === secret) return
      await vault.put(client, credentialPlace(name), secret)
      await change(name, { isNew },
        `insert into fabric_configuration.credential (name) values ($1)
         on conflict (name) do update set set_at = now()`, [name])
    }),

  removeCredential: (actor, name) =>
    configurationAct(store, actor, "credential.remove", async ({ client, rows, change }) => {
      if (!rows.credentials.some((one) => one.name === name))
        throw configurationErrors.no_such_credential({ credential: name.slice(0, 100) })
      const pools = rows.pools.filter((pool) => pool.credential === name).map((pool) => pool.name)
      if (pools.length > 0) throw configurationErrors.credential_in_use({ credential: name, pools })
      await vault.remove(client, credentialPlace(name))
      await change(name, {}, "delete from fabric_configuration.credential where name = $1", [name])
    }),

  setAllowedNetworks: (actor, wanted) =>
    configurationAct(store, actor, "networks.set", async ({ rows, change }) => {
      const networks = read(networksSchema, [...wanted])
      if (isDeepStrictEqual(networks, rows.allowedNetworks)) return
      await change("networks", { from: rows.allowedNetworks, to: networks },
        "update fabric_configuration.version set allowed_networks = $1", [JSON.stringify(networks)])
    }),

  setRetention: (actor, wanted) =>
    configurationAct(store, actor, "retention.set", async ({ rows, change }) => {
      const retention = read(retentionSchema, { ...wanted })
      if (isDeepStrictEqual(retention, rows.retention)) return
      await change("retention", { from: rows.retention, to: retention },
        "update fabric_configuration.version set ledger_days = $1, audit_days = $2", [retention.ledgerDays, retention.auditDays])
    }),

  setCurrency: (actor, wanted) =>
    configurationAct(store, actor, "currency.set", async ({ rows, change }) => {
      const currency = read(currencySchema, wanted)
      if (currency === rows.currency) return
      if (rows.prices.length > 0) throw configurationErrors.currency_in_use({ currency: rows.currency, wanted: currency })
      await change("currency", { from: rows.currency, to: currency },
        "update fabric_configuration.version set currency = $1", [currency])
    }),
})
