/** Acts on tenants. */
import type { ClientBase } from "pg"
import type { Store } from "@daydream/engine/storage"
import { act, grantorOf, onClient, tenantsOf } from "./acts.ts"
import { differences } from "./audit.ts"
import { tenancyErrors } from "./errors.ts"
import { newTenantSchema, read, tenantChangeSchema, tenantIdSchema } from "./inputs.ts"
import { changedTenant, newTenant, requireAdmin } from "./rights.ts"
import { tenantColumns, tenantOf, tenantValues } from "./rows.ts"
import type { TenantRow } from "./rows.ts"
import type { Tenancy, Tenant } from "./tenancy.ts"

/** Deepest place in the tree: each level is asked on every call. */
const mostDepth = 16

export async function insertTenant(
  client: ClientBase, tenant: Tenant, above: readonly string[], createdBy: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into fabric_tenancy.tenant (${tenantColumns}, path, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict do nothing`, [...tenantValues(tenant), [tenant.id, ...above], createdBy])
  return rowCount === 1
}

/** Tells the ledger, in the same transaction, how a tenant pays from now on. */
export type SetBilling = (store: Store, tenant: string, billing: Tenant["billing"]) => Promise<void>

type TenantActs = Pick<Tenancy, "addTenant" | "changeTenant" | "tenants" | "tenant">

export const tenantActs = (store: Store, setBilling: SetBilling | undefined): TenantActs => ({
  addTenant: (actor, wanted) =>
    act(store, actor, "tenant.create", async ({ client, grantor, tenants, done }) => {
      const { parentId = actor.tenantId, ...rest } = read(newTenantSchema, wanted)
      const above = await tenants(parentId)
      if (above.length >= mostDepth) throw tenancyErrors.tenants_too_deep({ most: mostDepth })
      const tenant = newTenant(grantor, above, rest)
      if (!(await insertTenant(client, tenant, above.map((one) => one.id), actor.id)))
        throw tenancyErrors.tenant_exists({ tenant: tenant.id })
      if (tenant.billing === "prepaid") await setBilling?.(onClient(store, client), tenant.id, tenant.billing)
      await done({ tenantId: tenant.id }, { act: "tenant.create", subject: tenant.id, facts: { ...tenant } })
      return tenant
    }),

  changeTenant: (actor, id, change) =>
    act(store, actor, "tenant.change", async ({ client, grantor, tenants, done }) => {
      const [tenant, ...above] = await tenants(read(tenantIdSchema, id))
      const changed = changedTenant(grantor, above, tenant, read(tenantChangeSchema, change))
      const facts = differences(tenant, changed)
      if (Object.keys(facts).length === 0) return tenant
      await client.query(
        `update fabric_tenancy.tenant set (${tenantColumns}) = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) where id = $1`,
        [...tenantValues(changed)])
      if (changed.billing !== tenant.billing) await setBilling?.(onClient(store, client), id, changed.billing)
      await done({ tenantId: id }, { act: "tenant.change", subject: id, facts })
      return changed
    }),

  tenants: async (actor) => {
    requireAdmin(await grantorOf(store, actor), "tenant.list")
    const rows = await store.query<TenantRow>(
      "select * from fabric_tenancy.tenant where path @> array[$1::text] order by cardinality(path), id", [actor.tenantId])
    return rows.map(tenantOf)
  },

  tenant: async (actor, id) => {
    const grantor = await grantorOf(store, actor)
    if (!grantor.scopes.has("usage")) requireAdmin(grantor, "tenant.show")
    return (await tenantsOf(store, actor, read(tenantIdSchema, id)))[0]
  },
})
