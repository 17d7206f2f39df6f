/** The fabric of real parts for benchmarks: a store, tenants, configuration; gateways are processes of their own. */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import { createConfiguration } from "@daydream/fabric/configuration"
import type { Configuration, PoolInput, RouteInput } from "@daydream/fabric/configuration"
import { createBudgetAdministration } from "@daydream/fabric/ledger"
import type { BudgetAdministration } from "@daydream/fabric/ledger"
import { openSecrets } from "@daydream/fabric/secrets"
import { createTenancy, ensureRoot, machineActor } from "@daydream/fabric/tenancy"
import type { NewKey, Tenancy } from "@daydream/fabric/tenancy"
import { startScript } from "./child.ts"
import type { Child } from "./child.ts"
import type { GatewayFacts, GatewayProcessOptions } from "./gateway-process.ts"

/** A key for what the benchmark seals; there is nothing to protect. */
export const masterKey = `1:${Buffer.alloc(32, 7).toString("base64")}`
export const actor = machineActor("cli")

/** What the gateways of one benchmark share. */
export interface Fabric extends AsyncDisposable {
  readonly store: Store
  readonly tenancy: Tenancy
  readonly budgets: BudgetAdministration
  readonly configuration: Configuration
  keyFor(tenant: string, key?: Partial<NewKey>): Promise<string>
  setPool(pool: Partial<PoolInput> & { readonly name: string; readonly address: string }): Promise<void>
  setRoute(route: Omit<RouteInput, "targets" | "strategy"> & { readonly targets: readonly string[]; readonly strategy?: RouteInput["strategy"] }): Promise<void>
  gateway(options?: Partial<GatewayProcessOptions>, nodeFlags?: readonly string[]): Promise<Child<GatewayFacts>>
}

/** Opens a fabric on the database at `url`, or on an embedded one in a folder that is removed at the end. */
export async function openFabric(options: { readonly url?: string } = {}): Promise<Fabric> {
  const folder = options.url === undefined ? await mkdtemp(join(tmpdir(), "daydream-benchmark-fabric-")) : null
  if (folder !== null) await chmod(folder, 0o755)
  const store = await openStore(folder === null ? { url: options.url as string } : { folder })
  const secrets = await openSecrets({ masterKey })
  await ensureRoot(store, secrets)
  const tenancy = await createTenancy(store, secrets)
  const configuration = await createConfiguration(store, secrets)
  const budgets = createBudgetAdministration(store)
  await configuration.setAllowedNetworks(actor, ["127.0.0.1/32"])
  const known = new Set(["root"])
  return {
    store, tenancy, budgets, configuration,
    async keyFor(tenant, key = {}) {
      if (!known.has(tenant)) await tenancy.addTenant(actor, { id: tenant })
      known.add(tenant)
      return (await tenancy.createKey(actor, { tenantId: tenant, ...key })).secret
    },
    async setPool({ address, ...pool }) {
      await configuration.setPool(actor, {
        kind: "openai", addresses: [address], models: ["mock"], concurrency: 1_000, mostWaiting: 1_000, outputCap: 1_000, ...pool,
      })
    },
    async setRoute({ targets, ...route }) {
      await configuration.setRoute(actor, {
        strategy: "fallback", ...route, targets: targets.map((target) => {
          const [pool = "", model = ""] = target.split("/")
          return { pool, model }
        }),
      } as RouteInput)
    },
    gateway: (more = {}, nodeFlags = []) =>
      startScript<GatewayFacts>("gateway-process.ts", more, { nodeFlags, environment: { DATABASE_URL: store.url } }),
    async [Symbol.asyncDispose]() {
      await store.close()
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    },
  }
}
