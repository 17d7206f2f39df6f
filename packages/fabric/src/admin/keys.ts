import { z } from "@hono/zod-openapi"
import { defineEndpoint } from "./endpoint.ts"
import { keyChangeSchema, keySchema, madeKeySchema, rotatedKeySchema } from "./schemas.ts"
import { keyChange, keyView } from "./views.ts"

const ofTenant = { tenant: z.string() }
const params = { key: z.string().openapi({ description: "Public id of the key, the part after dd-." }) }

export const keyEndpoints = [
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}/keys", id: "listKeys", tag: "Keys", summary: "Keys of a tenant, without their secrets",
    params: ofTenant, result: z.strictObject({ keys: z.array(keySchema) }),
    handle: async ({ parts, actor, params: { tenant } }) => ({ keys: (await parts.tenancy.keys(actor, tenant)).map(keyView) }),
  }),
  defineEndpoint({
    method: "post", path: "/tenants/{tenant}/keys", id: "createKey", tag: "Keys", summary: "Make a key; its secret is shown this once",
    details: "Nobody can give a key more than their own key has.",
    params: ofTenant, body: keyChangeSchema, status: 201, result: madeKeySchema,
    handle: async ({ parts, actor, params: { tenant }, body }) => {
      const made = await parts.tenancy.createKey(actor, { tenantId: tenant, ...keyChange(body) })
      return { key: keyView(made.key), secret: made.secret }
    },
  }),
  defineEndpoint({
    method: "patch", path: "/keys/{key}", id: "changeKey", tag: "Keys", summary: "Change what a key may do",
    params, body: keyChangeSchema, result: keySchema,
    handle: async ({ parts, actor, params: { key }, body }) => keyView(await parts.tenancy.changeKey(actor, key, keyChange(body))),
  }),
  defineEndpoint({
    method: "post", path: "/keys/{key}/rotate", id: "rotateKey", tag: "Keys", summary: "Give a key a new secret",
    params,
    body: z.strictObject({
      overlapSeconds: z.number().int().optional().openapi({ description: "How long the old secret still works; 3600 unless said.", example: 3600 }),
    }),
    result: rotatedKeySchema,
    handle: ({ parts, actor, params: { key }, body }) => parts.tenancy.rotateKey(actor, key, body.overlapSeconds ?? 3_600),
  }),
  defineEndpoint({
    method: "delete", path: "/keys/{key}", id: "revokeKey", tag: "Keys", summary: "Revoke a key: it works nowhere any more",
    params,
    handle: ({ parts, actor, params: { key } }) => parts.tenancy.revokeKey(actor, key),
  }),
]
