/** Errors in the shape of each API. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { Api, JsonObject } from "../call/index.ts"
import { hasStatus, statusOf } from "./status.ts"

const anthropicTypes: Readonly<Record<number, string>> = {
  401: "authentication_error", 402: "billing_error", 403: "permission_error", 404: "not_found_error",
  413: "request_too_large", 429: "rate_limit_error", 503: "overloaded_error", 504: "timeout_error",
}

const openaiTypes: Readonly<Record<number, string>> = {
  401: "authentication_error", 402: "insufficient_quota", 403: "permission_error", 429: "rate_limit_error",
}

/** Codes that OpenAI's clients know under another name. */
const openaiCodes: Readonly<Record<string, string>> = {
  no_such_model: "model_not_found", context_too_long: "context_length_exceeded", content_refused: "content_filter",
  quota_exceeded: "rate_limit_exceeded", upstream_busy: "rate_limit_exceeded",
}

/** What an error says in an API's words. */
export interface ErrorWords {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

const unknown = "The service made a mistake. It has been recorded; please try again."

/** Type, code and text of `error` for `api`; an error that is not known keeps its text to itself. */
export function errorWords(api: Api | null, error: unknown): ErrorWords {
  const status = statusOf(error)
  const isAnthropic = api === "messages" || api === "count-tokens"
  const fallback = status >= 500 ? (isAnthropic ? "api_error" : "server_error") : "invalid_request_error"
  const type = (isAnthropic ? anthropicTypes : openaiTypes)[status] ?? fallback
  const isKnown = isDaydreamError(error) && (hasStatus(error.code) || error.code === "upstream_rejected")
  if (!isKnown) return { message: unknown, type, param: null, code: "internal_error" }
  const param = error.facts["param"]
  const upstreamCode = error.code === "upstream_rejected" ? error.facts["code"] : null
  return {
    message: error.hint === undefined ? error.message : `${error.message} ${error.hint}`,
    type,
    param: typeof param === "string" ? param : null,
    code: typeof upstreamCode === "string" ? upstreamCode : openaiCodes[error.code] ?? error.code,
  }
}

/** The body of an error answer. `api` null: no known endpoint; OpenAI's shape is used. */
export function errorBody(api: Api | null, error: unknown, requestId?: string): JsonObject {
  const words = errorWords(api, error)
  if (api === "messages" || api === "count-tokens") {
    return { type: "error", error: { type: words.type, message: words.message }, request_id: requestId ?? null }
  }
  return { error: { message: words.message, type: words.type, param: words.param, code: words.code } }
}
