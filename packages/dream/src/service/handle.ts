/** One HTTP request: matched, authenticated, read, handled, and told of what went wrong. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { isDaydreamError } from "@daydream/engine/errors"
import { z } from "zod"
import { protocolVersion } from "../protocol/index.ts"
import { callerOf } from "./caller.ts"
import type { Caller } from "./caller.ts"
import { readBy } from "./check.ts"
import { playDocument } from "./document.ts"
import { matchPath, sent } from "./endpoint.ts"
import type { AnyEndpoint, Service } from "./endpoint.ts"
import { endpoints } from "./endpoints/index.ts"
import { serviceErrors } from "./errors.ts"
import { languageOf } from "./language.ts"
import { checkOrigin, corsHeaders } from "./origin.ts"
import { toldError } from "./outward.ts"
import { readJson } from "./read-body.ts"
import { sendJson } from "./reply.ts"
import type { Wire } from "./reply.ts"
import { statusOf } from "./status.ts"

const bases = ["/v1/dreams", "/v1/sessions", "/v1/players", "/v1/play"]
const documentPath = "/v1/play/openapi.json"

/** True for the paths of this API. */
export const isPlayPath = (path: string): boolean => bases.some((base) => path === base || path.startsWith(`${base}/`))

export const pathOf = (url: string): string => url.split("?", 1)[0] ?? ""

const shown = (path: string): string => path.slice(0, 200)

/** Answers; never rejects. `closing` aborts when the service stops. */
export async function handle(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal
): Promise<void> {
  const gone = new AbortController()
  response.on("error", () => undefined)
  response.once("close", () => gone.abort())
  const wire: Wire = {
    response,
    stallMs: service.limits.stallMs,
    signal: AbortSignal.any([gone.signal, closing]),
    headers: {
      "daydream-protocol": String(protocolVersion),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  }
  const told: { caller?: Caller } = {}
  try {
    await serve(service, request, wire, told)
  } catch (error) {
    refuse(service, request, wire, error, told.caller)
  }
}

async function serve(service: Service, request: IncomingMessage, wire: Wire, told: { caller?: Caller }): Promise<void> {
  const { method = "", url = "" } = request
  const path = pathOf(url)
  Object.assign(wire.headers, corsHeaders(request, service.options))
  if (method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined) {
    checkOrigin(request, service.options)
    return sendJson(wire, 204, undefined)
  }
  checkVersion(request)
  if (path === documentPath && method === "GET") return sendJson(wire, 200, playDocument())
  const { endpoint, params } = find(method, path, wire)
  checkOrigin(request, service.options)
  if (wire.signal.aborted) throw serviceErrors.play_closing({})
  const caller = await callerOf(request, service)
  told.caller = caller
  const wait = service.limiter.take(caller.id)
  if (wait > 0) throw serviceErrors.too_many_requests({ retryAfterMs: wait })
  if (endpoint.who === "key" && caller.kind !== "key") throw serviceErrors.key_needed({})
  const language = languageOf(request.headers["accept-language"])
  wire.headers["content-language"] = language
  const query: unknown = readBy(z.strictObject((endpoint.query ?? {}) as Record<string, z.ZodType>), queryOf(url))
  const body: unknown = await bodyOf(endpoint, request, service)
  const result: unknown = await endpoint.handle({
    service,
    caller,
    language,
    request,
    wire,
    params,
    query: query as never,
    body,
  })
  if (result === sent) return
  if (result === undefined) return sendJson(wire, 204, undefined)
  sendJson(wire, endpoint.status ?? 200, result)
}

/** The newest version that both speak; there is one. */
export function checkVersion({ headers }: IncomingMessage): void {
  const asked = headers["daydream-protocol"]
  if (asked !== undefined && asked !== String(protocolVersion))
    throw serviceErrors.protocol_unsupported({ asked: String(asked).slice(0, 40) })
}

function find(method: string, path: string, wire: Wire): { endpoint: AnyEndpoint; params: Record<string, string> } {
  const allowed = new Set<string>()
  for (const endpoint of endpoints) {
    const params = matchPath(endpoint.path, path)
    if (params === null) continue
    if (endpoint.method === method) return { endpoint, params }
    allowed.add(endpoint.method)
  }
  if (allowed.size === 0) throw serviceErrors.no_play_endpoint({ method: shown(method), path: shown(path) })
  wire.headers["allow"] = [...allowed].join(", ")
  throw serviceErrors.play_method({ method: shown(method), path: shown(path), allowed: [...allowed].join(", ") })
}

/** A name that stands twice is refused by its schema, which wants one text. */
function queryOf(url: string): Record<string, string | readonly string[]> {
  const { searchParams } = new URL(url, "http://host")
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? "") : values]
    })
  )
}

async function bodyOf(endpoint: AnyEndpoint, request: IncomingMessage, { limits }: Service): Promise<unknown> {
  if (endpoint.takesLines === true) return undefined
  const json = await readJson(request, limits.bodyBytes)
  if (endpoint.body === undefined) {
    if (json === undefined) return undefined
    throw serviceErrors.bad_play_request({ field: "", problem: { en: "takes no body", zh: "不接受请求正文" } })
  }
  return readBy(endpoint.body, json === undefined && endpoint.isBodyOptional === true ? {} : json)
}

function refuse(
  service: Service,
  request: IncomingMessage,
  wire: Wire,
  error: unknown,
  caller: Caller | undefined
): void {
  const status = statusOf(error)
  const code = isDaydreamError(error) ? error.code : null
  if (status === 500) service.options.log.error({ err: error }, "a request of play failed by a mistake of the program")
  else service.options.log.info({ status, code }, "a request of play was refused")
  // A stream that breaks off was not ended by its protocol: the client sees that it is not whole.
  if (wire.response.headersSent) return void wire.response.destroy()
  const wait = isDaydreamError(error) ? error.facts["retryAfterMs"] : undefined
  if (typeof wait === "number") wire.headers["retry-after"] = String(Math.max(1, Math.ceil(wait / 1_000)))
  if (status === 401) wire.headers["www-authenticate"] = "Bearer"
  // A body that was not read to its end stands in the way of the next request.
  if (!request.complete) wire.headers["connection"] = "close"
  const language = languageOf(request.headers["accept-language"])
  sendJson(wire, status, { error: toldError(error, language, caller?.account) }, { "content-language": language })
}
