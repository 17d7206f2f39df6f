/** The fair queues in front of all pools. */
import type { Pool, Snapshot } from "../configuration/index.ts"
import { createFairQueue } from "../quota/index.ts"
import type { FairQueue } from "../quota/index.ts"

export interface PoolGates {
  of(pool: Pool): FairQueue
  /** True where the pool of a `pool/model` works on as many calls as it may. */
  isSaturated(target: string): boolean
  /** True where one more call could not even wait. */
  isFull(pool: Pool): boolean
  /** Takes over changed sizes, forgets pools that are gone. */
  follow(snapshot: Snapshot): void
  states(): Iterable<{ readonly pool: string; readonly waiting: number; readonly running: number }>
}

export function createPoolGates(now: () => number): PoolGates {
  const queues = new Map<string, FairQueue>()
  const of = (pool: Pool): FairQueue => {
    let queue = queues.get(pool.name)
    if (queue === undefined) {
      queue = createFairQueue({ concurrency: pool.concurrency, mostWaiting: pool.mostWaiting, now })
      queues.set(pool.name, queue)
    }
    return queue
  }
  return {
    of,
    isSaturated: (target) => queues.get(target.slice(0, target.indexOf("/")))?.state.isSaturated ?? false,
    isFull(pool) {
      const state = queues.get(pool.name)?.state
      return state !== undefined && state.isSaturated && state.waiting >= pool.mostWaiting
    },
    follow(snapshot) {
      for (const [name, queue] of queues) {
        const pool = snapshot.pools.get(name)
        if (pool !== undefined) queue.resize(pool)
        else if (queue.state.running === 0 && queue.state.waiting === 0) queues.delete(name)
      }
    },
    * states() {
      for (const [pool, { state }] of queues) yield { pool, waiting: state.waiting, running: state.running }
    },
  }
}
