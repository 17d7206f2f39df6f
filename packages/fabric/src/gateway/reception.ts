import type { AttemptFailure } from "../routing/index.ts"
import type { AnswerFacts } from "../wire/index.ts"

/** What relaying or collecting gave. */
export interface Reception {
  readonly failure: AttemptFailure | null
  readonly facts: AnswerFacts | null
  readonly answer: Uint8Array | null
  readonly firstTokenMs: number | null
  /** What this attempt alone has said. */
  readonly said: string
}
