/** Bodies that are nearly right: mutations of sound JSON, and texts that are no JSON at all. Seeded. */
import type { Random } from "@daydream/engine/random"

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T

const texts = ["", " ", "\u0000", "\ud800", "é\u0301", "‮abc", "😀".repeat(50), "a".repeat(3_000), "../../etc/passwd", "'; drop table request; --", "%00", "{{7*7}}",
  "function/none", "mock/mock", "mock/none", "/", "a/b/c", "__proto__", "data:image/png;base64,AAAA", "http://169.254.169.254/", "user", "system", "assistant", "tool", "developer", "NaN"]
const numbers = [0, -0, -1, 1, 0.5, 1e-300, 1e21, 1e308, 2 ** 53, 2 ** 31, 2 ** 63, -(2 ** 53), 1_000_000_000, 128_000, 4_294_967_296]

/** A value of any kind. */
export function anyValue(random: Random, depth = 0): Json {
  switch (random.integer(depth > 3 ? 5 : 8)) {
    case 0: return null
    case 1: return random.integer(2) === 0
    case 2: case 3: return pick(random, numbers)
    case 4: return pick(random, texts)
    case 5: return Array.from({ length: random.integer(4) }, () => anyValue(random, depth + 1))
    case 6: return Object.fromEntries(Array.from({ length: random.integer(4) }, () => [pick(random, texts), anyValue(random, depth + 1)]))
    default: return nested(random.integer(60), random.integer(2) === 0)
  }
}

function nested(depth: number, isArray: boolean): Json {
  let value: Json = "deep"
  for (let level = 0; level < depth; level++) value = isArray ? [value] : { content: value }
  return value
}

/** Changes the value at some random place within. */
export function mutate(value: Json, random: Random): Json {
  if (value === null || typeof value !== "object" || random.integer(5) === 0) return anyValue(random)
  if (Array.isArray(value)) {
    const copy = [...value]
    const at = random.integer(copy.length + 1)
    switch (random.integer(5)) {
      case 0: copy.splice(at, 1); break
      case 1: copy.splice(at, 0, anyValue(random)); break
      case 2: return copy.length === 0 ? copy : Array.from({ length: 300 }, (_, index) => copy[index % copy.length] as Json)
      default: if (at < copy.length) copy[at] = mutate(copy[at] as Json, random)
    }
    return copy
  }
  const names = Object.keys(value)
  const name = names.length === 0 ? pick(random, texts) : pick(random, names)
  const copy = { ...value }
  switch (random.integer(6)) {
    case 0: delete copy[name]; break
    case 1: copy[pick(random, ["stream", "n", "max_tokens", "tools", "stop", "model", "metadata", "constructor", "response_format", "logprobs", "stream_options", "temperature"])] = anyValue(random); break
    default: copy[name] = mutate(copy[name] ?? null, random)
  }
  return copy
}

/** The value as text, often damaged. */
export function bodyText(value: Json, random: Random): Buffer {
  const text = JSON.stringify(value)
  const at = random.integer(text.length + 1)
  switch (random.integer(24)) {
    case 0: return Buffer.from(text.slice(0, at))
    case 1: return Buffer.from(`${text.slice(0, at)}${pick(random, ["{", "]", ",", "\"", "\\", "\u0000", "NaN", "1e999", "//", "\ufeff"])}${text.slice(at)}`)
    case 2: return Buffer.from(`\ufeff${text}`)
    case 3: return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(text.slice(at))])
    case 4: return Buffer.from(text.replace("{", `{"model":"other","model":"chat","__proto__":{"stream":true},`))
    case 5: return Buffer.from("[".repeat(20_000 + random.integer(80_000)))
    case 6: return Buffer.from(`${"{\"a\":".repeat(5_000)}1${"}".repeat(5_000)}`)
    case 7: return Buffer.from(text.replace(/:\d+/, ":1e400").replace(/"content":"[^"]*"/, "\"content\":\"\\ud800\\u0000\""))
    case 8: return Buffer.from(pick(random, ["", "null", "0", "\"x\"", "[]", "{}", "true", "undefined", "\n\n", "{}{}"]))
    default: return Buffer.from(text)
  }
}

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly minimum?: number
  readonly pattern?: string
  readonly format?: string
}

/** A value that a schema nearly allows. */
export function valueFor(schema: Schema | undefined, random: Random, depth = 0): Json {
  if (schema === undefined || depth > 6) return anyValue(random)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return pick(random, schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return valueFor(pick(random, choices), random, depth + 1)
  const type = typeof schema.type === "string" ? schema.type : schema.type === undefined ? "object" : pick(random, schema.type)
  switch (type) {
    case "string": return schema.format === "date-time" ? "2026-11-24T00:00:00Z" : pick(random, ["acme", "chat", "mock", "mock/mock", "10", "1.5", "fuzz", "http://127.0.0.1:9/v1", "USD", "day", ...texts.slice(0, 8)])
    case "integer": case "number": return random.integer(3) === 0 ? pick(random, numbers) : (schema.minimum ?? 0) + random.integer(100)
    case "boolean": return random.integer(2) === 0
    case "null": return null
    case "array": return Array.from({ length: random.integer(3) }, () => valueFor(schema.items, random, depth + 1))
    default: {
      const entries = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name) === true || random.integer(2) === 0)
      return Object.fromEntries(entries.map(([name, one]) => [name, valueFor(one, random, depth + 1)]))
    }
  }
}
