/** The protocol as JSON Schema. */
import { z } from "zod"
import { serverMessage } from "./answer.ts"
import { protocolVersion } from "./model.ts"
import { protocolSchemas } from "./registry.ts"
import { clientMessage } from "./request.ts"

type JsonSchema = Readonly<Record<string, unknown>>

/**
 * Every schema by its name; `place` gives the reference to a name. What is sent to a server is closed, what it sends is
 * open.
 */
export function schemasByName(place: (id: string) => string): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(protocolSchemas, { uri: place, io: "input" })
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema: _dialect, $id: _place, ...schema }]) => [id, schema] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
  )
}

/** JSON Schema of the messages of a socket in both directions, with everything that they refer to. */
export const playJsonSchema = (): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: `Daydream play protocol, version ${protocolVersion}`,
  description:
    "What a client sends is closed: unknown fields are refused. What the server sends is open: pass over "
      + "unknown fields and types.",
  anyOf: [clientMessage, serverMessage].map((schema) => ({ $ref: `#/$defs/${protocolSchemas.get(schema)?.id ?? ""}` })),
  $defs: schemasByName((id) => `#/$defs/${id}`),
})
