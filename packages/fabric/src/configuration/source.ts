/** What is in force, for the processes that serve: a snapshot that is replaced whole. */
import type { Store } from "@daydream/engine/storage"
import { follow } from "../follow/index.ts"
import { createPriceBook } from "../price/index.ts"
import type { Secrets } from "../secrets/index.ts"
import type { ConfigurationSource, Snapshot } from "./configuration.ts"
import { openConfigurationVault } from "./create.ts"
import { configurationErrors } from "./errors.ts"
import { configurationChannel } from "./migrations.ts"
import { readRows } from "./rows.ts"
import type { ConfigurationRows } from "./rows.ts"
import { credentialPlace } from "./value-acts.ts"

export interface ConfigurationSourceOptions {
  /** Milliseconds between looks for changes of which no notice came; 2,000 unless set. */
  readonly pollMs?: number
  /** False: no notifications, only looks. For a pooler between. */
  readonly listens?: boolean
}

/** The rows as a snapshot. */
export const snapshotOf = (rows: ConfigurationRows): Snapshot => Object.freeze({
  version: rows.version,
  pools: new Map(rows.pools.map((pool) => [pool.name, Object.freeze(pool)])),
  routes: new Map(rows.routes.map((route) => [route.name, Object.freeze(route)])),
  prices: createPriceBook(rows.currency, rows.prices),
  pricesList: Object.freeze(rows.prices),
  allowedNetworks: Object.freeze(rows.allowedNetworks),
})

/** Tells all, also where one of them throws; throws what the first threw. */
function tell(listeners: ReadonlySet<(snapshot: Snapshot) => void>, snapshot: Snapshot): void {
  const failures: unknown[] = []
  for (const listener of listeners) {
    try {
      listener(snapshot)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Opens the configuration of `store` and keeps it new. Close it before the store. */
export async function openConfigurationSource(
  store: Store, secrets: Secrets, options: ConfigurationSourceOptions = {},
): Promise<ConfigurationSource> {
  const vault = await openConfigurationVault(store, secrets)
  const listeners = new Set<(snapshot: Snapshot) => void>()
  let current = snapshotOf(await readRows(store))
  // Secrets that were opened since the last change; a change of any kind drops them all.
  let opened = new Map<string, Promise<string>>()

  const refresh = async () => {
    const [row] = await store.query<{ version: string }>("select number as version from fabric_configuration.version")
    if (Number(row?.version) === current.version) return
    current = snapshotOf(await readRows(store))
    opened = new Map()
    tell(listeners, current)
  }
  const openSecret = async (credential: string) => {
    const secret = await vault.get(store, credentialPlace(credential))
    if (secret === undefined) throw configurationErrors.no_such_credential({ credential })
    return secret
  }
  const follower = await follow(store, { ...options, channel: configurationChannel, refresh })
  return {
    get current() {
      return current
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    secretOf: (credential) => {
      const held = opened.get(credential)
      if (held !== undefined) return held
      const place = opened
      const secret = openSecret(credential)
      place.set(credential, secret)
      // A failure is not kept: the store may be back at the next try.
      secret.catch(() => place.delete(credential))
      return secret
    },
    close: () => follower.close(),
  }
}
