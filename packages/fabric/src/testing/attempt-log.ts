/** What a test server saw: the judge of failover, crash and abort tests. */
import { appendFileSync } from "node:fs"

/** One attempt, as the upstream saw it. */
export interface SeenAttempt {
  /** Its number, from 1. */
  readonly number: number
  /** The `x-request-id` that came with it, or an empty text. */
  readonly id: string
  readonly path: string
  readonly model: string
  /** The cap on output tokens in the body, null where there is none. */
  readonly cap: number | null
  readonly isStream: boolean
  /** What the script said to do. */
  readonly behaviour: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  endedAt: number | null
  bytesSent: number
  /** Words of answer that were sent. */
  wordsSent: number
  /** `aborted`: the caller left before the end. `broken`: this server broke it off by its script. */
  end: "open" | "completed" | "aborted" | "broken"
}

/** Attempts in the order in which they came. */
export interface AttemptLog {
  readonly attempts: readonly SeenAttempt[]
  begin(facts: Pick<SeenAttempt, "id" | "path" | "model" | "cap" | "isStream" | "behaviour">): SeenAttempt
  end(attempt: SeenAttempt, end: Exclude<SeenAttempt["end"], "open">): void
}

/**
 * Makes a log; with `file` each beginning and end is also a line of JSON there, written at once and without fsync: it
 * outlives the process that is killed, though not a machine that loses power. `keeps` false: not kept in memory.
 */
export function createAttemptLog(options: { readonly file?: string; readonly keeps?: boolean; readonly now?: () => number } = {}): AttemptLog {
  const { file, keeps = true, now = Date.now } = options
  const attempts: SeenAttempt[] = []
  let count = 0
  const write = (event: "begin" | "end", attempt: SeenAttempt) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ event, ...attempt })}\n`)
  }
  return {
    attempts,
    begin: (facts) => {
      const attempt: SeenAttempt = {
        ...facts, number: ++count, startedAt: now(), endedAt: null, bytesSent: 0, wordsSent: 0, end: "open",
      }
      if (keeps) attempts.push(attempt)
      write("begin", attempt)
      return attempt
    },
    end: (attempt, end) => {
      if (attempt.end !== "open") return
      attempt.end = end
      attempt.endedAt = now()
      write("end", attempt)
    },
  }
}
