/** Keeps the store to its retention, in the background of a server. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Store } from "@daydream/engine/storage"
import type { Retention } from "../configuration/index.ts"
import { removeOld } from "./remove-old.ts"
import type { Removed } from "./remove-old.ts"

export interface KeeperOptions {
  readonly now: () => number
  readonly onTrouble: (error: unknown) => void
  /** Told after a pass that removed something. */
  readonly onRemoved?: (removed: Removed) => void
  /** Milliseconds before the first pass; 5 s unless set. */
  readonly firstMs?: number
  /** Milliseconds between passes; a minute unless set. */
  readonly everyMs?: number
  /** Milliseconds between batches; 50 unless set. */
  readonly pauseMs?: number
}

export interface Keeper {
  /** Ends after the batch that is under way. */
  close(): Promise<void>
}

/** What the store says now: a change holds from the next pass on. */
async function retentionOf(store: Store): Promise<Retention> {
  const [row] = await store.query<Retention>(
    `select ledger_days as "ledgerDays", audit_days as "auditDays" from fabric_configuration.version`)
  return row ?? { ledgerDays: null, auditDays: null }
}

/** Starts it on a store whose schemas are up to date. */
export function startKeeper(store: Store, options: KeeperOptions): Keeper {
  const { firstMs = 5_000, everyMs = 60_000, pauseMs = 50 } = options
  const stop = new AbortController()
  const passed = (ms: number) => sleep(ms, true, { signal: stop.signal, ref: false }).catch(() => false)
  const keep = async () => {
    for (let waitMs = firstMs; await passed(waitMs); waitMs = everyMs) {
      try {
        const removed = await removeOld(store, await retentionOf(store), { now: options.now, pause: () => passed(pauseMs) })
        if (removed.requests + removed.auditEntries > 0) options.onRemoved?.(removed)
      } catch (error) {
        options.onTrouble(error)
      }
    }
  }
  const keeping = keep()
  return {
    close: async () => {
      stop.abort()
      await keeping
    },
  }
}
