/** The ledger's entries as the admin API's JSON. */
import { z } from "@hono/zod-openapi"
import { amountSchema } from "./schemas.ts"

const dateTime = z.iso.datetime({ offset: true })
const count = z.number().int()
const currency = z.string().openapi({ description: "ISO 4217.", example: "USD" })
const ofOperator = "null for whom it does not concern: only root sees it."

const tokens = z.strictObject({
  input: count, cachedInput: count, cacheWrite: count, imageInput: count, audioInput: count, output: count, reasoning: count, audioOutput: count,
})
export const entryStatusSchema = z.enum(["open", "completed", "cut", "client-gone", "failed", "unknown"])

export const entrySchema = z.strictObject({
  requestId: z.string(), tenant: z.string(), keyId: z.string(), api: z.string(),
  model: z.string().openapi({ description: "As the client named it." }),
  status: entryStatusSchema, openedAt: dateTime, closedAt: dateTime.nullable(),
  reserved: amountSchema.openapi({ description: "What the request could be charged at most." }),
  charge: amountSchema.openapi({ description: "As the request was closed." }),
  adjusted: amountSchema.openapi({ description: "What adjustments added; the tenant pays charge and adjusted together." }),
  overrun: amountSchema, tokens, isEstimated: z.boolean(), attempts: count,
  isAssumed: z.boolean().openapi({ description: "Closed in place of a process that died." }),
  pool: z.string().nullable().openapi({ description: `Of the last attempt; ${ofOperator}` }),
  cost: amountSchema.nullable().openapi({ description: `What upstreams cost; ${ofOperator}` }),
}).openapi("LedgerEntry")

const attemptSchema = z.strictObject({
  attemptId: z.string(), openedAt: dateTime, closedAt: dateTime.nullable(),
  status: z.enum(["open", "completed", "cut", "client-gone", "refused", "failed", "timed-out", "not-sent", "unknown"]),
  tokens, isEstimated: z.boolean(), answeredModel: z.string().nullable(), firstTokenMs: z.number().nullable(), totalMs: z.number().nullable(),
  joules: z.number().nullable(), joulesSource: z.enum(["measured", "configured"]).nullable(), isAssumed: z.boolean(),
  pool: z.string().nullable().openapi({ description: ofOperator }), targetModel: z.string().nullable(), upstreamId: z.string().nullable(),
  reserved: amountSchema.nullable(), cost: amountSchema.nullable(),
})
const adjustmentSchema = z.strictObject({
  id: z.string(), attemptId: z.string().nullable(), charge: amountSchema, cost: amountSchema.nullable(), reason: z.string(), at: dateTime,
})

export const wholeEntrySchema = z.strictObject({
  currency, entry: entrySchema, attemptEntries: z.array(attemptSchema), adjustments: z.array(adjustmentSchema),
}).openapi("WholeLedgerEntry")

export const entryPageSchema = z.strictObject({
  currency, entries: z.array(entrySchema),
  next: z.string().nullable().openapi({ description: "Sent as `after`, gives the next page; null: this was the last." }),
}).openapi("LedgerPage")

const zero = /^-?0+$/
export const adjustmentChangeSchema = z.strictObject({
  charge: amountSchema.optional().openapi({ description: "Added to the charge; negative: given back." }),
  cost: amountSchema.optional().openapi({ description: "Added to the cost; for administrators of root." }),
  attemptId: z.uuid().optional().openapi({ description: "The attempt whose cost it is." }),
  reason: z.string().trim().min(1).max(1_000),
  id: z.uuid().optional().openapi({ description: "Names this adjustment: sent twice, it counts once." }),
}).refine((change) => [change.charge, change.cost].some((one) => one !== undefined && !zero.test(one)), "needs a charge or a cost that is not zero")
  .openapi("Adjustment")

export type EntryDocument = z.output<typeof entrySchema>
export type WholeEntryDocument = z.output<typeof wholeEntrySchema>
export type EntryPageDocument = z.output<typeof entryPageSchema>
