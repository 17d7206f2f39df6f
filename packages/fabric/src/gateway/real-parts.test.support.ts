/** A gateway of real parts: embedded PostgreSQL, ledger, tenancy, HTTP upstreams. The configuration stands still. */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import type { ConfigurationSource, Pool, Snapshot } from "../configuration/index.ts"
import { createLedger } from "../ledger/index.ts"
import type { Ledger, LedgerOptions } from "../ledger/index.ts"
import { createMetrics, silentLog } from "../observability/index.ts"
import { createPriceBook } from "../price/index.ts"
import type { DatedPrice } from "../price/index.ts"
import { openReplies } from "../replies/index.ts"
import type { Route } from "../routing/index.ts"
import { openSecrets } from "../secrets/index.ts"
import { createAuthenticator, createTenancy, ensureRoot, machineActor } from "../tenancy/index.ts"
import type { NewKey, Tenancy } from "../tenancy/index.ts"
import { createHttpUpstream } from "../upstream/index.ts"
import type { Upstream } from "../upstream/index.ts"
import { createGateway } from "./index.ts"
import type { Gateway, GatewayParts } from "./index.ts"

export interface RealSetting {
  readonly pools: readonly Pool[]
  readonly routes: readonly Route[]
  readonly prices?: readonly DatedPrice[]
}

/** What replicas share. */
export interface Base extends AsyncDisposable {
  readonly store: Store
  readonly tenancy: Tenancy
  /** A tenant's key; the tenant is made where it is missing. */
  keyFor(tenant: string, key?: Partial<NewKey>): Promise<string>
  replica(setting: RealSetting, options?: { readonly ledger?: LedgerOptions; readonly parts?: Partial<GatewayParts> }): Promise<Replica>
}

export interface Replica extends AsyncDisposable {
  readonly gateway: Gateway
  readonly ledger: Ledger
  readonly url: string
  post(key: string, path: string, body: unknown, init?: RequestInit): Promise<Response>
}

const cli = machineActor("cli")

export async function openBase(): Promise<Base> {
  const folder = await mkdtemp(join(tmpdir(), "daydream-gateway-"))
  await chmod(folder, 0o755)
  const store = await openStore({ folder })
  const secrets = await openSecrets({ masterKey: `1:${Buffer.alloc(32, 7).toString("base64")}` })
  await ensureRoot(store, secrets)
  const tenancy = await createTenancy(store, secrets)
  const known = new Set(["root"])
  const open: Replica[] = []
  return {
    store, tenancy,
    async keyFor(tenant, key = {}) {
      if (!known.has(tenant)) await tenancy.addTenant(cli, { id: tenant })
      known.add(tenant)
      return (await tenancy.createKey(cli, { tenantId: tenant, ...key })).secret
    },
    async replica(setting, options = {}) {
      const replica = await openReplica(store, await createAuthenticator(store, secrets), setting, options)
      open.push(replica)
      return replica
    },
    async [Symbol.asyncDispose]() {
      for (const replica of open) await replica[Symbol.asyncDispose]()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function openReplica(
  store: Store, authenticator: GatewayParts["authenticator"], setting: RealSetting,
  options: { readonly ledger?: LedgerOptions; readonly parts?: Partial<GatewayParts> },
): Promise<Replica> {
  const prices = setting.prices ?? []
  const snapshot: Snapshot = {
    version: 1, pools: new Map(setting.pools.map((pool) => [pool.name, pool])),
    routes: new Map(setting.routes.map((route) => [route.name, route])),
    prices: createPriceBook("EUR", prices), pricesList: prices, allowedNetworks: ["127.0.0.1/32"],
  }
  const configuration: ConfigurationSource = {
    current: snapshot, onChange: () => () => undefined, secretOf: async () => "", close: async () => undefined,
  }
  const ledger = await createLedger(store, options.ledger)
  const replies = await openReplies(store, { holder: ledger.holder })
  const upstreams = new Map<string, Upstream>(setting.pools.map((pool) =>
    [pool.name, createHttpUpstream({ pool, secret: async () => null, allowedNetworks: snapshot.allowedNetworks })]))
  const gateway = createGateway({
    authenticator, ledger, configuration, upstreams: (pool) => upstreams.get(pool.name) as Upstream, replies,
    metrics: createMetrics(), log: silentLog, now: Date.now, random: Math.random, ...options.parts,
  })
  const { port } = await gateway.listen({ host: "127.0.0.1", port: 0 })
  const url = `http://127.0.0.1:${port}`
  let closing: Promise<void> | undefined
  const close = async () => {
    await gateway.shutdown({ graceMs: 1_000 })
    await replies.close()
    await authenticator.close()
    await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
  }
  return {
    gateway, ledger, url,
    post: (key, path, body, init = {}) => fetch(`${url}${path}`, {
      method: "POST", body: JSON.stringify(body), ...init,
      headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...init.headers as Record<string, string> },
    }),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
