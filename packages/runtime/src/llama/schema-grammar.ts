/**
 * From JSON Schema to GBNF, the grammar language of llama.cpp: what the model then writes is JSON that fits the schema.
 * Everything is bounded (lengths of strings, arrays and numbers), so that a weak model cannot write forever.
 */
import { integerExpression, numberExpression } from "./number-grammar.ts"

/** A JSON Schema, as far as it is read here. */
export type Schema = boolean | { readonly [keyword: string]: unknown }

/** A grammar and what of the schema it does not enforce. */
export interface SchemaGrammar {
  readonly grammar: string
  /** Keywords that were left out, e.g. `pattern`. */
  readonly ignored: readonly string[]
}

/** Bounds where the schema sets none, and the highest that llama.cpp's grammars take. */
const limits = { stringLength: 1000, arrayLength: 64, mapSize: 16, nesting: 3, repetition: 2000 }

const formats: Readonly<Record<string, string>> = {
  date: `"\\"" [0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [1-2] [0-9] | "3" [0-1]) "\\""`,
  time: `"\\"" ([0-1] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] "Z" "\\""`,
  "date-time":
    `"\\"" [0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [1-2] [0-9] | "3" [0-1]) "T" ` +
    `([0-1] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] "Z" "\\""`,
  uuid: `"\\"" [0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12} "\\""`,
}

const fixedRules: Readonly<Record<string, string>> = {
  char: String.raw`[^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4})`,
  comma: `"," " "?`,
  colon: `":" " "?`,
}

/** A GBNF literal of `text`. */
export function literal(text: string): string {
  const escaped = text.replace(/[\\"]/gu, String.raw`\$&`).replaceAll("\n", String.raw`\n`).replaceAll("\r", String.raw`\r`)
  return `"${escaped.replaceAll("\t", String.raw`\t`)}"`
}

const alternatives = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] as string) : `(${parts.join(" | ")})`)

type Keywords = Readonly<Record<string, unknown>>

const numberAt = (schema: Keywords, key: string): number | undefined =>
  typeof schema[key] === "number" ? schema[key] : undefined

const integerAt = (schema: Keywords, key: string, fallback: number): number =>
  Math.max(0, Math.min(limits.repetition, Math.floor(numberAt(schema, key) ?? fallback)))

const unenforced = ["pattern", "multipleOf", "uniqueItems", "not", "if", "contains", "patternProperties", "dependentRequired"]

/** Writes the rules of one schema. */
class Compiler {
  readonly rules = new Map<string, string>(Object.entries(fixedRules))
  readonly ignored = new Set<string>()
  private readonly references = new Map<string, string>()
  private readonly root: Schema

  constructor(root: Schema) {
    this.root = root
  }

  /** Puts `expression` under a name of its own and returns the name. */
  private rule(expression: string): string {
    const name = `r${this.rules.size}`
    this.rules.set(name, expression)
    return name
  }

  expression(schema: Schema, depth = 0): string {
    if (typeof schema === "boolean") return this.anything(limits.nesting)
    for (const keyword of unenforced) if (keyword in schema) this.ignored.add(keyword)
    if (typeof schema["$ref"] === "string") return this.reference(schema["$ref"])
    if ("const" in schema) return literal(JSON.stringify(schema["const"]))
    if (Array.isArray(schema["enum"])) return alternatives(schema["enum"].map((value) => literal(JSON.stringify(value))))
    const either = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined
    if (either !== undefined) return alternatives(either.map((part) => this.expression(part, depth + 1)))
    if (Array.isArray(schema["allOf"])) return this.expression(merge(schema, schema["allOf"] as readonly Schema[]), depth + 1)
    const type = schema["type"]
    if (Array.isArray(type)) return alternatives(type.map((one) => this.expression({ ...schema, type: one as unknown }, depth + 1)))
    return this.typed(schema, typeof type === "string" ? type : guessType(schema))
  }

  private typed(schema: Keywords, type: string | undefined): string {
    if (type === "object") return this.rule(this.object(schema))
    if (type === "array") return this.rule(this.array(schema))
    if (type === "string") return this.string(schema)
    if (type === "boolean") return `("true" | "false")`
    if (type === "null") return `"null"`
    if (type === "integer" || type === "number") return this.rule(this.number(schema, type))
    return this.anything(limits.nesting)
  }

  private string(schema: Keywords): string {
    const format = formats[String(schema["format"])]
    if (format !== undefined) return format
    if ("format" in schema) this.ignored.add("format")
    const least = integerAt(schema, "minLength", 0)
    const most = Math.max(least, integerAt(schema, "maxLength", limits.stringLength))
    return `"\\"" char{${least},${most}} "\\""`
  }

  private number(schema: Keywords, type: "integer" | "number"): string {
    const step = type === "integer" ? 1 : 0
    const above = numberAt(schema, "exclusiveMinimum")
    const below = numberAt(schema, "exclusiveMaximum")
    if (step === 0 && (above ?? below) !== undefined) this.ignored.add("exclusive bounds")
    const inside = (bound: number, by: number) => (Number.isInteger(bound) ? bound + by : bound)
    const bounds = {
      minimum: numberAt(schema, "minimum") ?? (above === undefined ? undefined : inside(above, step)),
      maximum: numberAt(schema, "maximum") ?? (below === undefined ? undefined : inside(below, -step)),
    }
    const within = type === "integer" ? integerExpression(bounds) : numberExpression(bounds)
    if (within !== undefined) return within
    this.ignored.add("minimum and maximum")
    return numberExpression({}) as string
  }

  private array(schema: Keywords): string {
    const fixed = ((schema["prefixItems"] ?? []) as readonly Schema[]).map((item) => this.expression(item))
    const least = Math.max(integerAt(schema, "minItems", 0), fixed.length)
    const most = Math.max(least, integerAt(schema, "maxItems", fixed.length > 0 ? fixed.length : limits.arrayLength))
    if (fixed.length > 0 && most === fixed.length) return `"[" ${fixed.join(" comma ")} "]"`
    if (most === 0) return `"[]"`
    const item = this.rule(this.expression((schema["items"] ?? true) as Schema))
    if (fixed.length > 0) return `"[" ${fixed.join(" comma ")} (comma ${item}){${least - fixed.length},${most - fixed.length}} "]"`
    const some = `${item} (comma ${item}){${Math.max(0, least - 1)},${most - 1}}`
    return least === 0 ? `"[" (${some})? "]"` : `"[" ${some} "]"`
  }

  private object(schema: Keywords): string {
    const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>)
    if (properties.length === 0) return this.map(schema)
    const required = new Set((schema["required"] ?? []) as readonly string[])
    const member = ([key, value]: readonly [string, Schema]) => `${literal(JSON.stringify(key))} colon ${this.expression(value)}`
    const needed = properties.filter(([key]) => required.has(key)).map(member)
    const optional = properties.filter(([key]) => !required.has(key)).map((entry) => this.rule(member(entry)))
    const after = optional.map((name) => ` (comma ${name})?`)
    if (needed.length > 0) return `"{" ${needed.join(" comma ")}${after.join("")} "}"`
    // Without a required member any of the optional ones may come first.
    const starts = optional.map((name, index) => `${name}${after.slice(index + 1).join("")}`)
    return `"{" (${starts.join(" | ")})? "}"`
  }

  /** An object of free keys. */
  private map(schema: Keywords): string {
    const extra = schema["additionalProperties"]
    if (extra === false || extra === undefined) return `"{" "}"`
    const entry = this.rule(`"\\"" char{1,64} "\\"" colon ${this.expression(extra as Schema)}`)
    return `"{" (${entry} (comma ${entry}){0,${limits.mapSize - 1}})? "}"`
  }

  /** Any JSON value of at most `depth` levels. */
  private anything(depth: number): string {
    const name = `any${depth}`
    if (this.rules.has(name)) return name
    const scalar = `"\\"" char{0,${limits.stringLength}} "\\"" | ${numberExpression({})} | "true" | "false" | "null"`
    this.rules.set(name, scalar)
    if (depth === 0) return name
    const inner = this.anything(depth - 1)
    const list = `"[" (${inner} (comma ${inner}){0,${limits.mapSize - 1}})? "]"`
    const pair = `"\\"" char{1,64} "\\"" colon ${inner}`
    this.rules.set(name, `${scalar} | ${list} | "{" (${pair} (comma ${pair}){0,${limits.mapSize - 1}})? "}"`)
    return name
  }

  private reference(reference: string): string {
    const known = this.references.get(reference)
    if (known !== undefined) return known
    const target = resolvePointer(this.root, reference)
    if (target === undefined) {
      this.ignored.add(`$ref ${reference}`)
      return this.anything(limits.nesting)
    }
    const name = `ref${this.references.size}`
    this.references.set(reference, name)
    this.rules.set(name, "")
    this.rules.set(name, this.expression(target))
    return name
  }
}

function guessType(schema: Keywords): string | undefined {
  if ("properties" in schema || "additionalProperties" in schema) return "object"
  if ("items" in schema || "prefixItems" in schema) return "array"
  if ("minLength" in schema || "maxLength" in schema || "format" in schema) return "string"
  return "minimum" in schema || "maximum" in schema ? "number" : undefined
}

function resolvePointer(root: Schema, reference: string): Schema | undefined {
  if (!reference.startsWith("#")) return undefined
  let found: unknown = root
  for (const step of reference.slice(1).split("/").filter((part) => part !== "")) {
    found = (found as Keywords | undefined)?.[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")]
  }
  return found as Schema | undefined
}

/** One schema out of several that all hold. */
function merge(base: Keywords, parts: readonly Schema[]): Schema {
  const { allOf: _, ...merged }: Record<string, unknown> = { ...base }
  for (const part of parts) {
    if (typeof part === "boolean") continue
    const properties = { ...(merged["properties"] as object), ...(part["properties"] as object) }
    const required = [...((merged["required"] ?? []) as string[]), ...((part["required"] ?? []) as string[])]
    Object.assign(merged, part)
    if (Object.keys(properties).length > 0) Object.assign(merged, { properties, required })
  }
  return merged
}

/** The rules of `schema`, with its value under the name `rootName`. */
export function grammarOf(schema: Schema, rootName = "root"): SchemaGrammar {
  const compiler = new Compiler(schema)
  const root = compiler.expression(schema)
  const rules = [...compiler.rules].map(([name, expression]) => `${name} ::= ${expression}`)
  return { grammar: [`${rootName} ::= ${root}`, ...rules].join("\n"), ignored: [...compiler.ignored] }
}

/** Any JSON object, for an answer in JSON without a schema. */
export const anyObjectSchema: Schema = { type: "object", additionalProperties: true }
