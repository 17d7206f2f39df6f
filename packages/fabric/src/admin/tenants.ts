import { z } from "@hono/zod-openapi"
import { tenancyErrors } from "../tenancy/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import { toldBack } from "./rights.ts"
import { newTenantSchema, tenantChangeSchema, tenantSchema } from "./schemas.ts"
import { given, tenantChange, tenantView } from "./views.ts"

const params = { tenant: z.string() }

export const tenantEndpoints = [
  defineEndpoint({
    method: "get", path: "/tenants", id: "listTenants", tag: "Tenants", summary: "The tenant of the key and all below it",
    result: z.strictObject({ tenants: z.array(tenantSchema) }),
    handle: async ({ parts, actor }) => ({ tenants: (await parts.tenancy.tenants(actor)).map(tenantView) }),
  }),
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}", id: "getTenant", tag: "Tenants", summary: "One tenant",
    params, result: tenantSchema,
    handle: async ({ parts, actor, params: { tenant } }) => {
      const found = (await parts.tenancy.tenants(actor)).find((one) => one.id === tenant)
      if (found === undefined) throw tenancyErrors.no_such_tenant({ tenant: toldBack(tenant) })
      return tenantView(found)
    },
  }),
  defineEndpoint({
    method: "post", path: "/tenants", id: "addTenant", tag: "Tenants", summary: "Add a tenant",
    details: "A tenant never has more than those above it, and no more than the key that adds it.",
    body: newTenantSchema, status: 201, result: tenantSchema,
    handle: async ({ parts, actor, body: { id, parentId, ...rest } }) => {
      const under = parentId === undefined ? {} : { parentId }
      return tenantView(await parts.tenancy.addTenant(actor, { id, ...under, ...tenantChange(given(rest)) }))
    },
  }),
  defineEndpoint({
    method: "patch", path: "/tenants/{tenant}", id: "changeTenant", tag: "Tenants", summary: "Change a tenant, suspend it, lift it",
    details: "Limits (quotas, models, billing, weight, isSuspended) are set from above the tenant.",
    params, body: tenantChangeSchema, result: tenantSchema,
    handle: async ({ parts, actor, params: { tenant }, body }) =>
      tenantView(await parts.tenancy.changeTenant(actor, tenant, tenantChange(body))),
  }),
]
