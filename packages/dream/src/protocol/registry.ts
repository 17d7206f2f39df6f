/** Names of the schemas of the protocol, under which they stand in the published documents. */
import { z } from "zod"

interface Named {
  readonly id: string
  readonly description?: string
}

export const protocolSchemas = z.registry<Named>()

/** Publishes `schema` under a name. */
export const named = <S extends z.ZodType>(id: string, description: string, schema: S): S => {
  protocolSchemas.add(schema, description === "" ? { id } : { id, description })
  return schema
}
