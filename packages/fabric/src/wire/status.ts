/** The HTTP status of each error code, and the headers that go with it. */
import { isDaydreamError } from "@daydream/engine/errors"

const statuses: Readonly<Record<string, number>> = {
  bad_request: 400, not_translatable: 400, bad_json: 400, context_too_long: 400, content_refused: 400,
  wrong_interface: 400,
  bad_idempotency_key: 400, request_over_quota: 400, bad_quota: 400, bad_budget: 400, bad_tenancy_input: 400,
  bad_network: 400, upstream_address_refused: 400, tenants_too_deep: 400,
  invalid_api_key: 401, missing_api_key: 401,
  // 402 and not 429: clients retry a 429 by themselves, which cannot help here.
  budget_exceeded: 402, credit_exhausted: 402,
  model_not_allowed: 403, tenant_suspended: 403, scope_missing: 403, not_allowed: 403, more_than_creator: 403,
  no_such_model: 404, not_found: 404, no_such_function: 404, no_such_tenant: 404, no_such_key: 404,
  no_such_request: 404,
  method_not_allowed: 405,
  idempotency_conflict: 409, idempotency_in_progress: 409, idempotency_answer_not_kept: 409, tenant_exists: 409,
  key_ended: 409, request_not_closed: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  overloaded: 429, quota_exceeded: 429, upstream_busy: 429,
  client_gone: 499,
  upstream_failed: 502, stream_cut: 502,
  ledger_unavailable: 503, shutting_down: 503, no_target: 503, not_ready: 503,
  upstream_timeout: 504,
}

/** True where `code` has a status of its own (a code without one is answered as 500, without its text). */
export const hasStatus = (code: string): boolean => Object.hasOwn(statuses, code)

/** HTTP status of any error; 500 for what is not known. */
export function statusOf(error: unknown): number {
  if (!isDaydreamError(error)) return 500
  if (error.code === "upstream_rejected") return error.facts["status"] === 413 ? 413 : error.facts["status"] === 422
    ? 422 : 400
  return Object.hasOwn(statuses, error.code) ? statuses[error.code]! : 500
}

/** Retry-After in whole seconds, and whether clients that ask (`openai`, `@anthropic-ai/sdk`) should try again. */
export function errorHeaders(error: unknown): Record<string, string> {
  const headers: Record<string, string> = {}
  if (!isDaydreamError(error)) return headers
  const wait = error.facts["retryAfterMs"]
  if (typeof wait === "number" && Number.isFinite(wait) && wait >= 0) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(wait / 1000)))
  }
  const status = statusOf(error)
  if (status === 409 || status === 429 || status >= 500) headers["x-should-retry"] = String(error.isRetryable)
  return headers
}
