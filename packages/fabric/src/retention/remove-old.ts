/**
 * Removes what is older than is kept, in small batches, each a transaction of its own with its place in the audit log.
 * Several processes may be at it: each batch is one's alone.
 */
import type { ClientBase } from "pg"
import { formatAmount } from "@daydream/engine/money"
import type { Store } from "@daydream/engine/storage"
import type { Retention } from "../configuration/index.ts"
import { foldHours, removeAudit, removeEntries } from "./batches.ts"

export interface Removed {
  readonly requests: number
  readonly attempts: number
  readonly adjustments: number
  readonly auditEntries: number
}

export interface RemovingOptions {
  readonly now: () => number
  /** Rows of a batch; 500 unless set. */
  readonly mostRows?: number
  /** Waits between batches, so that others have their turn; false: stop here. */
  readonly pause: () => Promise<boolean>
}

const dayMs = 86_400_000

/** True where no other process is at it, for this transaction. */
async function isAlone(client: ClientBase): Promise<boolean> {
  const { rows: [row] } = await client.query<{ alone: boolean }>(
    "select pg_try_advisory_xact_lock(hashtextextended('fabric-retention', 0)) as alone")
  return row?.alone === true
}

/** One entry of the audit log for what one pass removes; it grows with the batches, in their transactions. */
class RemovalNote {
  #id: string | null = null
  readonly #subject: string

  constructor(subject: string) { this.#subject = subject }

  async write(client: ClientBase, facts: object): Promise<void> {
    if (this.#id !== null) return void await client.query("update fabric_tenancy.audit set facts = $2 where id = $1", [this.#id, JSON.stringify(facts)])
    const { rows: [row] } = await client.query<{ id: string }>(
      `insert into fabric_tenancy.audit (actor, tenant_id, act, subject, facts) values ('server', 'root', 'retention.remove', $1, $2) returning id`,
      [this.#subject, JSON.stringify(facts)])
    this.#id = row?.id ?? null
  }
}

async function removeLedger(store: Store, before: Date, options: RemovingOptions, removed: { requests: number; attempts: number; adjustments: number }) {
  const note = new RemovalNote("ledger")
  let [charge, cost] = [0n, 0n]
  for (let from: Date | null = new Date(0); from !== null;) {
    const start: Date = from
    from = await store.transaction(async (client) => {
      if (!(await isAlone(client))) return null
      const batch = await removeEntries(client, { from: start, before, most: options.mostRows ?? 500 })
      if (batch.requests === 0) return null
      removed.requests += batch.requests
      removed.attempts += batch.attempts
      removed.adjustments += batch.adjustments
      charge += batch.charge
      cost += batch.cost
      const { requests, attempts, adjustments } = removed
      await note.write(client, {
        closedBefore: before.toISOString(), requests, attempts, adjustments, charge: formatAmount(charge), cost: formatAmount(cost),
      })
      return batch.upto
    })
    if (from !== null && !(await options.pause())) return
  }
}

async function removeAuditLog(store: Store, before: Date, options: RemovingOptions, removed: { auditEntries: number }) {
  const note = new RemovalNote("audit")
  for (let after: string | null = "0"; after !== null;) {
    const start: string = after
    after = await store.transaction(async (client) => {
      if (!(await isAlone(client))) return null
      const batch = await removeAudit(client, { after: start, before, most: options.mostRows ?? 500 })
      if (batch.entries === 0) return null
      removed.auditEntries += batch.entries
      await note.write(client, { before: before.toISOString(), entries: removed.auditEntries })
      return batch.upto
    })
    if (after !== null && !(await options.pause())) return
  }
}

/** Removes requests (with all that belongs to them), hours of usage (into days) and audit entries that are too old. */
export async function removeOld(store: Store, retention: Retention, options: RemovingOptions): Promise<Removed> {
  const removed = { requests: 0, attempts: 0, adjustments: 0, auditEntries: 0 }
  const { ledgerDays, auditDays } = retention
  if (ledgerDays !== null) {
    const before = new Date(options.now() - ledgerDays * dayMs)
    await removeLedger(store, before, options, removed)
    await foldHours(store, new Date(Math.floor(before.getTime() / dayMs) * dayMs), isAlone, options.pause)
  }
  if (auditDays !== null) await removeAuditLog(store, new Date(options.now() - auditDays * dayMs), options, removed)
  return removed
}
