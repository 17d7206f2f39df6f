/** Single requests of the ledger: search, one with its attempts, an operator's adjustment. */
import { randomUUID } from "node:crypto"
import { z } from "@hono/zod-openapi"
import { adjustEntry, ledgerErrors } from "../ledger/index.ts"
import type { AttemptEntry, EntryPlace, LedgerEntry, WholeEntry } from "../ledger/index.ts"
import { tenancyErrors } from "../tenancy/index.ts"
import type { Actor } from "../tenancy/index.ts"
import { defineEndpoint } from "./endpoint.ts"
import { adminErrors } from "./errors.ts"
import { adjustmentChangeSchema, entryPageSchema, entryStatusSchema, wholeEntrySchema } from "./ledger-schemas.ts"
import { currencyOf } from "./money.ts"
import type { AdminParts } from "./parts.ts"
import { actAbove, requireReader, toldBack } from "./rights.ts"
import { flag, limit, time } from "./query.ts"
import { readTime } from "./time-range.ts"
import { given } from "./views.ts"

const idPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const entryParams = { request: z.string().openapi({ description: "The id that the answer carried in x-request-id." }) }

/** What upstreams cost, and which there are, concerns the operator alone. */
const seesCosts = (actor: Actor) => actor.tenantId === "root"

function entryView(entry: LedgerEntry, withCosts: boolean): z.input<typeof wholeEntrySchema>["entry"] {
  const { path, openedAt, closedAt, mostCharge, tokens: { isEstimated, ...tokens }, ...rest } = entry
  return {
    ...rest, tenant: path[0] ?? "", openedAt: openedAt.toISOString(), closedAt: closedAt?.toISOString() ?? null, tokens, isEstimated,
    reserved: mostCharge.toString(), charge: entry.charge.toString(), adjusted: entry.adjusted.toString(), overrun: entry.overrun.toString(),
    pool: withCosts ? entry.pool : null, cost: withCosts ? entry.cost.toString() : null,
  }
}

function attemptView(attempt: AttemptEntry, withCosts: boolean): z.input<typeof wholeEntrySchema>["attemptEntries"][number] {
  const { openedAt, closedAt, tokens: { isEstimated, ...tokens }, mostCost, ...rest } = attempt
  return {
    ...rest, openedAt: openedAt.toISOString(), closedAt: closedAt?.toISOString() ?? null, tokens, isEstimated,
    reserved: mostCost.toString(), cost: attempt.cost.toString(),
    ...(withCosts ? {} : { pool: null, targetModel: null, upstreamId: null, reserved: null, cost: null }),
  }
}

async function wholeView(parts: AdminParts, { entry, attempts, adjustments }: WholeEntry, actor: Actor): Promise<z.input<typeof wholeEntrySchema>> {
  const withCosts = seesCosts(actor)
  return {
    currency: await currencyOf(parts), entry: entryView(entry, withCosts),
    attemptEntries: attempts.map((attempt) => attemptView(attempt, withCosts)),
    adjustments: adjustments.map(({ charge, cost, at, ...rest }) =>
      ({ ...rest, charge: charge.toString(), cost: withCosts ? cost.toString() : null, at: at.toISOString() })),
  }
}

const placeText = ({ openedAt, requestId }: EntryPlace) => Buffer.from(`${openedAt} ${requestId}`).toString("base64url")

function placeOf(text: string): EntryPlace {
  const [openedAt = "", requestId = ""] = Buffer.from(text, "base64url").toString("latin1").split(" ")
  if (/^\d{1,17}$/.test(openedAt) && idPattern.test(requestId)) return { openedAt, requestId }
  throw adminErrors.bad_admin_request({ field: "after", problem: { en: "must be the `next` of an earlier page", zh: "须为前一页的 next" } })
}

async function entryOf(parts: AdminParts, actor: Actor, requestId: string): Promise<WholeEntry> {
  const found = idPattern.test(requestId) ? await parts.entry({ requestId, tenant: actor.tenantId }) : undefined
  if (found === undefined) throw ledgerErrors.no_such_entry({ requestId: toldBack(requestId) })
  return found
}

export const ledgerEndpoints = [
  defineEndpoint({
    method: "get", path: "/ledger", id: "searchLedger", tag: "Ledger", scope: "usage", summary: "Requests, the newest first, in pages",
    query: {
      tenant: z.string().optional().openapi({ description: "The key's own unless said." }),
      below: flag.optional().openapi({ description: "true: with all tenants below. false: the tenant's own. true unless said." }),
      key: z.string().optional().openapi({ description: "Public id of the key." }),
      model: z.string().optional().openapi({ description: "As clients name it." }),
      pool: z.string().optional().openapi({ description: "Of the last attempt; for administrators of root." }),
      status: entryStatusSchema.optional(),
      since: time.optional().openapi({ description: "1d unless said. A length of time until now, or a date.", example: "1d" }),
      until: time.optional().openapi({ description: "Now unless said." }),
      limit: limit.optional().openapi({ description: "Entries of a page; 100 unless said, at most 1000." }),
      after: z.string().optional().openapi({ description: "`next` of the page before." }),
    },
    result: entryPageSchema,
    handle: async ({ parts, actor, serving, query }) => {
      const { tenant = actor.tenantId, below, key, model, pool, status, after } = query
      await requireReader(parts, actor, tenant, "ledger.read")
      if (pool !== undefined && !seesCosts(actor)) throw tenancyErrors.not_allowed({ act: "ledger.read pool", needs: "an administrator of root" })
      const now = serving.now()
      const page = await parts.entries({
        tenant, withDescendants: below !== "false", limit: Number(query.limit ?? "100"),
        from: new Date(readTime(query.since ?? "1d", now) ?? now), to: new Date(readTime(query.until ?? "0s", now + 1) ?? now),
        ...given({ keyId: key, model, pool, status, after: after === undefined ? undefined : placeOf(after) }),
      })
      return {
        currency: await currencyOf(parts), entries: page.entries.map((entry) => entryView(entry, seesCosts(actor))),
        next: page.next === null ? null : placeText(page.next),
      }
    },
  }),
  defineEndpoint({
    method: "get", path: "/ledger/{request}", id: "getLedgerEntry", tag: "Ledger", scope: "usage",
    summary: "One request with its attempts and adjustments", params: entryParams, result: wholeEntrySchema,
    handle: async ({ parts, actor, params: { request } }) => {
      await requireReader(parts, actor, actor.tenantId, "ledger.read")
      return wholeView(parts, await entryOf(parts, actor, request), actor)
    },
  }),
  defineEndpoint({
    method: "post", path: "/ledger/{request}/adjustments", id: "adjustLedgerEntry", tag: "Ledger",
    summary: "Charge a closed request more, or give some back",
    details: "Set from above the tenant. The entry itself never changes; its charge with all adjustments never falls below zero. "
      + "What is charged more counts even where a budget is used up.",
    params: entryParams, body: adjustmentChangeSchema, result: wholeEntrySchema,
    handle: async ({ parts, actor, params: { request }, body }) => {
      const { charge = "0", cost = "0", attemptId, reason, id = randomUUID() } = body
      if (BigInt(cost) !== 0n && !seesCosts(actor)) throw tenancyErrors.not_allowed({ act: "ledger.adjust cost", needs: "an administrator of root" })
      const { entry: { requestId, path } } = await entryOf(parts, actor, request)
      const entry = { act: "ledger.adjust", tenantId: path[0] ?? "", subject: requestId, facts: { id, charge, cost, reason, ...given({ attemptId }) } }
      await actAbove(parts, actor, entry, (client) =>
        adjustEntry(client, id, { requestId, charge: BigInt(charge), cost: BigInt(cost), reason, ...given({ attemptId }) }))
      return wholeView(parts, await entryOf(parts, actor, requestId), actor)
    },
  }),
]
