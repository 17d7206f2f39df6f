/** Hand-written checks of a body's fields. They run for each call, so they make no objects where all is well. */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { wireErrors } from "./errors.ts"

/** Throws `bad_request` at `param`. */
export function refuse(param: string | null, en: string, zh: string): never {
  throw wireErrors.bad_request({ param, problem: { en, zh } })
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly JsonValue[] => Array.isArray(value)

/** Absent and null are the same to every API here. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null

/** The string that `value` is, else an empty one. */
export const textOf = (value: unknown): string => typeof value === "string" ? value : ""

/** A place in a list; `otherwise` where it is none. */
export const placeOf = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 4096 ? value : otherwise

/** The number at `key`, or null where it is not said. */
export function numberIn(
  body: JsonObject, key: string, min: number, max: number, kind: "integer" | "number" = "number",
): number | null {
  const value = body[key]
  if (isAbsent(value)) return null
  if (typeof value !== "number" || !Number.isFinite(value)) refuse(key, "must be a number.", "必须是数字。")
  if (kind === "integer" && !Number.isInteger(value)) refuse(key, "must be a whole number.", "必须是整数。")
  if (value < min || value > max) {
    refuse(key, `must lie between ${min} and ${max}, not ${value}.`, `必须介于 ${min} 与 ${max} 之间，而不是 ${value}。`)
  }
  return value
}

/** The boolean at `key`; false where it is not said. */
export function booleanIn(body: JsonObject, key: string): boolean {
  const value = body[key]
  if (isAbsent(value)) return false
  if (typeof value !== "boolean") refuse(key, "must be true or false.", "必须是 true 或 false。")
  return value
}

export function stringAt(value: unknown, param: string): string {
  if (typeof value !== "string") refuse(param, "must be a string.", "必须是字符串。")
  return value
}

export function objectAt(value: unknown, param: string): JsonObject {
  if (!isObject(value)) refuse(param, "must be an object.", "必须是对象。")
  return value
}

/** An array of at least one and at most `most` items. */
export function listAt(value: unknown, param: string, most: number): readonly JsonValue[] {
  if (!isArray(value)) refuse(param, "must be an array.", "必须是数组。")
  if (value.length === 0) refuse(param, "must not be empty.", "不能为空。")
  if (value.length > most) {
    refuse(param, `has ${value.length} items; at most ${most} are taken.`, `共有 ${value.length} 项；最多 ${most} 项。`)
  }
  return value
}

export function oneOf(value: unknown, param: string, options: ReadonlySet<string>): string {
  if (typeof value === "string" && options.has(value)) return value
  const said = typeof value === "string" ? `"${value.slice(0, 64)}"` : value === undefined ? "nothing"
    : `a ${typeof value}`
  const list = [...options].join(", ")
  return refuse(param, `must be one of ${list}, not ${said}.`, `必须是以下之一：${list}。`)
}

/** Checks a list of strings, or one string. */
export function stringsAt(value: unknown, param: string, most: number): void {
  if (isAbsent(value) || typeof value === "string") return
  if (!isArray(value)) refuse(param, "must be a string or an array of strings.", "必须是字符串或字符串数组。")
  if (value.length > most) refuse(param, `has more than ${most} items.`, `超过 ${most} 项。`)
  for (let i = 0; i < value.length; i++) stringAt(value[i], `${param}[${i}]`)
}

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/

/** The model's name as the client says it. */
export function modelIn(body: JsonObject): string {
  const model = body["model"]
  if (isAbsent(model)) refuse("model", "is missing.", "缺少该字段。")
  if (typeof model !== "string") refuse("model", "must be a string.", "必须是字符串。")
  if (model === "" || model.length > 256 || control.test(model)) {
    refuse("model", "must be a name of 1 to 256 characters.", "必须是 1 到 256 个字符的名称。")
  }
  return model
}

/** Most items in the lists of a call. */
export const most = { messages: 10_000, parts: 4_096, tools: 1_024, stops: 64 } as const
