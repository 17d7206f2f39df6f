/** Comparison of quotas. Pure. */
import type { QuotaRule } from "./tenancy.ts"

const rate = (rule: QuotaRule) => rule.limit / (rule.windowSeconds ?? 1)

/** True where `outer` bounds what `inner` bounds: same kind, and all models or the same one. */
const bounds = (outer: QuotaRule, inner: QuotaRule) =>
  outer.kind === inner.kind && (outer.model === undefined || outer.model === inner.model)

/** A rule of `inner` that allows more in the long run than a rule of `outer` for the same; undefined where there is none. */
export const widerQuota = (outer: readonly QuotaRule[], inner: readonly QuotaRule[]): QuotaRule | undefined =>
  inner.find((rule) => outer.some((limit) => bounds(limit, rule) && rate(rule) > rate(limit)))

/**
 * The rules of `given`, and those of `outer` that nothing in `given` keeps to already: for what must stay within
 * `outer` by its own rules alone.
 */
export const withBounds = (outer: readonly QuotaRule[], given: readonly QuotaRule[]): readonly QuotaRule[] => [
  ...given,
  ...outer.filter((limit) => !given.some((rule) => keepsTo(rule, limit))),
]

/** True where keeping `rule` is keeping `limit`, in any window of time. */
const keepsTo = (rule: QuotaRule, limit: QuotaRule): boolean =>
  rule.kind === limit.kind && (rule.model === undefined || rule.model === limit.model)
  && rule.limit <= limit.limit && rate(rule) <= rate(limit)
