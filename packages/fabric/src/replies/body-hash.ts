/** Names a call by what it says: equal for equal bodies, whatever the order of their fields. */
import { createHash } from "node:crypto"
import type { Api, JsonObject, JsonValue } from "../call/index.ts"

/** JSON with sorted names. */
function canonical(value: JsonValue | undefined): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  const object = value as JsonObject
  const names = Object.keys(object).filter((name) => object[name] !== undefined).toSorted()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`).join(",")}}`
}

/** SHA-256 (hexadecimal) of tenant, interface, model and body: two tenants never share one. */
export const bodyHash = (tenant: string, api: Api, model: string, body: JsonObject): string =>
  createHash("sha256").update(JSON.stringify([tenant, api, model])).update(canonical(body)).digest("hex")
