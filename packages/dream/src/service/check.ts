/** Reads what a client sent by a schema, and says in every language what is wrong and what may stand there instead. */
import type { Localized } from "@daydream/engine/language"
import { z } from "zod"
import { serviceErrors } from "./errors.ts"

const english = z.locales.en().localeError
const chinese = z.locales.zhCN().localeError

/** Chinese of what the schemas of the protocol say themselves. */
const ownProblems: Readonly<Record<string, string>> = {
  "must be text": "须为有效文本（不含 U+0000 和不成对的代理字符）",
  "must hold at most 16 fields": "最多包含 16 个字段",
  "must be 1 to 64 letters, digits and . _ : @ -": "须为 1 至 64 个字母、数字或 . _ : @ -",
  "must be a whole number": "须为整数",
  "must be 1 to 200 printable ASCII characters": "须为 1 至 200 个可打印的 ASCII 字符",
}

const end = (message: string) => message.replace(/[.。]$/, "")
const quoted = (names: readonly string[]) => names.map((name) => `"${name.slice(0, 60)}"`)

/** Names that may stand where `path` leads in `schema`; empty where it cannot be said. */
function knownFields(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): readonly string[] {
  let at: z.ZodType | undefined = schema
  let here: unknown = value
  for (let step = 0; at !== undefined; step++) {
    if (at instanceof z.ZodDiscriminatedUnion) at = branchOf(at, here)
    if (at instanceof z.ZodOptional || at instanceof z.ZodExactOptional) at = at.unwrap() as z.ZodType
    if (step === path.length || !(at instanceof z.ZodObject)) break
    const key = String(path[step])
    at = Object.hasOwn(at.shape, key) ? (at.shape[key] as z.ZodType) : undefined
    here = (here as Record<string, unknown> | undefined)?.[key]
  }
  if (at instanceof z.ZodDiscriminatedUnion) at = branchOf(at, here)
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function branchOf(union: z.ZodDiscriminatedUnion, value: unknown): z.ZodType | undefined {
  const { discriminator } = union.def
  const wanted = (value as Record<string, unknown> | undefined)?.[discriminator]
  return union.options.find(
    (option) =>
      option instanceof z.ZodObject
      && (option.shape[discriminator] as z.ZodLiteral).values.has(wanted as z.core.util.Literal)
  ) as z.ZodType | undefined
}

/** The names among which a union is chosen. */
const choicesOf = (schema: z.ZodType, issue: z.core.$ZodIssue): readonly string[] => {
  if (issue.code !== "invalid_union" || !("discriminator" in issue)) return []
  const find = (one: z.ZodType): readonly string[] => {
    if (one instanceof z.ZodDiscriminatedUnion && one.def.discriminator === issue.discriminator)
      return one.options.flatMap((option) =>
        [...((option as z.ZodObject).shape[one.def.discriminator] as z.ZodLiteral).values].map(String)
      )
    if (one instanceof z.ZodObject) return Object.values(one.shape).flatMap((field) => find(field as z.ZodType))
    if (one instanceof z.ZodDiscriminatedUnion) return one.options.flatMap((option) => find(option as z.ZodType))
    return []
  }
  return [...new Set(find(schema))]
}

function problemOf(
  schema: z.ZodType,
  value: unknown,
  issue: z.core.$ZodIssue,
  zh: z.core.$ZodIssue | undefined
): Localized {
  if (issue.code === "unrecognized_keys") {
    const [names, known] = [quoted(issue.keys), quoted(knownFields(schema, value, issue.path))]
    return {
      en: `there is no field ${names.join(", ")}${known.length === 0 ? "" : `; the fields are ${known.join(", ")}`}`,
      zh: `没有字段 ${names.join("、")}${known.length === 0 ? "" : `；可用字段为 ${known.join("、")}`}`,
    }
  }
  const choices = choicesOf(schema, issue)
  if (choices.length > 0)
    return { en: `must be one of ${quoted(choices).join(", ")}`, zh: `须为 ${quoted(choices).join("、")} 之一` }
  return { en: end(issue.message), zh: end(ownProblems[issue.message] ?? zh?.message ?? issue.message) }
}

/** The value, read. Throws `bad_play_request`. */
export function readBy<T>(schema: z.ZodType<T>, value: unknown, place = ""): T {
  const result = schema.safeParse(value, { error: english })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (issue === undefined) throw new Error("a schema refused a value without saying why")
  const zh = schema.safeParse(value, { error: chinese }).error?.issues[0]
  const field = [...(place === "" ? [] : [place]), ...issue.path.map(String)].join(".").slice(0, 200)
  throw serviceErrors.bad_play_request({ field, problem: problemOf(schema, value, issue, zh) })
}
