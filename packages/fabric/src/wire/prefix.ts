/** A short key of a call's long beginning, so that calls that share it can go where it is cached. */
import { hash } from "node:crypto"
import type { JsonValue } from "../call/index.ts"

const longest = 4_096
/** Below so many characters the tools and the system text alone say too little, and the first message counts too. */
const enough = 1_024

/**
 * Hash of `fixed` (tools, system text) and, where that is short, of `first` (the first message), each as far as 4,096
 * characters.
 */
export function prefixKey(fixed: readonly (JsonValue | undefined)[], first: JsonValue | undefined): string {
  let text = ""
  for (const part of fixed) text = gather(part, text)
  if (text.length < enough) text = gather(first, text)
  return hash("sha1", text.length > longest ? text.slice(0, longest) : text, "base64url")
}

function gather(value: JsonValue | undefined, text: string): string {
  if (text.length >= longest || value === undefined || value === null) return text
  if (typeof value === "string") return text + value + "\u0001"
  if (typeof value !== "object") return text + String(value) + "\u0001"
  let sum = text
  if (Array.isArray(value)) {
    for (const item of value) sum = gather(item, sum)
    return sum
  }
  const object = value as { readonly [name: string]: JsonValue | undefined }
  for (const key in object) sum = gather(object[key], sum + key + "\u0002")
  return sum
}
