/** The admin API as an app: who acts, what is asked, and how errors are told. */
import { OpenAPIHono } from "@hono/zod-openapi"
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"
import { errorHeaders } from "../wire/index.ts"
import { alertEndpoints } from "./alerts.ts"
import { configurationEndpoints } from "./configuration.ts"
import { mount } from "./endpoint.ts"
import type { AdminApp, AdminBindings, AnyEndpoint } from "./endpoint.ts"
import { adminErrors } from "./errors.ts"
import { keyEndpoints } from "./keys.ts"
import { ledgerEndpoints } from "./ledger.ts"
import { moneyEndpoints } from "./money.ts"
import type { AdminParts, AdminServing } from "./parts.ts"
import { retentionEndpoints } from "./retention.ts"
import { serviceEndpoints } from "./service.ts"
import { adminStatusOf } from "./status.ts"
import { tenantEndpoints } from "./tenants.ts"
import type { Actor } from "../tenancy/index.ts"
import { usageEndpoints } from "./usage.ts"

export const adminBase = "/admin/v1"

const endpoints: readonly AnyEndpoint[] = [
  ...tenantEndpoints, ...keyEndpoints, ...moneyEndpoints, ...alertEndpoints, ...usageEndpoints, ...ledgerEndpoints, ...configurationEndpoints, ...retentionEndpoints, ...serviceEndpoints,
]

/** Chinese where the client prefers it to English. */
export function languageOf(accepted: string | undefined): Language {
  const wanted = (accepted ?? "").split(",").map((part) => {
    const [tag = "", ...settings] = part.trim().toLowerCase().split(";")
    const weight = Number(settings.find((one) => one.trim().startsWith("q="))?.trim().slice(2) ?? "1")
    return { language: tag.split("-")[0], weight: Number.isFinite(weight) ? weight : 0 }
  })
  const best = (language: Language) => Math.max(0, ...wanted.filter((one) => one.language === language).map((one) => one.weight))
  return best("zh") > best("en") ? "zh" : "en"
}

function secretOf(headers: Headers): string {
  const authorization = headers.get("authorization")
  const bearer = authorization === null ? null : /^bearer +(\S+)$/i.exec(authorization.trim())
  const secret = bearer?.[1] ?? headers.get("x-api-key")
  if (secret === null || secret === undefined || secret === "") throw adminErrors.admin_key_missing({})
  return secret
}

/** Errors of the program itself keep their text to themselves. */
function errorAnswer(error: unknown, language: Language): Response {
  const status = adminStatusOf(error)
  const told = isDaydreamError(error) && status !== 500 ? error : adminErrors.admin_mistake({}, error)
  const { message, hint } = describeError(told, language)
  return Response.json({ error: { code: told.code, message, hint: hint ?? null } }, {
    status, headers: { ...errorHeaders(told), "content-language": language, "cache-control": "no-store" },
  })
}

const info = {
  title: "Daydream fabric: administration", version: "1",
  description: "Tenants, keys, money, routes and usage. A key with the scope admin acts on its tenant and all below it; "
    + "pools, routes, prices, credentials and networks are for administrators of root.",
}

/** OpenAPI 3.1, made of the very schemas that check the requests. */
export const documentOf = (app: AdminApp): object => app.getOpenAPI31Document({ openapi: "3.1.0", info, servers: [{ url: "/" }] })

/** Builds the app. `parts` and `serving` are not touched before a request comes. */
export function createAdminApp(parts: AdminParts, serving: AdminServing): AdminApp {
  const app: AdminApp = new OpenAPIHono<{ Bindings: AdminBindings; Variables: { actor: Actor } }>()
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http", scheme: "bearer", description: "An API key with the scope admin (for usage: usage). x-api-key is taken, too.",
  })
  app.onError((error, context) => {
    if (adminStatusOf(error) === 500) serving.log.error({ err: error }, "an administrative request failed by a mistake of the program")
    return errorAnswer(error, languageOf(context.req.header("accept-language")))
  })
  app.notFound((context) => errorAnswer(
    adminErrors.no_such_endpoint({ method: context.req.method, path: context.req.path.slice(0, 200) }), languageOf(context.req.header("accept-language"))))
  app.get(`${adminBase}/openapi.json`, (context) => context.json(documentOf(app)))
  app.use(`${adminBase}/*`, async (context, next) => {
    const { actor, isLocal = false } = context.env ?? {}
    context.set("actor", actor ?? await serving.actorOf(secretOf(context.req.raw.headers), { isLocal }))
    await next()
    context.header("cache-control", "no-store")
  })
  for (const endpoint of endpoints) mount(app, adminBase, endpoint, { parts, serving })
  return app
}
