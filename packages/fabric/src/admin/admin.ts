/** The admin API behind the gateway's server. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { adminBase, createAdminApp } from "./app.ts"
import type { AdminParts, AdminServing } from "./parts.ts"

const loopback = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/

/** True where the connection comes from this machine itself, and not through a proxy on it. */
export function isLocalRequest({ socket, headers }: Pick<IncomingMessage, "headers" | "socket">): boolean {
  const { remoteAddress = "", localAddress } = socket
  const isSame = loopback.test(remoteAddress) || (remoteAddress !== "" && remoteAddress === localAddress)
  return isSame && ["x-forwarded-for", "x-real-ip", "forwarded", "via"].every((name) => headers[name] === undefined)
}

/** Answers requests below `/admin/`; false, with nothing touched, for all others. */
export function createAdmin(
  parts: AdminParts, serving: AdminServing,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const app = createAdminApp(parts, serving)
  const listener = getRequestListener(
    (request, env) => app.fetch(request, { isLocal: isLocalRequest(env.incoming) }),
    { overrideGlobalObjects: false },
  )
  return async (request, response) => {
    const path = request.url ?? ""
    if (path !== adminBase && !path.startsWith(`${adminBase}/`)) return false
    await listener(request, response)
    return true
  }
}
