/** One way to write a value, so that equal values have equal bytes and hashes. */
import { createHash } from "node:crypto"

/** JSON with sorted keys, without undefined fields. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  return `{${Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`)
    .join(",")}}`
}

/** SHA-256 (hexadecimal) of the canonical JSON of `parts`. */
export const hashOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(canonicalJson(parts)).digest("hex")
