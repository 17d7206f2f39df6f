/** TypeScript of the play protocol's JSON Schema, for clients that have none of our packages. */

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly description?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

const literal = (value: unknown) => JSON.stringify(value)

const primitives: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
}

const comment = (text: string | undefined, indent: string): string =>
  text === undefined ? "" : `${indent}/** ${text} */\n`

function objectOf({ properties, required = [], additionalProperties }: JsonSchema, indent: string): string {
  if (properties === undefined || Object.keys(properties).length === 0) {
    const isRecord = typeof additionalProperties === "object"
    return isRecord
      ? `Readonly<Record<string, ${typeOf(additionalProperties, indent)}>>`
      : "Readonly<Record<string, never>>"
  }
  const inner = `${indent}  `
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `${comment(schema.description, inner)}${inner}readonly ${name}${required.includes(name) ? "" : "?"}: ${typeOf(schema, inner)}\n`
  )
  return `{\n${fields.join("")}${indent}}`
}

function typeOf(schema: JsonSchema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "unknown"
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(" | ")
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return options.map((one) => typeOf(one, indent)).join(" | ")
  if (schema.type === "array") {
    const item = typeOf(schema.items ?? {}, indent)
    return `readonly ${/[ |]/.test(item) && !item.startsWith("{") ? `(${item})` : item}[]`
  }
  if (schema.type === "object") return objectOf(schema, indent)
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? [])
  return types.map((type) => primitives[type] ?? "unknown").join(" | ") || "unknown"
}

/** A module that exports the type of each schema in `$defs`, by its name. */
export function typescriptOf(schema: JsonSchema): string {
  const types = Object.entries(schema.$defs ?? {}).map(([name, one]) => {
    const text = typeOf(one, "")
    const isInterface = one.type === "object" && text.startsWith("{")
    return `${comment(one.description, "")}${isInterface ? `export interface ${name} ${text}` : `export type ${name} = ${text}`}\n`
  })
  return `/** The play protocol. Written by a test from its schemas; do not edit. */\n\n${types.join("\n")}`
}
