/** Which web pages may play: those of the server's own host, and those of named origins. Programs send no origin. */
import type { IncomingMessage } from "node:http"
import { serviceErrors } from "./errors.ts"
import type { PlayServiceOptions } from "./options.ts"

type Origins = Pick<PlayServiceOptions, "origins">

const isNamed = (origin: string, { origins = [] }: Origins): boolean =>
  origins.includes("*") || origins.includes(origin)

function isOwn(origin: string, { headers }: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === headers.host
}

/** Throws `origin_refused`. */
export function checkOrigin(request: IncomingMessage, options: Origins): void {
  const { origin } = request.headers
  if (origin !== undefined && !isOwn(origin, request) && !isNamed(origin, options))
    throw serviceErrors.origin_refused({ origin: origin.slice(0, 200) })
}

/** What lets a named page read the answers. */
export function corsHeaders({ headers: { origin } }: IncomingMessage, options: Origins): Record<string, string> {
  if (origin === undefined || !isNamed(origin, options)) return {}
  return {
    "access-control-allow-origin": origin,
    vary: "Origin",
    "access-control-max-age": "600",
    "access-control-allow-methods": "GET, POST, PATCH, DELETE",
    "access-control-allow-headers":
      "authorization, content-type, accept-language, idempotency-key, daydream-player, daydream-protocol, "
        + "last-event-id",
    "access-control-expose-headers": "daydream-protocol, ai-disclosure, aigc, retry-after",
  }
}
