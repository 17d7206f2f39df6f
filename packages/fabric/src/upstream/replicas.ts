/** Which of several addresses is called: the one with least in flight; one that cannot be reached rests for a while. Pure. */

interface Replica<T> {
  readonly server: T
  inFlight: number
  /** Failed connections in a row. */
  failures: number
  restsUntil: number
}

const firstRestMs = 500
const longestRestMs = 30_000

/** Addresses of one pool. */
export interface Replicas<T> {
  /** Takes the best that is not in `without`; null where none is left. */
  take(without: ReadonlySet<Replica<T>>): Replica<T> | null
  release(replica: Replica<T>): void
  /** Tells how connecting went. */
  report(replica: Replica<T>, isReached: boolean): void
}

/** Makes the choice among `servers`. */
export function createReplicas<T>(servers: readonly T[], now: () => number): Replicas<T> {
  const replicas = servers.map((server): Replica<T> => ({ server, inFlight: 0, failures: 0, restsUntil: 0 }))
  let turn = 0
  return {
    take: (without) => {
      const at = now()
      let best: Replica<T> | null = null
      // Ties go round. Who rests comes last, but comes: a pool whose addresses all rest is still tried.
      const rank = (replica: Replica<T>) => replica.inFlight + (replica.restsUntil > at ? 1e9 : 0)
      for (let step = 0; step < replicas.length; step++) {
        const replica = replicas[(turn + step) % replicas.length] as Replica<T>
        if (!without.has(replica) && (best === null || rank(replica) < rank(best))) best = replica
      }
      turn = (turn + 1) % Math.max(1, replicas.length)
      if (best !== null) best.inFlight++
      return best
    },
    release: (replica) => {
      replica.inFlight--
    },
    report: (replica, isReached) => {
      replica.failures = isReached ? 0 : replica.failures + 1
      replica.restsUntil = isReached ? 0 : now() + Math.min(longestRestMs, firstRestMs * 2 ** Math.min(10, replica.failures - 1))
    },
  }
}

export type { Replica }
