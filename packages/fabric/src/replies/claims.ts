/** Claims on idempotency keys in the store. A claim is a row with a lease; whoever finds the lease run out takes it over. */
import type { Store } from "@daydream/engine/storage"
import { wireErrors } from "../wire/index.ts"
import { repliesErrors } from "./errors.ts"
import type { Claim, ClaimRequest, ClaimResult, Reply } from "./replies.ts"

export interface Row {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

export const replyOf = (row: Row): Reply => ({ status: row.status, headers: row.headers, body: row.body })

interface Found extends Partial<Row> {
  readonly is_mine: boolean
  readonly body_hash: string
  readonly is_done: boolean
}

export interface ClaimSettings {
  readonly holder: string
  readonly mostBytes: number
  readonly keptSeconds: number
  readonly leaseSeconds: number
}

// Either inserts, or takes over a row that has expired or whose holder is gone; else tells what stands there.
const claimSql = `
  with taken as (
    insert into fabric_replies.kept as k (tenant, key, body_hash, request_id, holder, lease_until, expires_at)
    values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), now() + make_interval(secs => $7))
    on conflict (tenant, key) do update set
      body_hash = excluded.body_hash, request_id = excluded.request_id, holder = excluded.holder, is_done = false,
      lease_until = excluded.lease_until, expires_at = excluded.expires_at, status = null, headers = null, body = null
    where k.expires_at <= now() or (not k.is_done and k.lease_until <= now() and k.body_hash = excluded.body_hash)
    returning true as is_mine, body_hash, is_done, status, headers, body)
  select * from taken
  union all
  select false, body_hash, is_done, status, headers, body from fabric_replies.kept
  where tenant = $1 and key = $2 and not exists (select from taken)`

/** One try: claimed, replayed, or null where another call is still at it. */
export async function tryClaim(store: Store, request: ClaimRequest, settings: ClaimSettings): Promise<ClaimResult | null> {
  const { tenant, key, bodyHash, requestId } = request
  const [found] = await store.query<Found & Record<string, unknown>>(claimSql,
    [tenant, key, bodyHash, requestId, settings.holder, settings.leaseSeconds, settings.keptSeconds])
  // No row: another's insert was not visible yet to this statement. It is the next try that sees it.
  if (found === undefined) return null
  if (found.is_mine) return { kind: "claimed", claim: claimOf(store, request, settings) }
  if (found.body_hash !== bodyHash) throw wireErrors.idempotency_conflict({})
  if (!found.is_done) return null
  if (found.body === undefined || found.body === null)
    throw repliesErrors.idempotency_answer_not_kept({ mostBytes: settings.mostBytes })
  return { kind: "replayed", reply: replyOf(found as Row) }
}

function claimOf(store: Store, request: ClaimRequest, settings: ClaimSettings): Claim {
  const mine = [request.tenant, request.key, request.requestId]
  return {
    async keep(reply) {
      const body = reply === null || reply.body.byteLength > settings.mostBytes ? null : Buffer.from(reply.body)
      const rows = await store.query(`update fabric_replies.kept set is_done = true, status = $4, headers = $5, body = $6,
        expires_at = now() + make_interval(secs => $7)
        where tenant = $1 and key = $2 and request_id = $3 and not is_done returning 1`,
      [...mine, reply?.status ?? null, JSON.stringify(reply?.headers ?? {}), body, settings.keptSeconds])
      return rows.length === 1
    },
    async release() {
      await store.query(
        "delete from fabric_replies.kept where tenant = $1 and key = $2 and request_id = $3 and not is_done", mine)
    },
  }
}
