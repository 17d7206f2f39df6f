/** What an error of a model in this process, or of an AI SDK provider, means to routing. */
import { APICallError } from "@ai-sdk/provider"
import { isDaydreamError } from "@daydream/engine/errors"
import type { DaydreamError } from "@daydream/engine/errors"
import type { AttemptFailure } from "../../routing/index.ts"
import { UpstreamFault } from "../fault.ts"
import { readRefusal } from "../refusal.ts"
import type { Secrets } from "../refusal.ts"

type Told = Omit<AttemptFailure, "afterFirstToken">

const status = (code: number, name: string, message: string): Told => ({ kind: "status", status: code, code: name, message })

/** Our own errors, whose English text says nothing secret. */
const ours: Readonly<Record<string, (error: DaydreamError) => Told>> = {
  prompt_too_long: (error) => status(400, "context_length_exceeded", error.message),
  content_not_supported: (error) => status(400, "unsupported_value", error.message),
  no_such_tool: (error) => status(400, "invalid_value", error.message),
  unknown_model: () => status(404, "model_not_found", "The pool has no such model."),
  wrong_model_kind: () => status(404, "model_not_found", "The model is of another kind than this interface needs."),
  model_not_installed: () => status(503, "model_not_installed", "The model is not on this machine."),
  language_model_unusable: () => status(503, "model_unusable", "The model could not be opened."),
  embedder_unusable: () => status(503, "model_unusable", "The model could not be opened."),
  language_model_closed: () => status(503, "model_closed", "The model was closed."),
  embedder_closed: () => status(503, "model_closed", "The model was closed."),
  model_unreachable: () => ({ kind: "connect", message: "The provider could not be reached." }),
  model_stalled: () => ({ kind: "stall", message: "The provider fell silent." }),
  model_stream_cut: () => ({ kind: "truncated", message: "The answer broke off." }),
  model_bad_response: () => ({ kind: "malformed", message: "The provider's answer could not be read." }),
  address_refused: () => ({ kind: "address-refused", message: "The provider's address is refused." }),
}

function told(error: unknown, secrets: Secrets, now: number): Told {
  if (isDaydreamError(error)) {
    const known = ours[error.code]
    if (known !== undefined) return known(error)
    const { status: code, retryAfterMs } = error.facts
    if (typeof code === "number") {
      const wait = typeof retryAfterMs === "number" ? { retryAfterMs } : {}
      return { ...status(code, error.code, `The provider answered with status ${code}.`), ...wait }
    }
  }
  if (APICallError.isInstance(error)) {
    if (error.statusCode === undefined) return { kind: "connect", message: "The provider could not be reached." }
    if (error.statusCode < 400) return { kind: "malformed", message: "The provider's answer could not be read." }
    return readRefusal(error.statusCode, error.responseHeaders ?? {}, error.responseBody ?? JSON.stringify({ message: error.message }), secrets, now)
  }
  if (error instanceof Error && error.name === "AI_NoSuchModelError") return status(404, "model_not_found", "The provider has no such model.")
  if (error instanceof Error && error.name === "AI_UnsupportedFunctionalityError") {
    return status(400, "unsupported_value", "The model lacks what the call asks for.")
  }
  return status(500, "model_error", "The model failed.")
}

/** The fault that an error is; its cause is kept for the log. */
export function faultOf(error: unknown, secrets: Secrets, now: number, afterFirstToken: boolean): UpstreamFault {
  if (error instanceof UpstreamFault) return error
  return new UpstreamFault({ ...told(error, secrets, now), afterFirstToken }, error)
}
