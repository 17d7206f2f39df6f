/** Values as JSON that is the same for equal values, and model answers as bytes. */
import { createHash } from "node:crypto"

const BYTES = "$bytes"

const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString("base64") }
  if (value instanceof URL || value instanceof Date) return value.toJSON()
  if (typeof value === "bigint") return value.toString()
  return value
}

/** JSON with sorted keys, without undefined fields; bytes as base64. */
export function canonicalJson(value: unknown): string {
  const at = plain(value)
  if (Array.isArray(at)) return `[${at.map((item) => canonicalJson(item)).join(",")}]`
  if (typeof at !== "object" || at === null) return JSON.stringify(at) ?? "null"
  const entries = Object.entries(at).filter(([, field]) => field !== undefined && typeof field !== "function")
  return `{${entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`
}

/** SHA-256 (hexadecimal) of the canonical JSON of `parts`. */
export const keyOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(canonicalJson(parts)).digest("hex")

/** An answer as bytes; {@link decodeValue} gives it back, bytes and dates within included. */
export const encodeValue = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value))

const revive = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && BYTES in value && typeof value[BYTES] === "string"
    ? new Uint8Array(Buffer.from(value[BYTES], "base64"))
    : value

/** The value, or null where the bytes are no JSON. */
export function decodeValue(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes), revive)
  } catch {
    return null
  }
}
