/** The administration of one store, and its first administrator. */
import { z } from "zod"
import type { Store } from "@daydream/engine/storage"
import { openVault } from "../secrets/index.ts"
import type { Secrets } from "../secrets/index.ts"
import { grantorOf, tenantsOf } from "./acts.ts"
import { readAudit, recordAct } from "./audit.ts"
import { read, tenantIdSchema } from "./inputs.ts"
import { createKeyMaker } from "./key-text.ts"
import type { KeyMaker } from "./key-text.ts"
import { insertKey, keyActs } from "./keys.ts"
import { tenancyMigrations, tenancySchema } from "./migrations.ts"
import { requireAdmin } from "./rights.ts"
import { insertTenant, tenantActs } from "./tenants.ts"
import type { SetBilling } from "./tenants.ts"
import { scopes } from "./tenancy.ts"
import type { Actor, Tenancy, Tenant } from "./tenancy.ts"

const auditQuerySchema = z.strictObject({
  tenantId: tenantIdSchema.exactOptional(),
  from: z.date().exactOptional(),
  limit: z.number().int().min(1).max(1_000).exactOptional(),
})

/** Brings the schema up to date and opens the store's own key maker. */
export async function openKeyMaker(store: Store, secrets: Secrets): Promise<KeyMaker> {
  await store.migrate(tenancySchema, tenancyMigrations)
  return createKeyMaker((await openVault(store, secrets)).pepper)
}

export interface TenancyOptions {
  /** Where the ledger is to know who pays in advance: the schema of the ledger must be made before. */
  readonly setBilling?: SetBilling
}

/** The administration over a store that is up to date, or over one transaction of it. */
export const tenancyOn = (store: Store, maker: KeyMaker, options: TenancyOptions = {}): Tenancy => ({
  ...tenantActs(store, options.setBilling),
  ...keyActs(store, maker),
  audit: async (actor, wanted) => {
    requireAdmin(await grantorOf(store, actor), "audit.read")
    const { tenantId = actor.tenantId, from, limit = 100 } = read(auditQuerySchema, wanted)
    const [tenant] = await tenantsOf(store, actor, tenantId)
    return readAudit(store, { tenantId: tenant.id, from, limit })
  },
})

/** The administration of tenants and keys in `store`. Throws `master_key_wrong` where it was sealed with another key. */
export async function createTenancy(store: Store, secrets: Secrets, options: TenancyOptions = {}): Promise<Tenancy> {
  return tenancyOn(store, await openKeyMaker(store, secrets), options)
}

const rootTenant: Tenant = {
  id: "root", parentId: null, title: "root", isSuspended: false, billing: "postpaid", quotas: [], models: null,
  recordsContent: false, responseCacheSeconds: null, weight: 1,
}

/**
 * Makes the tenant `root` and, with it, one key with all scopes, whose secret is in this answer and nowhere else.
 * Null where the root was made before: of several processes that begin at once, one gets the secret.
 */
export async function ensureRoot(store: Store, secrets: Secrets): Promise<{ readonly adminSecret: string | null }> {
  const maker = await openKeyMaker(store, secrets)
  return store.transaction(async (client) => {
    await client.query("select number from fabric_tenancy.version for update")
    if (!(await insertTenant(client, rootTenant, [], "server"))) return { adminSecret: null }
    const made = await insertKey(client, maker, "root", "server", {
      title: "first administrator", scopes: ["admin", "usage", "inference", "play"], models: null, quotas: [],
      requestClass: "interactive", expiresAt: null,
    })
    const entry = { actor: "server", tenantId: "root" }
    await recordAct(client, { ...entry, act: "tenant.create", subject: "root", facts: {} })
    await recordAct(client, { ...entry, act: "key.create", subject: made.key.id, facts: { title: made.key.title } })
    return { adminSecret: made.secret }
  })
}

/** Who acts on the machine itself (`cli`, `file`): whoever can open the store and its master key. */
export const machineActor = (id: "cli" | "file"): Actor => ({
  id, tenantId: "root", scopes: new Set(scopes),
})
