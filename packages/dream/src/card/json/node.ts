/** JSON read with the place of every value, so that an edit changes the bytes of what was edited and no others. */
import { cardErrors } from "../errors.ts"
import { cardLimits } from "../limits.ts"

export type JsonPrimitive = string | number | boolean | null
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

interface Place {
  /** Offsets in the text: of the first character, and behind the last. */
  readonly start: number
  readonly end: number
}

export interface JsonMember extends Place {
  readonly key: string
  readonly value: JsonNode
}

export type JsonNode =
  | (Place & { readonly kind: "primitive"; readonly value: JsonPrimitive })
  | (Place & { readonly kind: "list"; readonly items: readonly JsonNode[] })
  | (Place & { readonly kind: "object"; readonly members: readonly JsonMember[] })

/** A JSON text and what it says. */
export interface JsonDocument {
  readonly text: string
  readonly root: JsonNode
}

const words: readonly [string, JsonPrimitive][] = [
  ["true", true],
  ["false", false],
  ["null", null],
]
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy

/** Reads `text`, which may begin with a byte order mark. Throws `card_json_invalid`, `card_json_too_much`, `card_too_large`. */
export function parseJson(text: string): JsonDocument {
  if (text.length > cardLimits.jsonBytes)
    throw cardErrors.card_too_large({ what: "JSON", bytes: text.length, limit: cardLimits.jsonBytes })
  let at = 0
  let values = 0

  const fail = (problem: string): never => {
    const before = text.slice(0, at).split("\n")
    throw cardErrors.card_json_invalid({ line: before.length, column: (before.at(-1) ?? "").length + 1, problem })
  }
  const space = (): void => {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      at++
    }
  }
  const found = (): string =>
    at >= text.length
      ? "the text ends"
      : `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) as number))}`

  const readString = (): string => {
    const end = endOfString(text, at)
    if (end === -1)
      return fail(at >= text.length ? found() : "a text that does not end or holds a bare control character")
    const raw = text.slice(at, end)
    at = end
    if (!raw.includes("\\")) return raw.slice(1, -1)
    try {
      return JSON.parse(raw) as string
    } catch {
      at -= raw.length
      return fail("a wrong escape in a text")
    }
  }

  const readValue = (depth: number): JsonNode => {
    if (depth > cardLimits.jsonDepth)
      throw cardErrors.card_json_too_much({ what: "depth", limit: cardLimits.jsonDepth })
    if (++values > cardLimits.jsonValues)
      throw cardErrors.card_json_too_much({ what: "values", limit: cardLimits.jsonValues })
    const start = at
    const first = text[at]
    if (first === "{") return readObject(start, depth)
    if (first === "[") return readList(start, depth)
    if (first === '"') {
      const value = readString()
      return { kind: "primitive", start, end: at, value }
    }
    for (const [word, value] of words)
      if (text.startsWith(word, at)) {
        at += word.length
        return { kind: "primitive", start, end: at, value }
      }
    number.lastIndex = at
    const digits = number.exec(text)
    if (digits === null) return fail(found())
    at += digits[0].length
    return { kind: "primitive", start, end: at, value: Number(digits[0]) }
  }

  const readList = (start: number, depth: number): JsonNode => {
    const items: JsonNode[] = []
    at++
    space()
    if (text[at] === "]") at++
    else
      for (;;) {
        items.push(readValue(depth + 1))
        space()
        if (text[at] === "]") {
          at++
          break
        }
        if (text[at] !== ",") fail(found())
        at++
        space()
      }
    return { kind: "list", start, end: at, items }
  }

  const readObject = (start: number, depth: number): JsonNode => {
    const members: JsonMember[] = []
    at++
    space()
    if (text[at] === "}") at++
    else
      for (;;) {
        const from = at
        if (text[at] !== '"') fail(found())
        const key = readString()
        space()
        if (text[at] !== ":") fail(found())
        at++
        space()
        const value = readValue(depth + 1)
        members.push({ key, value, start: from, end: value.end })
        space()
        if (text[at] === "}") {
          at++
          break
        }
        if (text[at] !== ",") fail(found())
        at++
        space()
      }
    return { kind: "object", start, end: at, members }
  }

  if (text.startsWith("\uFEFF")) at = 1
  space()
  const root = readValue(0)
  space()
  if (at < text.length) fail(found())
  return { text, root }
}

/** Offset behind the closing quote of the text that opens at `at`, or -1. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 34) return i + 1
    if (code === 92) i++
    else if (code < 32) return -1
  }
  return -1
}

/**
 * The plain value of `node`. Of keys that stand twice the last counts. A member named `__proto__` is left out: as a plain
 * key it would turn into the prototype of whatever it is copied into.
 */
export function valueOf(node: JsonNode): JsonValue {
  if (node.kind === "primitive") return node.value
  if (node.kind === "list") return node.items.map(valueOf)
  const object: Record<string, JsonValue> = {}
  for (const { key, value } of node.members) if (key !== "__proto__") object[key] = valueOf(value)
  return object
}

/** The member `key` of an object node: the last of that name. */
export const memberOf = (node: JsonNode | undefined, key: string): JsonNode | undefined =>
  node?.kind === "object" ? node.members.findLast((member) => member.key === key)?.value : undefined

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
