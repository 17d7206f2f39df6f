/** What may be typed: strict schemas of ids, tenants and keys. */
import { z } from "zod"
import { check } from "./check.ts"
import { tenancyErrors } from "./errors.ts"
import { scopes } from "./tenancy.ts"

// No control characters: they do harm in terminals and logs, and PostgreSQL takes no NUL.
// oxlint-disable-next-line no-control-regex
const plain = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff\u2028\u2029]*$/u

export const tenantIdSchema = z.string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be 1 to 63 lower-case letters, digits and hyphens between them")

export const titleSchema = z.string().max(200).regex(plain, "must not hold control characters")

/** A model name, or a beginning of one with `*` at the end. */
const modelSchema = z.string().min(1).max(256).regex(plain, "must not hold control characters")
  .regex(/^[^\s*]*\*?$/, "must be a model's name without spaces, with * at its end only")

export const modelsSchema = z.array(modelSchema).max(500).nullable()

const longestWindow = 31 * 86_400

export const quotaSchema = z.strictObject({
  kind: z.enum(["requests", "tokens", "concurrency"]),
  limit: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  windowSeconds: z.number().int().min(1).max(longestWindow).exactOptional(),
  model: z.string().min(1).max(256).regex(plain, "must not hold control characters")
    .regex(/^[^\s*]+$/, "must be one model's name").exactOptional(),
}).refine((rule) => (rule.kind === "concurrency") === (rule.windowSeconds === undefined),
  "requests and tokens need windowSeconds, concurrency has none")

export const quotasSchema = z.array(quotaSchema).max(64)
  .refine((rules) => new Set(rules.map((rule) => `${rule.kind} ${rule.windowSeconds} ${rule.model}`)).size === rules.length,
    "two rules for the same kind, window and model")

export const scopesSchema = z.array(z.enum(scopes)).min(1).max(scopes.length)
  .refine((given) => new Set(given).size === given.length, "a scope stands there twice")

export const tenantChangeSchema = z.strictObject({
  title: titleSchema.exactOptional(),
  isSuspended: z.boolean().exactOptional(),
  billing: z.enum(["prepaid", "postpaid"]).exactOptional(),
  quotas: quotasSchema.exactOptional(),
  models: modelsSchema.exactOptional(),
  recordsContent: z.boolean().exactOptional(),
  responseCacheSeconds: z.number().int().min(1).max(30 * 86_400).nullable().exactOptional(),
  weight: z.number().min(0.001).max(1_000_000).exactOptional(),
})

export const newTenantSchema = tenantChangeSchema.extend({ id: tenantIdSchema, parentId: tenantIdSchema.exactOptional() })

export const keyChangeSchema = z.strictObject({
  title: titleSchema.exactOptional(),
  scopes: scopesSchema.exactOptional(),
  models: modelsSchema.exactOptional(),
  quotas: quotasSchema.exactOptional(),
  requestClass: z.enum(["interactive", "batch"]).exactOptional(),
  expiresAt: z.date().nullable().exactOptional(),
})

export const newKeySchema = keyChangeSchema.extend({ tenantId: tenantIdSchema })

/** Reads `value` by `schema`; throws `bad_tenancy_input`, which names the field and never repeats the value. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = check(schema, value)
  if (!result.isSound) throw tenancyErrors.bad_tenancy_input(result)
  return result.data
}
