import { setTimeout as sleep } from "node:timers/promises"
import type { Store } from "@daydream/engine/storage"
import { wireErrors } from "../wire/index.ts"
import { replyOf, tryClaim } from "./claims.ts"
import type { ClaimSettings, Row } from "./claims.ts"
import { repliesErrors } from "./errors.ts"
import { migrations, schema } from "./migrations.ts"
import type { Claim, ClaimRequest, ClaimResult, Replies, RepliesOptions } from "./replies.ts"

const sweepEveryMs = 300_000
const visible = /^[\x21-\x7e]{1,255}$/

/** Opens the kept answers of `store`; brings their schema up to date. */
export async function openReplies(store: Store, options: RepliesOptions): Promise<Replies> {
  await store.migrate(schema, migrations)
  const settings: ClaimSettings = {
    holder: options.holder, mostBytes: options.mostBytes ?? 1 << 20, keptSeconds: options.keptSeconds ?? 86_400,
    leaseSeconds: options.leaseSeconds ?? 30,
  }
  const leases = createLeases(store, settings)
  const sweep = async () => {
    const rows = await store.query<{ count: number }>(`
      with k as (delete from fabric_replies.kept where expires_at <= now() and (is_done or lease_until <= now()) returning 1),
        c as (delete from fabric_replies.cached where expires_at <= now() returning 1)
      select ((select count(*) from k) + (select count(*) from c))::int as count`)
    return rows[0]?.count ?? 0
  }
  // A sweep that fails is made up for by the next one.
  const sweeper = setInterval(() => void sweep().catch(() => undefined), sweepEveryMs).unref()
  return {
    mostBytes: settings.mostBytes,
    claim: async (request) => {
      if (!visible.test(request.key)) throw repliesErrors.bad_idempotency_key({})
      return leases.held(await claimOrWait(store, request, settings))
    },
    async cached(tenant, hash) {
      const [row] = await store.query<Row & Record<string, unknown>>(
        "select status, headers, body from fabric_replies.cached where tenant = $1 and hash = $2 and expires_at > now()",
        [tenant, hash])
      return row === undefined ? null : replyOf(row)
    },
    async cache(tenant, hash, reply, seconds) {
      if (reply.body.byteLength > settings.mostBytes) return
      await store.query(`insert into fabric_replies.cached (tenant, hash, status, headers, body, expires_at)
        values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
        on conflict (tenant, hash) do update set status = excluded.status, headers = excluded.headers,
          body = excluded.body, expires_at = excluded.expires_at`,
      [tenant, hash, reply.status, JSON.stringify(reply.headers), Buffer.from(reply.body), seconds])
    },
    sweep,
    async close() {
      clearInterval(sweeper)
      leases.stop()
    },
  }
}

async function claimOrWait(store: Store, request: ClaimRequest, settings: ClaimSettings): Promise<ClaimResult> {
  // Other processes answer too, so the waiting asks the store: often at first, then twice a second.
  for (let waited = 0, step = 10; ; waited += step, step = Math.min(step * 2, 500)) {
    const result = await tryClaim(store, request, settings)
    if (result !== null) return result
    if (waited >= request.mostWaitMs || request.signal.aborted) throw wireErrors.idempotency_in_progress({ retryAfterMs: 1_000 })
    await sleep(step, undefined, { signal: request.signal }).catch(() => undefined)
  }
}

/** Renews the leases of this process's open claims, as long as there are any. */
function createLeases(store: Store, settings: ClaimSettings) {
  let open = 0
  let timer: NodeJS.Timeout | undefined
  const renew = () => store.query(
    "update fabric_replies.kept set lease_until = now() + make_interval(secs => $2) where holder = $1 and not is_done",
    [settings.holder, settings.leaseSeconds]).catch(() => undefined)
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const held = (result: ClaimResult): ClaimResult => {
    if (result.kind !== "claimed") return result
    open++
    let isOpen = true
    const ended = () => {
      if (isOpen && --open === 0) stop()
      isOpen = false
    }
    timer ??= setInterval(() => void renew(), settings.leaseSeconds * 1000 / 3).unref()
    const claim: Claim = {
      keep: (reply) => result.claim.keep(reply).finally(ended),
      release: () => result.claim.release().finally(ended),
    }
    return { kind: "claimed", claim }
  }
  return { held, stop }
}
