/** Errors of the AI SDK and of `fetch` in our words, without keys, prompts or headers. */
import { APICallError } from "@ai-sdk/provider"
import { isDaydreamError } from "../errors/index.ts"
import { modelErrors } from "./errors.ts"
import { parseRetryAfter } from "./with-retry.ts"

/** Whose call it was, and what must never be shown. */
export interface CallOrigin {
  readonly modelId: string
  readonly host: string
  readonly secrets: readonly string[]
  readonly now: () => number
}

const LONGEST_DETAIL = 200

/** The text without secrets, on one line, shortened. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= 4)
    .reduce((all, secret) => all.replaceAll(secret, "***"), text)
  const flat = known.replaceAll(/\b(sk|pk|key|hf|gsk)-[\w*-]{6,}/gi, "***").replaceAll(/Bearer\s+\S+/gi, "Bearer ***")
    .replaceAll(/\s+/g, " ").trim()
  return flat.length > LONGEST_DETAIL ? `${flat.slice(0, LONGEST_DETAIL)}…` : flat
}

function* chain(error: unknown): Generator<Error> {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) yield at
}

const codesOf = (error: unknown): readonly string[] =>
  [...chain(error)].flatMap((one) => ("code" in one && typeof one.code === "string" ? [one.code] : []))

/** The server was never reached: nothing can have been charged. */
const CONNECT_FAILURES = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]

const RESPONSE_ERRORS = new Set(["AI_InvalidResponseDataError", "AI_TypeValidationError", "AI_JSONParseError"])
const CUT = /terminated|other side closed|socket hang up|premature close|aborted/i

function byStatus(status: number, facts: Parameters<typeof modelErrors.model_busy>[0]) {
  if (status === 429) return modelErrors.model_busy(facts)
  if (status === 401 || status === 403) return modelErrors.model_unauthorized(facts)
  if (status === 404) return modelErrors.model_not_found(facts)
  if (status === 408 || status === 409 || status >= 500) return modelErrors.model_server_error(facts)
  if (status >= 400) return modelErrors.model_refused_request(facts)
  return modelErrors.model_bad_response(facts)
}

/** What an error chunk within a stream says. */
const saidInStream = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error)

/** Our error for a failed call. An abort by the caller and errors of the program stay what they are. */
export function translateCallError(error: unknown, { modelId, host, secrets, now }: CallOrigin): unknown {
  for (const one of chain(error)) if (isDaydreamError(one)) return one
  const facts = (detail: string) => ({ modelId, host, detail: redact(detail, secrets) })
  if (!(error instanceof Error)) return modelErrors.model_server_error(facts(saidInStream(error)))
  if (error.name === "AbortError") return error
  const codes = codesOf(error)
  const deepest = [...chain(error)].at(-1)?.message ?? error.message
  if (APICallError.isInstance(error) && error.statusCode !== undefined) {
    if (error.statusCode < 400 && (CUT.test(deepest) || codes.length > 0)) return modelErrors.model_stream_cut({ modelId })
    const retryAfterMs = parseRetryAfter(error.responseHeaders ?? {}, now())
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    return byStatus(error.statusCode, { ...facts(error.message), status: error.statusCode, ...wait })
  }
  if (RESPONSE_ERRORS.has(error.name)) {
    return /without a finish reason/.test(error.message)
      ? modelErrors.model_stream_cut({ modelId }) : modelErrors.model_bad_response(facts(error.message))
  }
  const isConnectFailure = codes.some((code) => CONNECT_FAILURES.includes(code))
  if (APICallError.isInstance(error) || isConnectFailure || codes.includes("ECONNRESET")) {
    return modelErrors.model_unreachable({ ...facts(codes[0] ?? deepest), ...(isConnectFailure ? { isConnectFailure } : {}) })
  }
  return CUT.test(error.message) ? modelErrors.model_stream_cut({ modelId }) : error
}
