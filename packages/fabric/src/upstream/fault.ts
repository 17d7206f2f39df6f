/** A failed attempt as an error. */
import type { AttemptFailure } from "../routing/index.ts"

/** Carries the facts that routing decides by. `message` is safe to show. */
export class UpstreamFault extends Error {
  readonly failure: AttemptFailure
  constructor(failure: AttemptFailure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause })
    this.name = "UpstreamFault"
    this.failure = failure
  }
}
