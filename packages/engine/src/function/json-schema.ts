/** From a Standard Schema, by way of its JSON Schema, to the fields of a signature. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec"
import { isDaydreamError } from "../errors/index.ts"
import { functionErrors } from "./errors.ts"
import type { InputField, InputType } from "./signature.ts"

/** A schema of any library that follows Standard Schema v1. */
export type AnySchema<Input = unknown, Output = unknown> = StandardSchemaV1<Input, Output>

type Json = Readonly<Record<string, unknown>>

/** True for a schema of a library; libraries make them objects or functions. */
export const isSchema = (value: unknown): value is AnySchema =>
  value !== null && (typeof value === "object" || typeof value === "function") && "~standard" in value

// zod refuses what JSON cannot hold. A Date is welcome here: it becomes an ISO 8601 string in a row.
const zodOptions = {
  unrepresentable: "any",
  override: (context: { zodSchema: { _zod: { def: { type: string } } }; jsonSchema: Record<string, unknown> }) => {
    if (context.zodSchema._zod.def.type === "date") Object.assign(context.jsonSchema, { type: "string", format: "date-time" })
  },
}

/** The JSON Schema of what goes into, or comes out of, a schema. Throws `schema_without_json_schema`. */
export function jsonSchemaOf(schema: AnySchema, part: "input" | "output"): Json {
  const standard = schema["~standard"] as StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props>
  const converter = standard.jsonSchema
  try {
    if (converter === undefined) throw functionErrors.schema_without_json_schema({ part })
    const libraryOptions = standard.vendor === "zod" ? zodOptions : undefined
    return converter[part]({ target: "draft-2020-12", ...(libraryOptions === undefined ? {} : { libraryOptions }) })
  } catch (error) {
    throw isDaydreamError(error) ? error : functionErrors.schema_without_json_schema({ part }, error)
  }
}

const asJson = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {})

/** Follows a local reference ("#/$defs/Name"). */
function resolve(schema: Json, root: Json): Json {
  if (typeof schema.$ref !== "string") return schema
  const target = schema.$ref.replace(/^#\/?/, "").split("/").filter(Boolean)
    .reduce<Json>((at, part) => asJson(at[part.replaceAll("~1", "/").replaceAll("~0", "~")]), root)
  const { $ref: _, ...rest } = schema
  return { ...target, ...rest }
}

/** The alternatives of a schema without `null`: a missing value is always allowed in a row. */
function alternatives(schema: Json, root: Json): readonly Json[] {
  const resolved = resolve(schema, root)
  const options = resolved.anyOf ?? resolved.oneOf
  const all = Array.isArray(options) ? options.flatMap((option) => alternatives(asJson(option), root)) : [resolved]
  return all.filter((option) => option.type !== "null" && !("const" in option && option.const === null))
}

/** The literal values of a schema in order, or undefined where it allows others. */
function literals(schema: Json, root: Json): readonly unknown[] | undefined {
  const found = alternatives(schema, root).map((option) =>
    "const" in option ? [option.const] : Array.isArray(option.enum) ? option.enum.filter((value) => value !== null) : undefined)
  return found.length === 0 || found.includes(undefined) ? undefined : found.flatMap((values) => values ?? [])
}

function inputTypeOf(schema: Json, root: Json): InputType | undefined {
  if (literals(schema, root) !== undefined) return "category"
  const types = alternatives(schema, root).map((option): InputType | undefined => {
    const type = Array.isArray(option.type) ? option.type.filter((one) => one !== "null") : [option.type]
    if (type.length !== 1) return undefined
    if (type[0] === "number" || type[0] === "integer") return "number"
    if (type[0] === "boolean") return "category"
    if (type[0] !== "string") return undefined
    return option.format === "date" || option.format === "date-time" ? "date" : "text"
  })
  return new Set(types).size === 1 ? types[0] : undefined
}

/** The input fields of an object schema. Throws `bad_input_schema`. */
export function inputsOf(schema: Json): readonly InputField[] {
  const [object = {}] = alternatives(schema, schema)
  const properties = Object.entries(asJson(object.properties))
  if (properties.length === 0) {
    throw functionErrors.bad_input_schema({ field: "input", problem: "it is not an object with named fields." })
  }
  return properties.map(([name, property]) => {
    const type = inputTypeOf(asJson(property), schema)
    if (type === undefined) {
      throw functionErrors.bad_input_schema({ field: name, problem: "its type is not a single one of those supported." })
    }
    const description = resolve(asJson(property), schema).description
    return { name, type, ...(typeof description === "string" ? { description } : {}) }
  })
}

/** The classes of an output schema, and how a class becomes a value of it. */
export interface OutputShape {
  readonly name?: string
  readonly type: "boolean" | "enum"
  readonly classes: readonly string[]
  readonly toValue: (className: string) => unknown
}

function choiceOf(schema: Json, root: Json): OutputShape {
  const values = literals(schema, root)
  if (values === undefined && alternatives(schema, root).every((option) => option.type === "boolean")) {
    return { type: "boolean", classes: ["true", "false"], toValue: (className) => className === "true" }
  }
  if (values === undefined) throw functionErrors.bad_output_schema({ problem: "it is neither a boolean nor a set of literals." })
  const byClass = new Map(values.map((value) => [String(value), value]))
  if (byClass.size < 2) throw functionErrors.bad_output_schema({ problem: "it has fewer than two classes." })
  return { type: "enum", classes: [...byClass.keys()], toValue: (className) => byClass.get(className) }
}

/** Reads a boolean, a set of literals, or an object with one such field. Throws `bad_output_schema`. */
export function outputOf(schema: Json): OutputShape {
  const [object = {}] = alternatives(schema, schema)
  if (object.type !== "object") return choiceOf(schema, schema)
  const [property, ...more] = Object.entries(asJson(object.properties))
  if (property === undefined || more.length > 0) {
    throw functionErrors.bad_output_schema({ problem: "an object must have exactly one field." })
  }
  const [name, field] = property
  const choice = choiceOf(asJson(field), schema)
  return { ...choice, name, toValue: (className) => ({ [name]: choice.toValue(className) }) }
}
