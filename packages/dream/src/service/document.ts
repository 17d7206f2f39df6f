/** The API as OpenAPI 3.1, made of the very schemas that check requests. */
import { z } from "zod"
import { answers, protocolSchemas, protocolVersion, schemasByName } from "../protocol/index.ts"
import type { AnyEndpoint } from "./endpoint.ts"
import { endpoints } from "./endpoints/index.ts"

const place = (id: string) => `#/components/schemas/${id}`

/** A schema of the protocol by its name, any other written out. */
function schemaOf(schema: z.ZodType): object {
  const id = protocolSchemas.get(schema)?.id
  if (id !== undefined) return { $ref: place(id) }
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: "input" })
  return written
}

const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { "application/json": { schema: schemaOf(schema) } },
})

const labelHeader = {
  "AI-Disclosure": {
    description: "How far a model took part in the texts: mode=none, ai-modified or machine-generated.",
    schema: { type: "string" },
  },
  AIGC: {
    description: "The implicit label of GB 45438-2025 as JSON, where a model took part.",
    schema: { type: "string" },
  },
}

function parametersOf({ path, query = {}, takesKey }: AnyEndpoint): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }))
  const inQuery = Object.entries(query as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: "query",
    required: !schema.safeParse(undefined).success && !(schema instanceof z.ZodExactOptional),
    schema: schemaOf(schema),
  }))
  const key = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    schema: { type: "string", maxLength: 200 },
    description: "The same key again gives the same answer and plays nothing twice.",
  }
  return [...inPath, ...inQuery, ...(takesKey === true ? [key] : [])]
}

function answerOf({ result, status, streams = {} }: AnyEndpoint): object {
  if (result === undefined && Object.keys(streams).length === 0) return { 204: { description: "Done." } }
  const forms = Object.entries(streams as Record<string, string>).map(
    ([type, description]) => [type, { schema: { type: "string", description } }] as const
  )
  return {
    [status ?? 200]: {
      description: "Done.",
      headers: labelHeader,
      content: {
        ...(result === undefined ? {} : { "application/json": { schema: schemaOf(result) } }),
        ...Object.fromEntries(forms),
      },
    },
  }
}

function bodyOf({ body, isBodyOptional, takesLines }: AnyEndpoint): object {
  if (takesLines === true)
    return {
      requestBody: {
        required: true,
        content: { "application/jsonl": { schema: { type: "string", format: "binary" } } },
      },
    }
  if (body === undefined) return {}
  return {
    requestBody: { required: isBodyOptional !== true, content: { "application/json": { schema: schemaOf(body) } } },
  }
}

const operationOf = (endpoint: AnyEndpoint): object => ({
  operationId: endpoint.id,
  tags: [endpoint.tag],
  summary: endpoint.summary,
  ...(endpoint.details === undefined ? {} : { description: endpoint.details }),
  security: endpoint.who === "key" ? [{ key: [] }] : [{ key: [] }, { player: [] }],
  parameters: parametersOf(endpoint),
  ...bodyOf(endpoint),
  responses: {
    ...answerOf(endpoint),
    default: json(answers.playError, "It was not done; the status is that of the error."),
  },
})

export const socketPath = "/v1/sessions/{session}/socket"

const socketOperation = {
  operationId: "openSocket",
  tags: ["Play"],
  summary: "Play over a WebSocket",
  description:
    "Messages are JSON texts: ClientMessage to the server, ServerMessage from it. Protocol: "
      + "daydream.play.v1. A browser sends its "
    + "token as a second protocol, daydream.bearer.<token>. `cursor` resumes: what was kept from there on comes first.",
  security: [{ key: [] }, { player: [] }],
  parameters: [
    { name: "session", in: "path", required: true, schema: { type: "string" } },
    { name: "cursor", in: "query", required: false, schema: { type: "string", pattern: "^\\d{1,15}$" } },
    {
      name: "player",
      in: "query",
      required: false,
      schema: { type: "string" },
      description: "As the header Daydream-Player, for whoever can send none.",
    },
    {
      name: "language",
      in: "query",
      required: false,
      schema: { $ref: place("Language") },
      description: "Of errors; as the header Accept-Language, for whoever can send none.",
    },
  ],
  responses: {
    101: {
      description: "The socket is open.",
      content: { "application/json": { schema: { $ref: place("ServerMessage") } } },
    },
    default: json(answers.playError, "It was not opened."),
  },
}

/** OpenAPI 3.1 as a plain value, its fields in a fixed order. */
export function playDocument(): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint)
  paths[socketPath] = { get: socketOperation }
  return {
    openapi: "3.1.0",
    info: {
      title: "Daydream: play",
      version: String(protocolVersion),
      description:
        "Open a session of a dream, send what the player says or does, and hear what its characters do, feel "
          + "and say. What is sent is "
        + "read strictly; answers are open: pass over fields and event types that you do not know. Errors are "
        + "in Chinese where Accept-Language asks for it.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: schemasByName(place),
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description: "An API key with the scope play. It acts for the player that the header Daydream-Player names.",
        },
        player: { type: "http", scheme: "bearer", description: "A player's token, of POST /v1/players." },
      },
    },
  }
}
