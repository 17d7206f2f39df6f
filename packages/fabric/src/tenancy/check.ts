/** Checks input by a schema and says in every language what is wrong, and where, without repeating the value. */
import { z } from "zod"
import type { Localized } from "@daydream/engine/language"

type Checked<T> =
  | { readonly isSound: true; readonly data: T }
  | { readonly isSound: false; readonly field: string; readonly problem: Localized }

const chinese = z.locales.zhCN().localeError
const english = z.locales.en().localeError

/** Messages of our own schemas. */
const ownProblems: Readonly<Record<string, string>> = {
  "must be 1 to 63 lower-case letters, digits and hyphens between them": "须为 1 至 63 个小写字母、数字或连字符，且连字符只能在中间",
  "must not hold control characters": "不能含有控制字符",
  "must be a model's name without spaces, with * at its end only": "须为不含空格的模型名，* 只能在末尾",
  "must be one model's name": "须为单个模型名",
  "requests and tokens need windowSeconds, concurrency has none": "requests 与 tokens 须有 windowSeconds，concurrency 不能有",
  "two rules for the same kind, window and model": "同一类型、时间窗口和模型出现了两条规则",
  "a scope stands there twice": "同一权限范围出现了两次",
}

const end = (message: string) => message.replace(/[.。]$/, "")

/** `translations`: Chinese of the schema's own messages, beside those of this folder. */
export function check<T>(schema: z.ZodType<T>, value: unknown, translations: Readonly<Record<string, string>> = {}): Checked<T> {
  const sound = withoutUndefined(value)
  const result = schema.safeParse(sound, { error: english })
  if (result.success) return { isSound: true, data: result.data }
  const en = result.error.issues[0]
  const zh = schema.safeParse(sound, { error: chinese }).error?.issues[0]
  const message = en?.message ?? ""
  return {
    isSound: false,
    field: en?.path.map(String).join(".") ?? "",
    problem: { en: end(message), zh: end(translations[message] ?? ownProblems[message] ?? zh?.message ?? message) },
  }
}

const withoutUndefined = (value: unknown): unknown =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) : value
