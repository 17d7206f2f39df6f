/** What an endpoint of the admin API is: data for the document and one function. */
import type { OpenAPIHono } from "@hono/zod-openapi"
import { z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { isDaydreamError } from "@daydream/engine/errors"
import { check } from "../tenancy/index.ts"
import type { Actor, Scope } from "../tenancy/index.ts"
import { adminErrors, problemTexts } from "./errors.ts"
import type { AdminParts, AdminServing } from "./parts.ts"
import { errorSchema } from "./schemas.ts"

/** What the server knows of a request beside its headers. */
export interface AdminBindings {
  /** Who acts, where the caller is in this process; else the key says it. */
  readonly actor?: Actor
  /** Tells whether the request's connection comes from this machine itself. */
  readonly isLocal?: boolean
}

export type AdminApp = OpenAPIHono<{ Bindings: AdminBindings; Variables: { actor: Actor } }>

type Fields = Record<string, z.ZodType>

// No field at all: what an index type of `never` would say of every field.
// oxlint-disable-next-line typescript/no-generated-empty-object-type
type NoFields = Record<never, never>

/** What `handle` gets: everything is read and checked. */
export interface Call<P, Q, B> {
  readonly actor: Actor
  readonly parts: AdminParts
  readonly serving: AdminServing
  readonly params: P
  readonly query: Q
  readonly body: B
}

export interface Endpoint<P extends Fields, Q extends Fields, B extends z.ZodType, R extends z.ZodType> {
  readonly method: "get" | "post" | "put" | "patch" | "delete"
  /** Below `/admin/v1`, parameters as `{name}`. */
  readonly path: string
  /** Name of the act, for who uses the document to make a client. */
  readonly id: string
  readonly tag: "Tenants" | "Keys" | "Money" | "Usage" | "Ledger" | "Configuration" | "Service"
  readonly summary: string
  readonly details?: string
  /** Scope of the key; `admin` unless said. A key with `admin` may also do what needs `usage`. */
  readonly scope?: Scope
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** 200 unless said; an endpoint without `result` answers 204. */
  readonly status?: 200 | 201
  readonly result?: R
  readonly handle: (call: Call<z.output<z.ZodObject<P>>, z.output<z.ZodObject<Q>>, z.output<B>>) => Promise<z.input<R>>
}

interface Backing {
  readonly parts: AdminParts
  readonly serving: AdminServing
}

/** An endpoint, whatever its types. */
export interface AnyEndpoint {
  readonly definition: Omit<Endpoint<Fields, Fields, z.ZodType, z.ZodType>, "handle">
  readonly answer: (context: Context<{ Bindings: AdminBindings; Variables: { actor: Actor } }>, backing: Backing) => Promise<Response>
}

/** Declares an endpoint. Parameters, query and body are strict: what is not known is refused. */
export function defineEndpoint<
  P extends Fields = NoFields, Q extends Fields = NoFields,
  B extends z.ZodType = z.ZodUndefined, R extends z.ZodType = z.ZodVoid,
>(endpoint: Endpoint<P, Q, B, R>): AnyEndpoint {
  const params = z.strictObject(endpoint.params ?? ({} as P))
  const query = z.strictObject(endpoint.query ?? ({} as Q))
  return {
    definition: endpoint,
    answer: async (context, backing) => {
      const actor = context.get("actor")
      requireScope(actor, endpoint.scope ?? "admin")
      const call = {
        actor, ...backing,
        params: readPart(params, paramsOf(context)),
        query: readPart(query, queryOf(context.req.url)),
        body: (endpoint.body === undefined ? undefined : readPart(endpoint.body, await jsonOf(context.req.raw))) as z.output<B>,
      }
      const result: unknown = await endpoint.handle(call)
      if (endpoint.result === undefined) return context.body(null, 204)
      return context.json(result, endpoint.status ?? 200)
    },
  }
}

function requireScope({ scopes }: Actor, scope: Scope): void {
  if (!scopes.has("admin") && !scopes.has(scope)) throw adminErrors.admin_scope_missing({ scope })
}

function readPart<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = check(schema, value, problemTexts)
  if (result.isSound) return result.data
  throw adminErrors.bad_admin_request({ field: result.field, problem: result.problem })
}

// PostgreSQL's texts cannot hold NUL: what holds it names nothing that there is.
const nulProblem = { en: "must not hold the character U+0000", zh: "不能含有字符 U+0000" }
const holdsNul = (texts: readonly string[]) => texts.some((text) => text.includes("\0"))

function paramsOf(context: Context): Record<string, string> {
  const params = context.req.param()
  if (!holdsNul(Object.values(params))) return params
  throw adminErrors.no_such_endpoint({ method: context.req.method, path: context.req.path.slice(0, 200) })
}

/** An escaped NUL in a text of JSON. */
const escapedNul = /(?<!\\)(?:\\\\)*\\u0000/

/** A name that stands twice in the query is refused by its schema, which wants one text. */
function queryOf(url: string): Record<string, string | readonly string[]> {
  const { searchParams } = new URL(url)
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => {
    const values = searchParams.getAll(name)
    if (holdsNul(values)) throw adminErrors.bad_admin_request({ field: name, problem: nulProblem })
    return [name, values.length === 1 ? (values[0] as string) : values]
  }))
}

async function jsonOf(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase()
  if (type !== "application/json") throw adminErrors.admin_body_not_json({ problem: "type" })
  const text = await textOf(request)
  if (escapedNul.test(text)) throw adminErrors.bad_admin_request({ field: "", problem: nulProblem })
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw adminErrors.admin_body_not_json({ problem: "syntax" })
    throw error
  }
}

/** Longest body: a whole configuration with thousands of tenants. */
const mostBodyBytes = 4 << 20

/** The body as text. Throws `admin_body_too_large` before more than that is held. */
async function textOf(request: Request): Promise<string> {
  const tooLarge = () => adminErrors.admin_body_too_large({ most: mostBodyBytes })
  if (Number(request.headers.get("content-length") ?? "0") > mostBodyBytes) throw tooLarge()
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const part of request.body ?? []) {
      bytes += part.length
      if (bytes > mostBodyBytes) throw tooLarge()
      parts.push(part)
    }
  } catch (error) {
    // A client that leaves in the middle of its body is no mistake of the program.
    if (isDaydreamError(error)) throw error
    throw adminErrors.admin_body_not_json({ problem: "syntax" }, error)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}

const json = (schema: z.ZodType, description: string) => ({ description, content: { "application/json": { schema } } })

/** Serves the endpoint and describes it in the app's document. */
export function mount(app: AdminApp, base: string, endpoint: AnyEndpoint, backing: Backing): void {
  const { definition } = endpoint
  app.openAPIRegistry.registerPath({
    method: definition.method, path: `${base}${definition.path}`, operationId: definition.id, tags: [definition.tag],
    summary: definition.summary,
    ...(definition.details === undefined ? {} : { description: definition.details }),
    security: [{ key: [] }],
    request: {
      ...(definition.params === undefined ? {} : { params: z.object(definition.params) }),
      ...(definition.query === undefined ? {} : { query: z.object(definition.query) }),
      ...(definition.body === undefined
        ? {} : { body: { required: true, content: { "application/json": { schema: definition.body } } } }),
    },
    responses: {
      ...(definition.result === undefined
        ? { 204: { description: "Done." } } : { [definition.status ?? 200]: json(definition.result, "Done.") }),
      default: json(errorSchema, "It was not done; the status is that of the error."),
    },
  })
  const path = `${base}${definition.path}`.replaceAll(/\{(\w+)\}/g, ":$1")
  app.on(definition.method.toUpperCase(), path, (context) => endpoint.answer(context, backing))
}
