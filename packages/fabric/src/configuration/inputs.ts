/** What may be set: strict schemas of pools, routes, prices, credentials and networks, with what is meant where nothing is said. */
import { isIP } from "node:net"
import { z } from "zod"
import { check, tenantIdSchema } from "../tenancy/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { Route } from "../routing/index.ts"
import type { Pool } from "./configuration.ts"
import { configurationErrors } from "./errors.ts"
import { problemTexts } from "./problem-texts.ts"
import { defaultTimeouts } from "./route-for.ts"

// oxlint-disable-next-line no-control-regex
const plain = /^[^\s\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$/u

const modelId = z.string().min(1).max(256).regex(plain, "must be a name without spaces")
  .regex(/^[^*]*$/, "must not hold *")

/** A base address: http or https, a host, perhaps a port and a path; nothing else. */
const addressSchema = z.string().max(2_048).transform((text, context) => {
  const problem = (message: string) => {
    context.addIssue({ code: "custom", message })
    return z.NEVER
  }
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return problem("must be an address such as http://10.0.0.5:8000/v1")
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return problem("must begin with http:// or https://")
  if (url.username !== "" || url.password !== "") return problem("must not hold a user or password: use a credential")
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(text)) return problem("must not hold ? or #")
  if (/[\s\\]/.test(text)) return problem("must be an address such as http://10.0.0.5:8000/v1")
  return url.href.replace(/\/+$/, "")
})

const count = z.number().int().min(1)

const acceleratorSchema = z.strictObject({
  name: z.string().min(1).max(200).regex(/^[^\p{C}]*$/u, "must not hold control characters"),
  count: count.max(1_000_000),
  watts: z.number().positive().max(1e9).nullable().default(null),
})

export const poolFieldsSchema = z.strictObject({
  kind: z.enum(["embedded", "openai", "anthropic", "sdk"]),
  addresses: z.array(addressSchema).max(256).default([]),
  models: z.array(modelId).min(1).max(1_000),
  credential: tenantIdSchema.nullable().default(null),
  dialects: z.array(z.enum(["openai-chat", "openai-responses", "openai-embeddings", "anthropic-messages"])).max(4).default([]),
  acceptsPrefill: z.boolean().default(false),
  reportsLogprobs: z.boolean().default(false),
  concurrency: count.max(100_000).default(16),
  mostWaiting: z.number().int().min(0).max(1_000_000).default(256),
  outputCap: count.max(10_000_000).default(4_096),
  contextTokens: count.max(1_000_000_000).nullable().default(null),
  accelerator: acceleratorSchema.nullable().default(null),
})

const isRemote = (kind: Pool["kind"]) => kind === "openai" || kind === "anthropic"
const allDifferent = (texts: readonly string[]) => new Set(texts).size === texts.length

/** A message at one field. */
const at = (field: string, message: string) => ({ message, path: [field] })

const soundPool = <P extends z.infer<typeof poolFieldsSchema>>(schema: z.ZodType<P>) => schema
  .refine((pool) => !isRemote(pool.kind) || pool.addresses.length > 0, at("addresses", "needs at least one address"))
  .refine((pool) => isRemote(pool.kind) || pool.addresses.length === 0,
    at("addresses", "only pools of kind openai and anthropic have addresses"))
  .refine((pool) => isRemote(pool.kind) || pool.credential === null,
    at("credential", "only pools of kind openai and anthropic have a credential"))
  .refine((pool) => allDifferent(pool.addresses), at("addresses", "the same address twice"))
  .refine((pool) => allDifferent(pool.models), at("models", "the same model twice"))

const poolName = tenantIdSchema.refine((name) => name !== "function", "the name function is kept for AI functions")

export const poolSchema = soundPool(poolFieldsSchema.extend({ name: poolName }))
/** What is typed of a pool; the rest has a default. */
export type PoolInput = Pick<Pool, "name" | "kind" | "models">
  & Partial<Omit<Pool, "name" | "kind" | "models" | "accelerator">> & {
  readonly accelerator?: { readonly name: string; readonly count: number; readonly watts?: number | null } | null
}

const milliseconds = count.max(86_400_000)

const targetSchema = z.strictObject({
  pool: tenantIdSchema, model: modelId, weight: z.number().min(0).max(1_000_000).default(1),
})

export const routeFieldsSchema = z.strictObject({
  strategy: z.enum(["single", "weighted", "fallback", "cheapest", "prefix"]).exactOptional(),
  targets: z.array(targetSchema).min(1).max(64),
  mode: z.enum(["stream", "buffer"]).default("stream"),
  attempts: count.max(20).exactOptional(),
  timeouts: z.strictObject({
    connectMs: milliseconds.default(defaultTimeouts.connectMs),
    firstTokenMs: milliseconds.default(defaultTimeouts.firstTokenMs),
    stallMs: milliseconds.default(defaultTimeouts.stallMs),
    totalMs: milliseconds.default(defaultTimeouts.totalMs),
  }).prefault({}),
  latencyTargetMs: milliseconds.exactOptional(),
  continues: z.boolean().default(true),
})

const routeName = modelId
  .refine((name) => !name.startsWith("function/"), "names beginning with function/ are those of AI functions")

export const routeSchema = routeFieldsSchema.extend({ name: routeName })
  .refine((route) => route.strategy !== "single" || route.targets.length === 1,
    at("targets", "the strategy single has one target"))
  .refine((route) => allDifferent(route.targets.map(({ pool, model }) => `${pool}/${model}`)),
    at("targets", "the same target twice"))
  .refine((route) => route.strategy !== "weighted" || route.targets.some((target) => target.weight > 0),
    at("targets", "at least one weight must be above 0"))
  .transform((route): Route => ({
    ...route,
    strategy: route.strategy ?? (route.targets.length === 1 ? "single" : "fallback"),
    attempts: route.attempts ?? Math.min(20, Math.max(3, route.targets.length)),
  }))
/** What is typed of a route; the rest has a default. */
export type RouteInput = Pick<Route, "name"> & Partial<Omit<Route, "name" | "targets" | "timeouts">> & {
  readonly targets: readonly (Omit<Route["targets"][number], "weight"> & { readonly weight?: number })[]
  readonly timeouts?: Partial<Route["timeouts"]>
}

/** Nano-units: a million of the currency's unit for a million tokens is more than anything costs, and sums stay in 64 bits. */
const mostPrice = 1_000_000n * 1_000_000_000n
const amount = z.bigint().min(0n, "must not be negative").max(mostPrice, "is too large")

export const priceKeySchema = z.strictObject({
  side: z.enum(["charge", "cost"]),
  subject: z.string().min(1).max(600).regex(plain, "must be a name without spaces")
    .regex(/^[^*]*\*?$/, "must hold * at its end only"),
  validFrom: z.date().min(new Date(0)).max(new Date("9999-01-01")),
})

export const priceSchema = priceKeySchema.extend({
  perMillion: z.strictObject({
    input: amount.exactOptional(), cachedInput: amount.exactOptional(), cacheWrite: amount.exactOptional(),
    imageInput: amount.exactOptional(), audioInput: amount.exactOptional(), output: amount.exactOptional(),
    reasoning: amount.exactOptional(), audioOutput: amount.exactOptional(),
  }),
  perRequest: amount.exactOptional(),
}).refine((price) => price.perMillion.input !== undefined || price.perRequest !== undefined,
  { message: "needs a price for input or for each request (0 where it is free)", path: ["perMillion"] })

export const currencySchema = z.string().regex(/^[A-Z]{3}$/, "must be three capital letters, as USD or CNY")

const networkSchema = z.string().max(64).refine((text) => {
  const [address = "", bits = "", more] = text.split("/")
  const version = isIP(address)
  return version !== 0 && !address.includes("%") && more === undefined
    && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}, "must be a network such as 10.0.0.0/8, 127.0.0.1/32 or fd00::/8")

export const networksSchema = z.array(networkSchema).max(1_000).refine(allDifferent, "the same network twice")

const days = z.number().int().min(1, "must be 1d or more").max(36_500, "is too large").nullable()

export const retentionSchema = z.strictObject({ ledgerDays: days, auditDays: days })

export const credentialSchema = z.strictObject({
  name: tenantIdSchema,
  // It goes into a header: nothing that could begin another one.
  secret: z.string().min(1).max(8_192).regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces"),
})

/** Reads `value` by `schema`; throws `bad_configuration`, which names the field (below `place`) and never repeats the value. */
export function read<T>(schema: z.ZodType<T>, value: unknown, place = ""): T {
  const result = check(schema, value, problemTexts)
  if (result.isSound) return result.data
  throw configurationErrors.bad_configuration({ field: [place, result.field].filter(Boolean).join("."), problem: result.problem })
}

export type PriceKey = Pick<DatedPrice, "side" | "subject" | "validFrom">
