/** `fabric.yaml` as it is written: strict, so that a mistyped name is told instead of ignored. */
import { z } from "zod"
import { parseMoney } from "@daydream/engine/money"
import {
  keyChangeSchema, modelsSchema, parseQuota, quotaSchema, quotasSchema, tenantChangeSchema, tenantIdSchema, titleSchema,
} from "../tenancy/index.ts"
import { currencySchema, networksSchema, poolFieldsSchema, retentionSchema, routeFieldsSchema } from "./inputs.ts"

/** Turns what is written (a text or number) into a value; where that fails, `message` is said at this place of the file. */
const readAs = <T>(message: string, read: (text: string) => T) =>
  z.unknown().transform((value, context): T => {
    try {
      if (typeof value === "string" || typeof value === "number") return read(String(value))
    } catch {
      // Said below.
    }
    context.addIssue({ code: "custom", message })
    return z.NEVER
  })

// The currency stands once in the file.
const moneySchema = readAs("must be an amount of money such as \"0.50\", not negative", (text) => {
  if (!/^[\d.,]+$/.test(text)) throw new Error("no amount")
  return parseMoney(text, "USD")
})

const dateSchema = readAs("must be a date such as 2026-01-31", (text) => {
  const date = new Date(text)
  if (!/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/.test(text) || Number.isNaN(date.getTime())) throw new Error("no date")
  return date
})

/** A text that `read` understands, or the value written out. */
const textOr = <T>(message: string, read: (text: string) => unknown, schema: z.ZodType<T>) =>
  z.unknown().transform((value, context) => {
    if (typeof value !== "string") return value
    try {
      return read(value)
    } catch {
      context.addIssue({ code: "custom", message })
      return z.NEVER
    }
  }).pipe(schema)

const quotasField = z.array(textOr("must be a quota such as 100k-tokens/min or 20-concurrent", parseQuota, quotaSchema))
  .pipe(quotasSchema)

function readTarget(text: string) {
  const slash = text.indexOf("/")
  if (slash < 1 || slash === text.length - 1) throw new Error("no target")
  return { target: { pool: text.slice(0, slash), model: text.slice(slash + 1) } }
}

const noTarget = "must be pool/model"
const placeSchema = z.strictObject({ pool: z.string(), model: z.string() })
const targetSchema = textOr(noTarget, readTarget, z.strictObject({
  target: textOr(noTarget, (text) => readTarget(text).target, placeSchema), weight: z.number().exactOptional(),
})).transform(({ target, weight }) => ({ ...target, ...(weight === undefined ? {} : { weight }) }))

const priceFields = z.strictObject({
  side: z.enum(["charge", "cost"]),
  subject: z.string(),
  validFrom: dateSchema.default(new Date(0)),
  input: moneySchema.exactOptional(), cachedInput: moneySchema.exactOptional(), cacheWrite: moneySchema.exactOptional(),
  imageInput: moneySchema.exactOptional(), audioInput: moneySchema.exactOptional(), output: moneySchema.exactOptional(),
  reasoning: moneySchema.exactOptional(), audioOutput: moneySchema.exactOptional(), perRequest: moneySchema.exactOptional(),
}).transform(({ side, subject, validFrom, perRequest, ...perMillion }) =>
  ({ side, subject, validFrom, perMillion, ...(perRequest === undefined ? {} : { perRequest }) }))

const noShare = "must be a share of the limit such as 0.8"

const budgetSchema = z.strictObject({
  period: z.enum(["day", "month", "total"]),
  limit: moneySchema,
  alertsAt: z.array(z.number().gt(0, noShare).max(100, noShare)).max(20).default([])
    .transform((shares) => shares.toSorted((a, b) => a - b)),
})

/** Days, from "400d"; null for "forever". */
const daysSchema = readAs("must be a number of days such as 400d, or forever", (text) => {
  if (text === "forever") return null
  if (!/^\d{1,5}d$/.test(text)) throw new Error("no days")
  return Number(text.slice(0, -1))
})

const distinct = <T>(name: (value: T) => string) => (values: readonly T[]) =>
  new Set(values.map(name)).size === values.length

const keySchema = keyChangeSchema.omit({ models: true, quotas: true, expiresAt: true }).extend({
  title: titleSchema.min(1),
  models: modelsSchema.exactOptional(),
  quotas: quotasField.exactOptional(),
  expiresAt: dateSchema.nullable().exactOptional(),
})

const tenantSchema = tenantChangeSchema.omit({ quotas: true }).extend({
  parent: tenantIdSchema.exactOptional(),
  quotas: quotasField.exactOptional(),
  budgets: z.array(budgetSchema)
    .refine(distinct<{ period: string }>((budget) => budget.period), "two budgets of one period").exactOptional(),
  keys: z.array(keySchema)
    .refine(distinct<{ title: string }>((key) => key.title), "two keys of one title").exactOptional(),
})

const credentialFileSchema = z.strictObject({
  secretFrom: z.string().regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, "must be env:NAME").exactOptional(),
}).nullable()

/** A section that is not there is left as it is. */
export const fileSchema = z.strictObject({
  version: z.literal(1, "this file is of a newer version").default(1),
  /** True: what the file does not name is removed, within the sections that it has. */
  prune: z.boolean().default(false),
  currency: currencySchema.exactOptional(),
  networks: networksSchema.exactOptional(),
  retention: z.strictObject({ ledger: daysSchema, audit: daysSchema })
    .transform(({ ledger, audit }) => ({ ledgerDays: ledger, auditDays: audit })).pipe(retentionSchema).exactOptional(),
  credentials: z.record(tenantIdSchema, credentialFileSchema).exactOptional(),
  pools: z.record(z.string(), poolFieldsSchema).exactOptional(),
  routes: z.record(z.string(), routeFieldsSchema.omit({ targets: true }).extend({ targets: z.array(targetSchema) }))
    .exactOptional(),
  prices: z.array(priceFields).exactOptional(),
  tenants: z.record(tenantIdSchema, tenantSchema).exactOptional(),
})

