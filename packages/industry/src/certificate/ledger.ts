/**
 * The delta ledger: trying again on the same certify rows costs.
 *
 * Attempt k on rows used before may spend delta times a share; the shares sum to one, so that by the union bound all
 * attempts on the same rows together issue a wrong certificate with probability at most delta. The first attempt gets
 * 95 %: in labels that is next to nothing (at target 97 % 101 error-free rows instead of 99). The remaining 5 % are
 * halved from attempt to attempt: the second takes 220 error-free rows, each one after that 23 more.
 */
import { errors } from "./errors.ts"

const firstShare = 0.95
const restShare = 0.05

/** Share of delta for attempt 1, 2, 3 …: 0.95, 0.025, 0.0125 …, summing to 1. */
export const attemptShare = (attempt: number): number => (attempt === 1 ? firstShare : restShare * 2 ** (1 - attempt))

/** One attempt at certifying. */
export interface Attempt {
  /** Hash of everything that determines the result: data, options, seed, version. The same spec is the same attempt. */
  readonly specHash: string
  /** Group hashes of the certify rows. */
  readonly rowHashes: readonly string[]
  readonly delta: number
}

/** An attempt with its number among those on connected rows. */
export interface RecordedAttempt extends Attempt {
  readonly attempt: number
  readonly deltaSpent: number
  /** ISO 8601. */
  readonly createdAt: string
}

/** What an attempt may spend. */
export interface Spend {
  readonly attempt: number
  readonly deltaSpent: number
  /** What the attempt after this one may spend on the same rows. */
  readonly deltaNext: number
  /** True where the very same attempt was made before: it spends nothing again. */
  readonly isRepeated: boolean
}

/**
 * What `next` may spend after `earlier` ones. Attempts that share a row are connected, also through others, and no two
 * connected attempts get the same number; so the shares of all attempts that used a given row sum to at most 1.
 */
export function spendDelta(earlier: readonly RecordedAttempt[], next: Attempt): Spend {
  if (!(next.delta > 0 && next.delta < 1)) throw errors.delta_out_of_range({ delta: next.delta })
  const rows = new Set(next.rowHashes)
  const connected = new Set<RecordedAttempt>()
  for (let grew = true; grew; ) {
    grew = false
    for (const attempt of earlier) {
      if (connected.has(attempt) || !attempt.rowHashes.some((hash) => rows.has(hash))) continue
      connected.add(attempt)
      for (const hash of attempt.rowHashes) rows.add(hash)
      grew = true
    }
  }
  const last = Math.max(0, ...[...connected].map((attempt) => attempt.attempt))
  const same = [...connected].find((attempt) => isSame(attempt, next))
  const number = same?.attempt ?? last + 1
  return {
    attempt: number,
    deltaSpent: same?.deltaSpent ?? next.delta * attemptShare(number),
    deltaNext: next.delta * attemptShare(Math.max(last, number) + 1),
    isRepeated: same !== undefined,
  }
}

function isSame(recorded: Attempt, next: Attempt): boolean {
  if (recorded.specHash !== next.specHash || recorded.delta !== next.delta) return false
  const rows = new Set(recorded.rowHashes)
  return rows.size === new Set(next.rowHashes).size && next.rowHashes.every((hash) => rows.has(hash))
}
