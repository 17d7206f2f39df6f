/** What a failure means: who may be asked again, and whose fault it was. */
import type { AttemptFailure, TriedAttempt } from "./routing.ts"

export interface FailureClass {
  /**
   * `nobody`: it would repeat anywhere. `larger-context`: only a target with more room. `others`: the same target would
   * refuse again. `others-then-same`: another target at once, the same one after a wait.
   */
  readonly retry: "nobody" | "larger-context" | "others" | "others-then-same"
  /** Only failures that blame the target count against its breaker. */
  readonly blames: "caller" | "target" | "nobody"
}

const repeats: FailureClass = { retry: "nobody", blames: "caller" }
const tooLong: FailureClass = { retry: "larger-context", blames: "caller" }
const misconfigured: FailureClass = { retry: "others", blames: "target" }
const elsewhere: FailureClass = { retry: "others", blames: "nobody" }
const passing: FailureClass = { retry: "others-then-same", blames: "target" }
const contended: FailureClass = { retry: "others-then-same", blames: "nobody" }
const outOfTime: FailureClass = { retry: "nobody", blames: "nobody" }

/** Code of a call that our own queue shed: no upstream saw it, so it counts neither as an attempt nor against a target. */
export const shedCode = "pool_overloaded"

/** The failure of an attempt that was shed before it was sent; routing then asks another target. */
export const shedFailure = (pool: string, retryAfterMs: number, afterFirstToken = false): AttemptFailure => ({
  kind: "status", status: 429, code: shedCode, retryAfterMs, message: `Pool "${pool}" is overloaded.`, afterFirstToken,
})

// Codes and types of error bodies, in lower case. They decide before the status does: a 200 can carry an error event.
const tooLongCodes = /context_length|context_size|context_window|context_too_long|prompt_too_long|request_too_large/
const policyCodes =
  /content_?(?:filter|policy|refused)|moderation|policy_violation|cyber_policy|safety|responsibleai|data_inspection|sensitive_words/
// The account behind the credential is empty (waiting seconds does not fill it), or the target has no such model.
const misconfiguredCodes = /^(?:insufficient_quota|billing_.*|access_terminated|model_not_found|deploymentnotfound)$/

function classOfCode(code: string): FailureClass | null {
  if (code === shedCode) return elsewhere
  if (tooLongCodes.test(code)) return tooLong
  if (policyCodes.test(code)) return repeats
  return misconfiguredCodes.test(code) ? misconfigured : null
}

// Error types that say something only where no HTTP status does (an error event within a 200).
const byType = new Map<string, FailureClass>([
  ["invalid_request_error", repeats],
  ["authentication_error", misconfigured],
  ["permission_error", misconfigured],
  ["not_found_error", elsewhere],
])

// vLLM, llama.cpp, Anthropic and others tell it in words alone.
const tooLongWords = /maximum context length|prompt is too long|context (?:window|size|length)|input is too long/i

function classOfStatus(failure: AttemptFailure): FailureClass {
  const status = failure.status ?? 0
  if (status < 300) return byType.get(failure.code?.toLowerCase() ?? "") ?? passing
  if (status === 413) return tooLong
  if ((status === 400 || status === 422) && tooLongWords.test(failure.message)) return tooLong
  if (status === 401 || status === 402 || status === 403) return misconfigured
  // A call can name a file or an earlier answer that is not there, so a bare 404 says nothing against the target.
  if (status < 400 || status === 404 || status === 410 || status === 501 || status === 505) return elsewhere
  if (status === 408 || status === 429 || status >= 500) return passing
  // Conflict and "too early" pass by themselves and say nothing of the target's health.
  if (status === 409 || status === 425) return contended
  return repeats
}

/** Sorts a failure. A code that the upstream gave goes before the status, the status before the kind. */
export function classifyFailure(failure: AttemptFailure): FailureClass {
  const named = failure.code === undefined ? null : classOfCode(failure.code.toLowerCase())
  if (named !== null) return named
  switch (failure.kind) {
    case "status":
      return classOfStatus(failure)
    case "total-timeout":
      return outOfTime
    case "address-refused":
    case "refused-prefill":
      return elsewhere
    default:
      // Not reached, reset, too slow, silent, malformed or cut.
      return passing
  }
}

/** Sorts a tried attempt: a target that answers 400 or 422 to a half-said answer refuses the half-said answer, not the call. */
export function classifyAttempt(attempt: TriedAttempt): FailureClass {
  const { failure } = attempt
  const sorted = classifyFailure(failure)
  if (attempt.continuesPartial !== true || sorted !== repeats) return sorted
  const isNamed = failure.code !== undefined && classOfCode(failure.code.toLowerCase()) !== null
  return !isNamed && (failure.status === 400 || failure.status === 422) ? elsewhere : sorted
}
