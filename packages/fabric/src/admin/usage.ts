/** Usage and the audit log. */
import { z } from "@hono/zod-openapi"
import type { UsageGroup, UsageRow } from "../ledger/index.ts"
import { tenancyErrors } from "../tenancy/index.ts"
import type { Actor } from "../tenancy/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import type { Call } from "./endpoint.ts"
import { currencyOf } from "./money.ts"
import { flag, limit, time } from "./query.ts"
import { requireReader } from "./rights.ts"
import { auditSchema, groupSchema, usageSchema } from "./schemas.ts"
import { readTime } from "./time-range.ts"

const groups = z.string().refine(
  (text) => text.split(",").every((one) => groupSchema.safeParse(one).success),
  "must be some of tenant, key, model, pool, day, hour, with commas between",
)

const query = {
  since: time.optional().openapi({ description: "7d unless said. A length of time until now, or a date.", example: "7d" }),
  until: time.optional().openapi({ description: "Now unless said." }),
  groupBy: groups.optional().openapi({ description: "One row for all unless said.", example: "model,day" }),
  below: flag.optional().openapi({ description: "true: with all tenants below. false: the tenant's own. true unless said." }),
}

/** What upstreams cost, and which there are, concerns the operator alone. */
const seesCosts = (actor: Actor) => actor.tenantId === "root"

const rowView = (row: UsageRow, withCosts: boolean): z.input<typeof usageSchema>["rows"][number] => {
  const { isEstimated: _, ...tokens } = row.tokens
  return {
    group: { ...row.group }, requests: row.requests, attempts: row.attempts, failed: row.failed, estimated: row.estimated, tokens,
    charge: row.charge.toString(), cost: withCosts ? row.cost.toString() : null, overrun: row.overrun.toString(), joules: row.joules,
  }
}

type UsageCall = Pick<Call<object, z.output<z.ZodObject<typeof query>>, undefined>, "actor" | "parts" | "serving" | "query">

async function usageOf({ actor, parts, serving, query: asked }: UsageCall, tenant: string): Promise<z.input<typeof usageSchema>> {
  await requireReader(parts, actor, tenant, "usage.read")
  const groupBy = [...new Set(asked.groupBy?.split(",") ?? [])] as UsageGroup[]
  if (groupBy.includes("pool") && !seesCosts(actor))
    throw tenancyErrors.not_allowed({ act: "usage.read pool", needs: "an administrator of root" })
  const now = serving.now()
  const [from, to] = [readTime(asked.since ?? "7d", now) ?? now, readTime(asked.until ?? "0s", now) ?? now]
  const rows = await parts.usage({
    tenant, withDescendants: asked.below !== "false", from: new Date(from), to: new Date(to), groupBy,
  })
  return {
    tenant, from: new Date(from).toISOString(), to: new Date(to).toISOString(), currency: await currencyOf(parts),
    rows: rows.map((row) => rowView(row, seesCosts(actor))),
  }
}

export const usageEndpoints = [
  defineEndpoint({
    method: "get", path: "/usage", id: "getOwnUsage", tag: "Usage", scope: "usage", summary: "Usage of the key's own tenant",
    query, result: usageSchema,
    handle: (call) => usageOf(call, call.actor.tenantId),
  }),
  defineEndpoint({
    method: "get", path: "/tenants/{tenant}/usage", id: "getUsage", tag: "Usage", scope: "usage", summary: "Usage of a tenant",
    params: { tenant: z.string() }, query, result: usageSchema,
    handle: (call) => usageOf(call, call.params.tenant),
  }),
  defineEndpoint({
    method: "get", path: "/audit", id: "getAudit", tag: "Usage", summary: "Administrative acts, the newest first",
    query: { tenant: z.string().optional(), since: time.optional(), limit: limit.optional() }, result: auditSchema,
    handle: async ({ actor, parts, serving, query: { tenant, since, limit: most } }) => {
      const from = since === undefined ? undefined : readTime(since, serving.now())
      const entries = await parts.tenancy.audit(actor, {
        ...(tenant === undefined ? {} : { tenantId: tenant }), ...(from === undefined ? {} : { from: new Date(from) }),
        ...(most === undefined ? {} : { limit: Number(most) }),
      })
      return { entries: entries.map(({ at, facts, ...rest }) => ({ at: at.toISOString(), ...rest, facts: { ...facts } })) }
    },
  }),
]
