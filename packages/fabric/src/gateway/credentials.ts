/** The API key of a request. */
import type { IncomingMessage } from "node:http"
import type { Authenticator, Principal, Scope } from "../tenancy/index.ts"
import { gatewayErrors } from "./errors.ts"

/** The secret that was sent: as a bearer token, or as Anthropic's clients send it. Null: none. */
export function secretOf(request: IncomingMessage): string | null {
  const { authorization, "x-api-key": key } = request.headers
  if (authorization !== undefined && authorization.length > 7 && authorization.slice(0, 7).toLowerCase() === "bearer ")
    return authorization.slice(7).trim()
  return typeof key === "string" && key !== "" ? key : null
}

/** Who calls. Throws `missing_api_key`, `invalid_api_key`, `scope_missing`. */
export async function authorise(authenticator: Authenticator, request: IncomingMessage, scope: Scope): Promise<Principal> {
  const secret = secretOf(request)
  if (secret === null) throw gatewayErrors.missing_api_key({})
  const principal = await authenticator.authenticate(secret)
  if (!principal.scopes.has(scope)) throw gatewayErrors.scope_missing({ scope })
  return principal
}
