/**
 * The lease of a process on the requests that it opened, and the closing of those whose process died. A lease is a row
 * that is renewed; recovery deletes expired rows and closes what stands under them.
 */
import { performance } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"
import type { Store } from "@daydream/engine/storage"

export interface Recovery {
  /** Expired leases. */
  readonly holders: number
  /** Requests that were closed as `unknown`. */
  readonly requests: number
}

/**
 * Closes what expired holders left open: attempts as `unknown` at their worst cost, requests as `unknown` at no charge.
 * Any process may call it at any time; where another is at it, nothing is done.
 */
export async function recoverExpired(store: Store): Promise<Recovery> {
  const [row] = await store.query<{ holders: number | null; requests: number | null }>(
    "select holders, requests from fabric_ledger.recover_expired()")
  return { holders: row?.holders ?? 0, requests: row?.requests ?? 0 }
}

export interface LeaseOptions {
  readonly holder: string
  readonly leaseMs: number
  readonly renewMs: number
  readonly recoverMs: number
  /** Opening time of the oldest open request in epoch milliseconds; `none`, or `unknown` while openings are under way. */
  readonly oldestOpen: () => number | "none" | "unknown"
  readonly onTrouble: (error: unknown) => void
}

export interface Lease {
  /** Takes the lease (again). */
  take(): Promise<void>
  /** Stops renewing; what is still open is recovered by others at once. */
  release(): Promise<void>
}

/** While openings are under way their transactions may have begun a little before; nothing waits so long for locks. */
const marginSeconds = 60

/** Takes the lease and renews it until released. */
export async function holdLease(store: Store, options: LeaseOptions): Promise<Lease> {
  const take = async () => {
    await store.query(
      `insert into fabric_ledger.holder (id, lease_until, low_water)
       values ($1, clock_timestamp() + make_interval(secs => $2), clock_timestamp() - make_interval(secs => $3))
       on conflict (id) do update set lease_until = excluded.lease_until`,
      [options.holder, options.leaseMs / 1000, marginSeconds])
  }
  const freshMs = Math.min(2 * options.renewMs, options.leaseMs / 2)
  let renewedAt = performance.now()
  let patientUntil = 0
  const renew = async () => {
    const sentAt = performance.now()
    const oldest = options.oldestOpen()
    const rows = await store.query(
      `update fabric_ledger.holder set lease_until = clock_timestamp() + make_interval(secs => $2), low_water = case $3
         when 'unknown' then low_water when 'none' then clock_timestamp() - make_interval(secs => $5)
         else to_timestamp($4 / 1000.0) - interval '1 ms' end where id = $1 returning id`,
      [options.holder, options.leaseMs / 1000, typeof oldest === "number" ? "known" : oldest,
        typeof oldest === "number" ? oldest : 0, marginSeconds])
    // Others saw it expire (this process was suspended): what was open is closed; openings need a lease again.
    if (rows.length === 0) await take()
    const now = performance.now()
    // A pause in which renewals were missed (the database was away, this machine slept) may have met the others too.
    if (now - renewedAt > freshMs) patientUntil = now + options.leaseMs
    renewedAt = sentAt
  }
  const recover = async () => {
    const now = performance.now()
    if (now > patientUntil && now - renewedAt <= freshMs) await recoverExpired(store)
  }
  await take()
  const renewing = every(options.renewMs, renew, options.onTrouble)
  const recovering = every(options.recoverMs, recover, options.onTrouble)
  return {
    take,
    async release() {
      await Promise.all([renewing(), recovering()])
      const isDone = options.oldestOpen() === "none"
      await store.query(isDone
        ? "delete from fabric_ledger.holder where id = $1"
        : "update fabric_ledger.holder set lease_until = '-infinity' where id = $1", [options.holder])
      if (!isDone) await recoverExpired(store)
    },
  }
}

/** Repeats `work` until stopped; stopping waits for the one that is under way. */
function every(ms: number, work: () => Promise<unknown>, onTrouble: (error: unknown) => void): () => Promise<void> {
  const stop = new AbortController()
  const repeat = async () => {
    let waitMs = ms
    while (await passed(waitMs, stop.signal)) {
      const started = performance.now()
      await work().catch(onTrouble)
      waitMs = Math.max(0, ms - (performance.now() - started))
    }
  }
  const running = repeat()
  return () => {
    stop.abort()
    return running
  }
}

/** True after `ms`, false once aborted. Keeps no process alive. */
const passed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal, ref: false }).catch(() => false)
