/** How long entries are kept, and what was removed so far. */
import { z } from "@hono/zod-openapi"
import { grantorOf, requireRootAdmin } from "../tenancy/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import type { AdminParts } from "./parts.ts"
import { currencyOf } from "./money.ts"
import { amountSchema } from "./schemas.ts"

const days = z.number().int().min(1).max(36_500).nullable().openapi({ description: "Days; null: for ever." })
const settingFields = { ledgerDays: days, auditDays: days }
const retentionChangeSchema = z.strictObject(settingFields).openapi("RetentionChange")
const count = z.number().int()

const retentionSchema = z.strictObject({
  ...settingFields,
  removed: z.strictObject({
    currency: z.string(), requests: count, attempts: count, adjustments: count, charge: amountSchema, cost: amountSchema, auditEntries: count,
  }).openapi({ description: "What was removed so far; usage and budgets hold it still." }),
  hoursFrom: z.iso.datetime({ offset: true }).nullable()
    .openapi({ description: "Usage from here on is known by the hour, before by the day; null: all by the hour." }),
}).openapi("Retention")
export type RetentionDocument = z.output<typeof retentionSchema>

interface RemovedRow {
  readonly requests: number
  readonly attempts: number
  readonly adjustments: number
  readonly charge: string
  readonly cost: string
  readonly audit: number
  readonly hours: Date | null
}

const removedSums = `
  select coalesce(sum(requests), 0)::float8 as requests, coalesce(sum(attempts), 0)::float8 as attempts,
    coalesce(sum(adjustments), 0)::float8 as adjustments, coalesce(sum(charge), 0)::text as charge, coalesce(sum(cost), 0)::text as cost,
    (select coalesce(sum(entries), 0)::float8 from fabric_tenancy.removed_day) as audit,
    (select case when isfinite(usage_day) then usage_day end from fabric_ledger.kept) as hours
  from fabric_ledger.removed_day`

async function retentionView(parts: AdminParts, setting: { readonly ledgerDays: number | null; readonly auditDays: number | null }) {
  const [row] = await parts.store.query<RemovedRow>(removedSums)
  if (row === undefined) throw new Error("Sums are always one row")
  const { audit, hours, ...sums } = row
  return { ...setting, removed: { currency: await currencyOf(parts), ...sums, auditEntries: audit }, hoursFrom: hours?.toISOString() ?? null }
}

export const retentionEndpoints = [
  defineEndpoint({
    method: "get", path: "/retention", id: "getRetention", tag: "Configuration", summary: "How long entries of the ledger and of the audit log are kept",
    result: retentionSchema,
    handle: async ({ parts, actor }) => {
      requireRootAdmin(await grantorOf(parts.store, actor), "retention.show")
      return retentionView(parts, await parts.configuration.retention(actor))
    },
  }),
  defineEndpoint({
    method: "put", path: "/retention", id: "setRetention", tag: "Configuration", summary: "Set how long entries are kept",
    details: "What is older is removed in the background, in small batches, for good. Usage, budgets and credit do not change by it.",
    body: retentionChangeSchema, result: retentionSchema,
    handle: async ({ parts, actor, body }) => {
      await parts.configuration.setRetention(actor, body)
      return retentionView(parts, body)
    },
  }),
]
