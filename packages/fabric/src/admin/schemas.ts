/** The admin API's JSON. Amounts are whole nano-units (billionths of the currency's unit) as texts, never floats. */
import { z } from "@hono/zod-openapi"
import { scopes } from "../tenancy/index.ts"

export const amountSchema = z.string()
  .regex(/^-?\d{1,18}$/, "must be a whole number of nano-units (billionths) as a text: \"50000000000\" is 50")
  .openapi("Amount", { description: "Nano-units (billionths) of the currency: \"50000000000\" is 50.", example: "50000000000" })

const dateTime = z.iso.datetime({ offset: true })

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().openapi({ description: "In English, or in Chinese where Accept-Language asks for it." }),
    hint: z.string().nullable(),
  }),
}).openapi("Error")

const quotaText = z.string().openapi("Quota", {
  description: "100k-tokens/min, 600-requests/min, 5m-tokens/day, 20-concurrent; @model at the end limits one model.",
  example: "100k-tokens/min",
})
const models = z.array(z.string()).nullable()
  .openapi({ description: "Exact names, or beginnings with * at the end; null: what the tenant above may." })

const tenantFields = {
  title: z.string(),
  isSuspended: z.boolean(),
  billing: z.enum(["prepaid", "postpaid"]),
  quotas: z.array(quotaText),
  models,
  recordsContent: z.boolean().openapi({ description: "May prompts and answers stand in spans and logs?" }),
  responseCacheSeconds: z.number().int().nullable(),
  weight: z.number().openapi({ description: "Share in the fair queue." }),
}
export const tenantSchema = z.strictObject({ id: z.string(), parentId: z.string().nullable(), ...tenantFields }).openapi("Tenant")
export const tenantChangeSchema = z.strictObject(tenantFields).partial().openapi("TenantChange")
export const newTenantSchema = z.strictObject({
  id: z.string().openapi({ description: "Lower-case letters, digits, hyphens; never changes." }),
  parentId: z.string().optional().openapi({ description: "The key's own tenant unless said." }),
  ...tenantChangeSchema.shape,
}).openapi("NewTenant")

const keyFields = {
  title: z.string(),
  scopes: z.array(z.enum(scopes)),
  models,
  quotas: z.array(quotaText),
  requestClass: z.enum(["interactive", "batch"]),
  expiresAt: dateTime.nullable(),
}
export const keySchema = z.strictObject({
  id: z.string(), tenantId: z.string(), ...keyFields, createdAt: dateTime, createdBy: z.string(), revokedAt: dateTime.nullable(),
}).openapi("Key")
export const keyChangeSchema = z.strictObject(keyFields).partial().openapi("KeyChange")
const secret = z.string().openapi({ description: "The whole key. It is in this answer and nowhere else." })
export const madeKeySchema = z.strictObject({ key: keySchema, secret }).openapi("MadeKey")
export const rotatedKeySchema = z.strictObject({ secret }).openapi("RotatedKey")

export const periodSchema = z.enum(["day", "month", "total"])
const currency = z.string().openapi({ description: "ISO 4217.", example: "USD" })
const alertsAt = z.array(z.number()).openapi({ description: "Shares of the limit at which an alert is recorded.", example: [0.8, 1] })
export const budgetChangeSchema = z.strictObject({ limit: amountSchema, alertsAt: alertsAt.optional() }).openapi("BudgetChange")
export const budgetsSchema = z.strictObject({
  currency,
  budgets: z.array(z.strictObject({
    tenant: z.string(), period: periodSchema, limit: amountSchema, alertsAt, spent: amountSchema, reserved: amountSchema,
    resetsAt: dateTime.nullable(),
  })),
}).openapi("Budgets")
export const alertsSchema = z.strictObject({
  currency,
  alerts: z.array(z.strictObject({
    id: z.string(), tenant: z.string(), period: periodSchema, periodStart: dateTime.nullable(), threshold: z.number(), limit: amountSchema,
    spent: amountSchema, at: dateTime,
    delivery: z.strictObject({
      attempts: z.number().int(), deliveredAt: dateTime.nullable(), givenUpAt: dateTime.nullable(), problem: z.string().nullable(),
    }).nullable().openapi({ description: "To the webhook; null for whom it does not concern: only root sees it." }),
  })),
}).openapi("Alerts")
export const creditSchema = z.strictObject({ currency, balance: amountSchema }).openapi("Credit")
export const creditChangeSchema = z.strictObject({
  amount: amountSchema,
  id: z.string().min(1).max(200).openapi({ description: "Names this payment: sent twice, it counts once." }),
  note: z.string().max(1_000).optional(),
}).openapi("CreditChange")

export const groupSchema = z.enum(["tenant", "key", "model", "pool", "day", "hour"])
const count = z.number().int()
export const usageSchema = z.strictObject({
  tenant: z.string(), from: dateTime, to: dateTime, currency,
  rows: z.array(z.strictObject({
    group: z.partialRecord(groupSchema, z.string()),
    requests: count, attempts: count, failed: count,
    estimated: count.openapi({ description: "Requests whose tokens a tokenizer counted, since the upstream did not report them." }),
    tokens: z.strictObject({
      input: count, cachedInput: count, cacheWrite: count, imageInput: count, audioInput: count, output: count, reasoning: count,
      audioOutput: count,
    }),
    charge: amountSchema,
    cost: amountSchema.nullable().openapi({ description: "What upstreams cost; null for whom it does not concern: only root sees it." }),
    overrun: amountSchema.openapi({ description: "Charged beyond what was reserved, where an upstream ignored its cap." }),
    joules: z.number(),
  })),
}).openapi("Usage")

export const auditSchema = z.strictObject({
  entries: z.array(z.strictObject({
    at: dateTime, actor: z.string(), tenantId: z.string(), act: z.string(), subject: z.string(),
    facts: z.record(z.string(), z.unknown()),
  })),
}).openapi("Audit")

export const credentialsSchema = z.strictObject({
  credentials: z.array(z.strictObject({ name: z.string(), setAt: dateTime, usedBy: z.array(z.string()) })),
}).openapi("Credentials")
export const credentialChangeSchema = z.strictObject({ secret: z.string() }).openapi("CredentialChange")

const milliseconds = z.number().int()
const dialect = z.enum(["openai-chat", "openai-responses", "openai-embeddings", "anthropic-messages"])
const accelerator = z.strictObject({ name: z.string(), count, watts: z.number().nullable() })
const poolFields = {
  kind: z.enum(["embedded", "openai", "anthropic", "sdk"]),
  addresses: z.array(z.string()), models: z.array(z.string()), credential: z.string().nullable(), dialects: z.array(dialect),
  acceptsPrefill: z.boolean(), reportsLogprobs: z.boolean(), concurrency: count, mostWaiting: count, outputCap: count,
  contextTokens: count.nullable(), accelerator: accelerator.nullable(),
}
export const poolSchema = z.strictObject({ name: z.string(), ...poolFields }).openapi("Pool")
export const poolChangeSchema = z.strictObject(poolFields).partial().required({ kind: true, models: true }).openapi("PoolChange")

const target = { pool: z.string(), model: z.string(), weight: z.number() }
const timeouts = { connectMs: milliseconds, firstTokenMs: milliseconds, stallMs: milliseconds, totalMs: milliseconds }
const routeFields = {
  strategy: z.enum(["single", "weighted", "fallback", "cheapest", "prefix"]),
  mode: z.enum(["stream", "buffer"]), attempts: count, latencyTargetMs: milliseconds.optional(), continues: z.boolean(),
}
export const routeSchema = z.strictObject({
  name: z.string(), ...routeFields, targets: z.array(z.strictObject(target)), timeouts: z.strictObject(timeouts),
}).openapi("Route")
export const routeChangeSchema = z.strictObject({
  ...z.strictObject(routeFields).partial().shape,
  targets: z.array(z.strictObject(target).partial({ weight: true })),
  timeouts: z.strictObject(timeouts).partial().optional(),
}).openapi("RouteChange")

const priceFields = {
  side: z.enum(["charge", "cost"]).openapi({ description: "charge: what a tenant pays; cost: what an upstream costs." }),
  subject: z.string().openapi({ description: "charge: a model's name as clients say it; cost: pool/model. * at the end stands for any ending." }),
  validFrom: dateTime,
}
const perMillion = z.strictObject({
  input: amountSchema, cachedInput: amountSchema, cacheWrite: amountSchema, imageInput: amountSchema, audioInput: amountSchema,
  output: amountSchema, reasoning: amountSchema, audioOutput: amountSchema,
}).partial()
export const priceSchema = z.strictObject({ ...priceFields, perMillion, perRequest: amountSchema.optional() }).openapi("Price")
export const priceKeySchema = priceFields
export const pricesSchema = z.strictObject({ currency, prices: z.array(priceSchema) }).openapi("Prices")
export const currencySchema = z.strictObject({ currency }).openapi("Currency")
export const networksSchema = z.strictObject({ networks: z.array(z.string()) }).openapi("Networks")

export const healthSchema = z.strictObject({
  isServing: z.boolean().openapi({ description: "False where no server answers, but a command on its store: then nothing is known of targets." }),
  pools: z.array(z.strictObject({
    pool: z.string(),
    state: z.enum(["up", "partly", "down", "untried"])
      .openapi({ description: "down: the breakers of all its targets that were ever called are open; partly: of some." }),
    running: count.openapi({ description: "Calls that it works on for this replica." }),
    waiting: count, concurrency: count,
  })),
  targets: z.array(z.strictObject({
    target: z.string(), breaker: z.enum(["closed", "open", "half-open"]), notBefore: dateTime.nullable(),
    firstTokenP95Ms: z.number().nullable(), inFlight: count, isSaturated: z.boolean(),
  })),
}).openapi("Health")

/** The JSON documents as types, for clients. */
export type TenantDocument = z.output<typeof tenantSchema>
export type KeyDocument = z.output<typeof keySchema>
export type PoolDocument = z.output<typeof poolSchema>
export type RouteDocument = z.output<typeof routeSchema>
export type PricesDocument = z.output<typeof pricesSchema>
export type BudgetsDocument = z.output<typeof budgetsSchema>
export type AlertsDocument = z.output<typeof alertsSchema>
export type CreditDocument = z.output<typeof creditSchema>
export type UsageDocument = z.output<typeof usageSchema>
export type AuditDocument = z.output<typeof auditSchema>
export type CredentialsDocument = z.output<typeof credentialsSchema>
export type HealthDocument = z.output<typeof healthSchema>
