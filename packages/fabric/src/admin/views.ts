/** Values as the admin API's JSON. */
import type { z } from "@hono/zod-openapi"
import { formatQuota, parseQuota } from "../tenancy/index.ts"
import type { ApiKey, NewKey, QuotaRule, Tenant, TenantChange } from "../tenancy/index.ts"
import type { DatedPrice } from "../price/index.ts"
import type { keyChangeSchema, keySchema, priceSchema, tenantChangeSchema, tenantSchema } from "./schemas.ts"

/** Takes out fields that were not given: elsewhere "not there" and "undefined" differ. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }
export const given = <T extends object>(value: T): Given<T> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Given<T>

const rulesOf = (texts: readonly string[]): QuotaRule[] => texts.map(parseQuota)
const iso = (date: Date | null) => date?.toISOString() ?? null

export const tenantView = (tenant: Tenant): z.input<typeof tenantSchema> => ({
  ...tenant, quotas: tenant.quotas.map(formatQuota), models: tenant.models === null ? null : [...tenant.models],
})

export const tenantChange = ({ quotas, ...rest }: z.output<typeof tenantChangeSchema>): TenantChange =>
  given({ ...rest, quotas: quotas === undefined ? undefined : rulesOf(quotas) })

export const keyView = (key: ApiKey): z.input<typeof keySchema> => ({
  id: key.id, tenantId: key.tenantId, title: key.title, scopes: [...key.scopes],
  models: key.models === null ? null : [...key.models], quotas: key.quotas.map(formatQuota), requestClass: key.requestClass,
  expiresAt: iso(key.expiresAt), createdAt: key.createdAt.toISOString(), createdBy: key.createdBy, revokedAt: iso(key.revokedAt),
})

export const keyChange = ({ quotas, expiresAt, ...rest }: z.output<typeof keyChangeSchema>): Omit<NewKey, "tenantId"> =>
  given({
    ...rest,
    quotas: quotas === undefined ? undefined : rulesOf(quotas),
    expiresAt: expiresAt === undefined || expiresAt === null ? expiresAt : new Date(expiresAt),
  })

export const priceView = (price: DatedPrice): z.input<typeof priceSchema> => ({
  side: price.side, subject: price.subject, validFrom: price.validFrom.toISOString(),
  perMillion: Object.fromEntries(Object.entries(price.perMillion).map(([name, amount]) => [name, amount.toString()])),
  ...(price.perRequest === undefined ? {} : { perRequest: price.perRequest.toString() }),
})

export const priceOf = (price: z.output<typeof priceSchema>): DatedPrice => ({
  side: price.side, subject: price.subject, validFrom: new Date(price.validFrom),
  perMillion: Object.fromEntries(Object.entries(price.perMillion).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, BigInt(text)]])),
  ...(price.perRequest === undefined ? {} : { perRequest: BigInt(price.perRequest) }),
})
