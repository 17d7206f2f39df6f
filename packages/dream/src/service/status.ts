/** HTTP statuses of errors. */
import { isDaydreamError } from "@daydream/engine/errors"

const statuses: Readonly<Record<string, number>> = {
  missing_api_key: 401,
  invalid_api_key: 401,
  play_token_invalid: 401,
  play_token_expired: 401,
  budget_exceeded: 402,
  credit_exhausted: 402,
  scope_missing: 403,
  tenant_suspended: 403,
  key_needed: 403,
  dream_not_for_player: 403,
  invitation_invalid: 403,
  origin_refused: 403,
  dream_closed: 403,
  not_in_session: 403,
  only_the_owner: 403,
  no_play_endpoint: 404,
  session_unknown: 404,
  dream_unknown: 404,
  save_unknown: 404,
  memory_unknown: 404,
  event_unknown: 404,
  turn_unknown: 404,
  play_method: 405,
  turn_in_progress: 409,
  turn_of_another: 409,
  session_moved: 409,
  not_your_turn: 409,
  key_reused: 409,
  nothing_to_retry: 409,
  character_not_free: 409,
  agreement_missing: 409,
  turn_taken_back: 409,
  turn_interrupted: 409,
  session_file_of_other_version: 409,
  cursor_gone: 410,
  dream_version_lost: 410,
  play_body_too_large: 413,
  play_media_type: 415,
  too_many_requests: 429,
  too_many_streams: 429,
  quota_exceeded: 429,
  overloaded: 429,
  turn_failed: 502,
  play_closing: 503,
}

/** Status of a code that is named here. */
export const statusOfCode = (code: string): number | undefined =>
  Object.hasOwn(statuses, code) ? statuses[code] : undefined

/** Status of any error: 400 for what a user can mend, 500 for what nobody foresaw. */
export function statusOf(error: unknown): number {
  if (!isDaydreamError(error)) return 500
  return statusOfCode(error.code) ?? (error.exitCode === 2 ? 400 : error.isRetryable ? 503 : 500)
}
