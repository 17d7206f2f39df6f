/** Alerts of budgets, and the webhook that they are delivered to. */
import { randomUUID } from "node:crypto"
import { z } from "@hono/zod-openapi"
import { alertErrors, sendEvent } from "../alerts/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import { currencyOf } from "./money.ts"
import type { AdminParts } from "./parts.ts"
import { limit } from "./query.ts"
import { requireReader } from "./rights.ts"
import { alertsSchema, periodSchema } from "./schemas.ts"

const dateTime = z.iso.datetime({ offset: true })
const count = z.number().int()

const webhookFields = {
  address: z.string(), since: dateTime.openapi({ description: "Alerts from then on are delivered." }),
  waiting: count.openapi({ description: "Alerts that are still tried." }),
  givenUp: count.openapi({ description: "Alerts that are not tried any more; setting the webhook again tries them anew." }),
}
const webhookSchema = z.strictObject({ webhook: z.strictObject(webhookFields).nullable() }).openapi("AlertWebhook")
const webhookSetSchema = z.strictObject({
  webhook: z.strictObject(webhookFields),
  secret: z.string().nullable().openapi({ description: "The secret where a new one was made: in this answer and nowhere else." }),
}).openapi("AlertWebhookSet")
const webhookChangeSchema = z.strictObject({
  address: z.string().max(2_048).openapi({ example: "https://alerts.example.com/daydream" }),
  secret: z.string().optional().openapi({ description: "whsec_ and 24 to 64 bytes in base64. Unless said, the old one stays, or a new one is made." }),
  newSecret: z.boolean().optional().openapi({ description: "Makes a new secret in place of the old one." }),
}).openapi("AlertWebhookChange")
const testedSchema = z.strictObject({
  isDelivered: z.boolean(), status: count.nullable(),
  problem: z.string().nullable().openapi({ description: "status 500, timeout, refused-address, or the network's own code." }),
}).openapi("AlertWebhookTest")

export type WebhookDocument = z.output<typeof webhookSchema>
export type WebhookSetDocument = z.output<typeof webhookSetSchema>
export type WebhookTestDocument = z.output<typeof testedSchema>

interface AlertRow {
  readonly id: string
  readonly tenant: string
  readonly period: z.output<typeof periodSchema>
  readonly start: number | null
  readonly threshold: number
  readonly limit: string
  readonly spent: string
  readonly at: Date
  readonly attempts: number
  readonly delivered_at: Date | null
  readonly given_up_at: Date | null
  readonly last_problem: string | null
}

const deliveryOf = (row: AlertRow) => ({
  attempts: row.attempts, deliveredAt: row.delivered_at?.toISOString() ?? null, givenUpAt: row.given_up_at?.toISOString() ?? null,
  problem: row.last_problem,
})

/** Thresholds that were passed by the tenant and those below it, the newest first. */
async function alertsOf(parts: AdminParts, tenant: string, most: number, withDelivery: boolean): Promise<z.input<typeof alertsSchema>> {
  const rows = await parts.store.query<AlertRow>(
    `select id, tenant, period, case when isfinite(period_start) then extract(epoch from period_start)::float8 end as start, threshold,
       limit_amount as limit, spent, at, attempts, delivered_at, given_up_at, last_problem
     from fabric_ledger.alert where tenant in (select id from fabric_tenancy.tenant where path @> array[$1::text])
     order by at desc, threshold desc limit $2`, [tenant, most])
  return {
    currency: await currencyOf(parts),
    alerts: rows.map((row) => ({
      id: row.id, tenant: row.tenant, period: row.period, periodStart: row.start === null ? null : new Date(row.start * 1_000).toISOString(),
      threshold: row.threshold, limit: row.limit, spent: row.spent, at: row.at.toISOString(), delivery: withDelivery ? deliveryOf(row) : null,
    })),
  }
}

export const alertEndpoints = [
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}/alerts", id: "listAlerts", tag: "Money", scope: "usage",
    summary: "Thresholds of budgets that a tenant and those below it passed, the newest first",
    params: { tenant: z.string() }, query: { limit: limit.optional().openapi({ description: "500 unless said, at most 1000." }) }, result: alertsSchema,
    handle: async ({ parts, actor, params: { tenant }, query }) => {
      await requireReader(parts, actor, tenant, "alert.list")
      return alertsOf(parts, tenant, Number(query.limit ?? "500"), actor.tenantId === "root")
    },
  }),
  defineEndpoint({
    method: "get", path: "/alert-webhook", id: "getAlertWebhook", tag: "Configuration", summary: "The webhook that alerts are delivered to", result: webhookSchema,
    handle: async ({ parts, actor }) => {
      const webhook = await parts.webhooks.view(actor)
      return { webhook: webhook === null ? null : { ...webhook, since: webhook.since.toISOString() } }
    },
  }),
  defineEndpoint({
    method: "put", path: "/alert-webhook", id: "setAlertWebhook", tag: "Configuration", summary: "Set the webhook that alerts are delivered to",
    details: "Each alert is sent as a POST signed as Standard Webhooks say, at least once, until a status of 200 to 299 answers; webhook-id is the same each time.",
    body: webhookChangeSchema, result: webhookSetSchema,
    handle: async ({ parts, actor, body: { address, secret, newSecret } }) => {
      const setting = { address, ...(secret === undefined ? {} : { secret }), ...(newSecret === undefined ? {} : { isNewSecret: newSecret }) }
      const made = await parts.webhooks.set(actor, setting, await parts.configuration.allowedNetworks(actor))
      const webhook = await parts.webhooks.view(actor)
      if (webhook === null) throw alertErrors.no_webhook({})
      return { webhook: { ...webhook, since: webhook.since.toISOString() }, secret: made.secret }
    },
  }),
  defineEndpoint({
    method: "delete", path: "/alert-webhook", id: "removeAlertWebhook", tag: "Configuration", summary: "Deliver alerts nowhere any more",
    handle: ({ parts, actor }) => parts.webhooks.remove(actor),
  }),
  defineEndpoint({
    method: "post", path: "/alert-webhook/test", id: "testAlertWebhook", tag: "Configuration", summary: "Send an event of the type webhook.test now",
    body: z.strictObject({}), result: testedSchema,
    handle: async ({ parts, actor, serving }) => {
      const allowedNetworks = await parts.configuration.allowedNetworks(actor)
      const webhook = await parts.webhooks.current()
      if (webhook === null) throw alertErrors.no_webhook({})
      const body = JSON.stringify({ type: "webhook.test", timestamp: new Date(serving.now()).toISOString(), data: {} })
      return sendEvent(webhook, { id: randomUUID(), body }, { allowedNetworks, now: serving.now })
    },
  }),
]
