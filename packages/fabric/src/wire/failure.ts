/** What a client is told of an attempt that failed, and what an upstream's error answer means. */
import type { DaydreamError } from "@daydream/engine/errors"
import type { JsonObject } from "../call/index.ts"
import type { AttemptFailure } from "../routing/index.ts"
import { wireErrors } from "./errors.ts"

const contextCodes = /context_length|context_size|context_window|context_too_long|prompt_too_long/i
const policyCodes = new RegExp([
  "content_?(?:filter|policy|refused)", "moderation", "policy_violation", "cyber_policy", "safety", "responsibleai",
  "data_inspection", "sensitive_words",
].join("|"), "i")

/**
 * The error for the client. Faults of our own account at an upstream (401, 402, 403, 404) are 502 and tell nothing of
 * it.
 */
export function errorFromFailure(failure: AttemptFailure): DaydreamError {
  if (failure.afterFirstToken) return wireErrors.stream_cut({ kind: failure.kind })
  switch (failure.kind) {
    case "status": return errorFromStatus(failure)
    case "connect-timeout":
    case "first-token-timeout":
    case "stall":
    case "total-timeout": return wireErrors.upstream_timeout({ kind: failure.kind })
    case "truncated": return wireErrors.stream_cut({ kind: failure.kind })
    default: return wireErrors.upstream_failed({ kind: failure.kind })
  }
}

function errorFromStatus(failure: AttemptFailure): DaydreamError {
  const status = failure.status ?? 502
  const code = failure.code ?? null
  if (code !== null && contextCodes.test(code)) return wireErrors.context_too_long({ message: failure.message })
  if (code !== null && policyCodes.test(code)) return wireErrors.content_refused({ message: failure.message })
  if (status === 429) return wireErrors.upstream_busy({ retryAfterMs: failure.retryAfterMs ?? null })
  if (status === 408 || status === 504) return wireErrors.upstream_timeout({ kind: "status" })
  if (status === 400 || status === 413 || status === 422) {
    return wireErrors.upstream_rejected({ status, code, message: failure.message })
  }
  return wireErrors.upstream_failed({ kind: "status" })
}

const longest = 1000

/** Takes what could be an address or a secret out of an upstream's own words. */
export function safeMessage(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text
  return short
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, "[address]")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "[address]")
    .replace(/\[[0-9a-f:]+:[0-9a-f:.]*\](?::\d+)?/gi, "[address]")
    .replace(/\b(?:sk|pk|rk|key|api|tok|ghp|hf|xai|gsk)[-_][A-Za-z0-9_\-*]{6,}/gi, "[secret]")
    .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+/gi, "$1 [secret]")
    .replace(/\b[A-Za-z0-9_-]{40,}\b/g, "[secret]")
}

export interface ToldError {
  readonly code: string | null
  readonly message: string
  /** Where the body itself names one. */
  readonly status?: number
}

/** What an upstream's error body says: OpenAI's, Anthropic's, FastAPI's (`detail`), Ollama's (a string). */
export function readErrorBody(body: JsonObject): ToldError {
  const error = body["error"]
  const inner = typeof error === "object" && error !== null && !Array.isArray(error) ? (error as JsonObject) : body
  const text = [typeof error === "string" ? error : null, inner["message"], inner["detail"]]
    .find((value) => typeof value === "string" && value !== "")
  const message = typeof text === "string" ? safeMessage(text)
    : "The model's server told of an error without saying which."
  const told = [inner["code"], inner["type"]]
    .find((value) => typeof value === "string" && value !== "" && value !== "error")
  const isTooLong = typeof text === "string"
    && /maximum context length|prompt is too long|context (length|window|size)/i.test(text)
  const code = isTooLong ? "context_length_exceeded" : typeof told === "string" ? told.slice(0, 100) : null
  const status = [inner["code"], inner["status"]]
    .find((value) => typeof value === "number" && value >= 400 && value < 600)
  return typeof status === "number" ? { code, message, status } : { code, message }
}

/** The failure that an error answer (status 4xx, 5xx) or an error event inside a 200 is. */
export function failureFromBody(
  body: JsonObject,
  options: { readonly status?: number; readonly afterFirstToken: boolean; readonly retryAfterMs?: number },
): AttemptFailure {
  const told = readErrorBody(body)
  const status = options.status ?? told.status ?? statusOfType(told.code)
  return {
    kind: "status", status, message: told.message, afterFirstToken: options.afterFirstToken,
    ...(told.code === null ? {} : { code: told.code }),
    ...(options.retryAfterMs === undefined ? {} : { retryAfterMs: options.retryAfterMs }),
  }
}

/** The status that an error type stands for, where an error came inside a 200. */
function statusOfType(code: string | null): number {
  switch (code) {
    case "rate_limit_error":
    case "rate_limit_exceeded": return 429
    case "overloaded_error": return 503
    case "timeout_error": return 504
    case "invalid_request_error":
    case "BadRequestError":
    case "context_length_exceeded": return 400
    case "authentication_error": return 401
    case "permission_error": return 403
    case "not_found_error": return 404
    default: return 500
  }
}
