/** Endpoints that cost nothing: models, token counts, health, metrics. */
import type { IncomingMessage } from "node:http"
import type { Principal } from "../tenancy/index.ts"
import { estimateTokens, modelEntry, modelList, parseCall, tokenCount, wireErrors } from "../wire/index.ts"
import type { GatewayCore } from "./call-run.ts"
import { authorise } from "./credentials.ts"
import { gatewayErrors } from "./errors.ts"
import type { Exchange } from "./exchange.ts"
import { functionPrefix } from "./plan-function.ts"

/** Names of all models that the caller may use: routes, targets by name, functions. */
function modelsOf(core: GatewayCore, principal: Principal): string[] {
  const { configuration, functions } = core.parts
  const { routes, pools } = configuration.current
  const names = new Set<string>(routes.keys())
  for (const pool of pools.values()) for (const model of pool.models) names.add(`${pool.name}/${model}`)
  for (const name of functions?.names() ?? []) names.add(`${functionPrefix}${name}`)
  return [...names].filter((name) => principal.mayUse(name)).toSorted()
}

const listApi = (exchange: Exchange) => (exchange.api === "messages" ? "messages" : "openai")

export function serveModels(core: GatewayCore, exchange: Exchange, principal: Principal): void {
  const created = core.startedAt
  exchange.sendJson(200, modelList(listApi(exchange), modelsOf(core, principal).map((id) => ({ id, created }))))
}

export function serveModel(core: GatewayCore, exchange: Exchange, principal: Principal, id: string): void {
  if (!modelsOf(core, principal).includes(id)) throw wireErrors.no_such_model({ model: id })
  exchange.sendJson(200, modelEntry(listApi(exchange), { id, created: core.startedAt }))
}

/** Counts a prompt's tokens: an estimate by a tokenizer, since the tenant's model may have another one. */
export async function serveTokenCount(
  core: GatewayCore, exchange: Exchange, principal: Principal, json: unknown,
): Promise<void> {
  const call = parseCall("count-tokens", json)
  if (!modelsOf(core, principal).includes(call.model)) throw wireErrors.no_such_model({ model: call.model })
  exchange.sendJson(200, tokenCount(await estimateTokens(call, "")))
}

export async function serveReadiness(core: GatewayCore, exchange: Exchange, isClosing: boolean): Promise<void> {
  const { isReady = () => Promise.resolve(true) } = core.parts
  if (isClosing || !(await isReady().catch(() => false))) throw gatewayErrors.not_ready({})
  exchange.sendJson(200, { status: "ready" })
}

const loopback = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"])

/** True where the request comes from this machine itself, not through a proxy on it. */
const isLocal = (request: IncomingMessage): boolean =>
  loopback.has(request.socket.remoteAddress ?? "") && request.headers["x-forwarded-for"] === undefined &&
  request.headers["forwarded"] === undefined && request.headers["via"] === undefined

export async function serveMetrics(core: GatewayCore, exchange: Exchange): Promise<void> {
  const { authenticator, metrics, metricsAccess = "guarded" } = core.parts
  if (metricsAccess === "guarded" && !isLocal(exchange.request)) await authorise(authenticator, exchange.request, "admin")
  exchange.send(200, metrics.contentType, await metrics.text())
}
