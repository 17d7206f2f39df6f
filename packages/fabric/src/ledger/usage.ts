/** What was used, from hourly sums that closing maintains: a question costs hours, not requests. */
import type { Store } from "@daydream/engine/storage"
import type { UsageGroup, UsageQuery, UsageRow } from "./ledger.ts"

const columns: Readonly<Record<UsageGroup, string>> = {
  tenant: "h.tenant", key: "h.key_id", model: "h.model", pool: "h.pool",
  day: `to_char(h.hour at time zone 'UTC', 'YYYY-MM-DD')`,
  hour: `to_char(h.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00"Z"')`,
}

interface Sums {
  readonly requests: string
  readonly failed: string
  readonly estimated: string
  readonly attempts: string
  readonly tokens: string[]
  readonly charge: string
  readonly overrun: string
  readonly cost: string
  readonly joules: number
  readonly [group: `group_${string}`]: string
}

/**
 * Sums of requests, attempts and adjustments that were closed within whole UTC hours from that of `from` up to before
 * `to`, adjustments in the hour in which they were made. Days that are older than the ledger keeps count whole. Ordered by
 * the groups; without groups one row.
 */
export async function queryUsage(store: Store, query: UsageQuery): Promise<readonly UsageRow[]> {
  const groups = [...new Set(query.groupBy)]
  const named = groups.map((group) => `${columns[group]} as group_${group}`)
  const numbers = groups.map((_, index) => index + 1).join(", ")
  const sums = ["requests", "failed", "estimated", "attempts", "charge", "overrun", "cost", "joules"]
    .map((name) => `coalesce(sum(h.${name}), 0) as ${name}`)
  const tokens = Array.from({ length: 8 }, (_, index) => `coalesce(sum(h.tokens[${index + 1}]), 0)`)
  const tenants = query.withDescendants === true
    ? "h.tenant in (select l.tenant from fabric_ledger.lineage l where l.path @> array[$1::text])"
    : "h.tenant = $1"
  const rows = await store.query<Sums>(
    `select ${[...named, ...sums, `array[${tokens.join(", ")}]::text[] as tokens`].join(", ")}
     from fabric_ledger.usage_hour h
     where ${tenants} and h.hour >= (select case when $2::timestamptz < k.usage_day then date_trunc('day', $2::timestamptz, 'UTC')
         else date_trunc('hour', $2::timestamptz, 'UTC') end from fabric_ledger.kept k) and h.hour < $3
     ${groups.length === 0 ? "" : `group by ${numbers} order by ${numbers}`}`,
    [query.tenant, query.from, query.to])
  return rows.map((row) => usageRow(row, groups))
}

function usageRow(row: Sums, groups: readonly UsageGroup[]): UsageRow {
  const [input = 0, cachedInput = 0, cacheWrite = 0, imageInput = 0, audioInput = 0, output = 0, reasoning = 0, audioOutput = 0] =
    row.tokens.map(Number)
  const estimated = Number(row.estimated)
  return {
    group: Object.fromEntries(groups.map((group) => [group, row[`group_${group}`]])),
    requests: Number(row.requests), attempts: Number(row.attempts), failed: Number(row.failed), estimated,
    tokens: { input, cachedInput, cacheWrite, imageInput, audioInput, output, reasoning, audioOutput, isEstimated: estimated > 0 },
    charge: BigInt(row.charge), cost: BigInt(row.cost), joules: row.joules, overrun: BigInt(row.overrun),
  }
}
