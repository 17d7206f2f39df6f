/** Delivers alerts from the outbox: at least once, each under its own id. */
import type { Store } from "@daydream/engine/storage"
import { sendEvent } from "./send.ts"
import type { SendingOptions, Webhook } from "./send.ts"

interface DueRow {
  readonly id: string
  readonly attempts: number
  readonly age_hours: number
  readonly at: Date
  readonly tenant: string
  readonly period: "day" | "month" | "total"
  readonly period_start: Date | number
  readonly threshold: number
  readonly limit_amount: string
  readonly spent: string
  readonly currency: string
}

export interface DeliveryOptions extends SendingOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number
}

export interface Delivered {
  readonly delivered: number
  readonly failed: number
  /** Alerts that are not tried any more. */
  readonly givenUp: number
}

const atOnce = 20
/** For so long a taken alert is no other process's; where this one dies, another tries then. */
const leaseSeconds = 60
const firstRetrySeconds = 5
const longestRetrySeconds = 3_600
const mostHours = 72
const fewestAttempts = 10

// Taken before it is sent: of several processes one sends it, unless that one dies.
const takeDue = `
  update fabric_ledger.alert a set attempts = attempts + 1, next_at = clock_timestamp() + ${leaseSeconds} * interval '1 second'
  where a.id in (select id from fabric_ledger.alert where delivered_at is null and given_up_at is null and next_at <= clock_timestamp() and at >= $1
    order by next_at limit ${atOnce} for update skip locked)
  returning id, attempts, extract(epoch from clock_timestamp() - at)::float8 / 3600 as age_hours, at, tenant, period,
    period_start, threshold, limit_amount, spent, (select currency from fabric_configuration.version) as currency`

/** What the receiver gets. Amounts are nano-units as texts, as everywhere in the admin API. */
export function bodyOf(row: Omit<DueRow, "attempts" | "age_hours">): string {
  return JSON.stringify({
    type: "budget.threshold", timestamp: row.at.toISOString(),
    data: {
      id: row.id, tenant: row.tenant, period: row.period, periodStart: row.period_start instanceof Date ? row.period_start.toISOString() : null,
      threshold: row.threshold, limit: row.limit_amount, spent: row.spent, currency: row.currency,
    },
  })
}

/** Seconds until the next attempt: 5, 10, 20 and so on, up to an hour, each a little by chance. */
export const retrySeconds = (attempts: number, random: () => number): number =>
  Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** Math.min(20, attempts - 1)) * (0.8 + 0.4 * random())

/** Sends what is due to `webhook`, once. */
export async function deliverDue(
  store: Store, webhook: Webhook & { readonly since: Date }, options: DeliveryOptions,
): Promise<Delivered> {
  const due = await store.query<DueRow>(takeDue, [webhook.since])
  const counts = { delivered: 0, failed: 0, givenUp: 0 }
  await Promise.all(due.map(async (row) => {
    const { isDelivered, problem } = await sendEvent(webhook, { id: row.id, body: bodyOf(row) }, options)
    if (isDelivered) {
      counts.delivered++
      await store.query("update fabric_ledger.alert set delivered_at = clock_timestamp(), last_problem = null where id = $1", [row.id])
      return
    }
    counts.failed++
    const isGivenUp = row.age_hours > mostHours && row.attempts >= fewestAttempts
    if (isGivenUp) counts.givenUp++
    await store.query(
      `update fabric_ledger.alert set last_problem = $2, next_at = clock_timestamp() + $3 * interval '1 second',
         given_up_at = case when $4 then clock_timestamp() end where id = $1 and delivered_at is null`,
      [row.id, problem, retrySeconds(row.attempts, options.random), isGivenUp])
  }))
  return counts
}
