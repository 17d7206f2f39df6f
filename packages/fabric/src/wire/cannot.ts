/** Refusals of what one API says and another cannot. */
import type { JsonObject } from "../call/index.ts"
import { isAbsent } from "./check.ts"
import { wireErrors } from "./errors.ts"

/** Throws `not_translatable` at `param`. */
export function cannot(param: string, en: string, zh: string): never {
  throw wireErrors.not_translatable({ param, problem: { en, zh } })
}

/** Throws where `body` says anything of `keys`; a value that asks for nothing (false, 0, empty) passes. */
export function cannotHave(body: JsonObject, keys: readonly string[], server: "chat" | "messages"): void {
  const name = server === "chat" ? "an OpenAI-compatible server" : "an Anthropic server"
  const nameZh = server === "chat" ? "OpenAI 兼容服务端" : "Anthropic 服务端"
  for (const key of keys) {
    if (!asksNothing(body[key])) cannot(key, `cannot be told to ${name}, which serves this model.`,
      `此模型由${nameZh}提供，无法传递该参数。`)
  }
}

function asksNothing(value: JsonObject[string]): boolean {
  if (isAbsent(value) || value === false || value === 0) return true
  return typeof value === "object" && Object.keys(value).length === 0
}

/** Refuses what the interface of the model's server has no place for. */
export function cannotTell(param: string): never {
  cannot(param, "cannot be told to the server of this model.", "此模型的服务端无法接收该内容。")
}

export function onlyFunctions(param: string): never {
  cannot(param, "only functions can be told to the server of this model.", "此模型的服务端只支持函数工具。")
}

export function onlyPlainChoice(param: string): never {
  cannot(param, "only auto, none, required and a function can be told to the server of this model.",
    "此模型的服务端只支持 auto、none、required 或指定函数。")
}
