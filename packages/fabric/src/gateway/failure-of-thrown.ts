/** What an exception in the middle of an attempt means. */
import type { AttemptFailure } from "../routing/index.ts"
import { UpstreamFault } from "../upstream/index.ts"
import type { CallRun } from "./call-run.ts"

export const outOfTime = (run: CallRun): AttemptFailure =>
  ({ kind: "total-timeout", message: "The call took longer than it may.", afterFirstToken: run.exchange.hasBegun })

/**
 * What an upstream threw, as a fault: what is none of the known ones is a mistake of its maker (an AI SDK provider's, say),
 * told in the log, and no reason to give up the call.
 */
export function faultOf(run: CallRun, error: unknown): unknown {
  if (error instanceof UpstreamFault || run.exchange.signal.aborted) return error
  run.core.parts.log.error({ err: error, requestId: run.exchange.requestId, pool: run.answeredBy?.pool }, "an upstream broke its contract")
  return new UpstreamFault({ kind: "reset", message: "The model's server failed.", afterFirstToken: run.exchange.hasBegun }, error)
}

/** Why an attempt broke; null where the client or the gateway ended it. Throws what is a mistake of the program. */
export function failureOfThrown(run: CallRun, error: unknown): AttemptFailure | null {
  if (run.exchange.interruption !== null) return null
  if (error instanceof UpstreamFault) return error.failure
  if (run.exchange.signal.aborted) return outOfTime(run)
  throw error
}
