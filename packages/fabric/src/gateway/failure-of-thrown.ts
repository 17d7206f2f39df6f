/** What an exception in the middle of an attempt means. */
import type { AttemptFailure } from "../routing/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import type { CallRun } from "./call-run.ts"

export const outOfTime = (run: CallRun): AttemptFailure =>
  ({ kind: "total-timeout", message: "The call took longer than it may.", afterFirstToken: run.exchange.hasBegun })

/** Why an attempt broke; null where the client or the gateway ended it. Throws what is a mistake of the program. */
export function failureOfThrown(run: CallRun, error: unknown): AttemptFailure | null {
  if (run.exchange.interruption !== null) return null
  if (error instanceof UpstreamFault) return error.failure
  if (run.exchange.signal.aborted) return outOfTime(run)
  throw error
}
