/** The administration of one store's configuration. */
import type { Store } from "@daydream/engine/storage"
import { openVault } from "../secrets/index.ts"
import type { Secrets, Vault } from "../secrets/index.ts"
import { grantorOf, openKeyMaker, requireRootAdmin } from "../tenancy/index.ts"
import type { Actor, ActStore } from "../tenancy/index.ts"
import type { Configuration } from "./administration.ts"
import { configurationMigrations, configurationSchema } from "./migrations.ts"
import { poolActs } from "./pool-acts.ts"
import { readRows } from "./rows.ts"
import { valueActs } from "./value-acts.ts"

/** Brings the schemas up to date (that of tenants, too: the audit log is there) and opens the sealed values. */
export async function openConfigurationVault(store: Store, secrets: Secrets): Promise<Vault> {
  await openKeyMaker(store, secrets)
  await store.migrate(configurationSchema, configurationMigrations)
  return openVault(store, secrets)
}

/** The administration over a store that is up to date, or over one transaction of it. */
export function configurationOn(store: ActStore, vault: Vault): Configuration {
  const readFor = async (actor: Actor, act: string) => {
    requireRootAdmin(await grantorOf(store, actor), act)
    return readRows(store)
  }
  return {
    ...poolActs(store),
    ...valueActs(store, vault),
    pools: async (actor) => (await readFor(actor, "pool.list")).pools,
    routes: async (actor) => (await readFor(actor, "route.list")).routes,
    prices: async (actor) => (await readFor(actor, "price.list")).prices,
    allowedNetworks: async (actor) => (await readFor(actor, "networks.list")).allowedNetworks,
    retention: async (actor) => (await readFor(actor, "retention.show")).retention,
    currency: async (actor) => (await readFor(actor, "currency.show")).currency,
    credentials: async (actor) => {
      const { credentials, pools } = await readFor(actor, "credential.list")
      return credentials.map((one) =>
        ({ ...one, usedBy: pools.filter((pool) => pool.credential === one.name).map((pool) => pool.name) }))
    },
  }
}

/** The administration of what `store` is configured with. Throws `master_key_wrong` where it was sealed with another key. */
export async function createConfiguration(store: Store, secrets: Secrets): Promise<Configuration> {
  return configurationOn(store, await openConfigurationVault(store, secrets))
}
