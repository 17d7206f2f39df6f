/** Errors of the admin API itself. */
import { defineErrors } from "@daydream/engine/errors"
import type { Localized } from "@daydream/engine/language"

export const adminErrors = defineErrors({
  bad_admin_request: {
    en: (f: { field: string; problem: Localized }) => ({
      message: `${f.field === "" ? "The request" : f.field}: ${f.problem.en}.`,
      hint: "Correct this field; nothing was changed. GET /admin/v1/openapi.json describes every field.",
    }),
    zh: (f) => ({
      message: `${f.field === "" ? "请求" : `字段 ${f.field} `}有误：${f.problem.zh}。`,
      hint: "请更正该字段；未做任何更改。各字段的说明见 GET /admin/v1/openapi.json。",
    }),
  },
  admin_body_not_json: {
    en: (f: { problem: "type" | "syntax" }) => f.problem === "type"
      ? { message: "The body is not declared as JSON.", hint: "Set Content-Type: application/json." }
      : { message: "The body is not JSON.", hint: "Check quotes, commas and brackets." },
    zh: (f) => f.problem === "type"
      ? { message: "请求正文未声明为 JSON。", hint: "请设置 Content-Type: application/json。" }
      : { message: "请求正文不是有效的 JSON。", hint: "请检查引号、逗号和括号。" },
  },
  admin_body_too_large: {
    en: (f: { most: number }) => ({ message: `The body is longer than ${f.most} bytes.`, hint: "Send less at once." }),
    zh: (f) => ({ message: `请求正文超过 ${f.most} 字节。`, hint: "请减少单次发送的内容。" }),
  },
  no_such_endpoint: {
    en: (f: { method: string; path: string }) => ({
      message: `There is no ${f.method} ${f.path}.`, hint: "GET /admin/v1/openapi.json lists what there is.",
    }),
    zh: (f) => ({ message: `没有 ${f.method} ${f.path}。`, hint: "可用的接口见 GET /admin/v1/openapi.json。" }),
  },
  admin_key_missing: {
    en: () => ({ message: "The request carries no API key.", hint: "Send an admin key as \"Authorization: Bearer <key>\"." }),
    zh: () => ({ message: "请求中没有 API 密钥。", hint: "请以 “Authorization: Bearer <密钥>” 发送管理密钥。" }),
  },
  admin_scope_missing: {
    en: (f: { scope: string }) => ({
      message: `This key lacks the scope "${f.scope}".`, hint: "Use another key, or have one made with that scope.",
    }),
    zh: (f) => ({ message: `此密钥缺少“${f.scope}”权限。`, hint: "请改用其他密钥，或创建带有该权限的密钥。" }),
  },
  admin_mistake: {
    exitCode: 1,
    en: () => ({ message: "The service made a mistake. It has been recorded; please try again." }),
    zh: () => ({ message: "服务出现错误，已记录；请重试。" }),
  },
})

/** Chinese of what the schemas of this folder say. */
export const problemTexts: Readonly<Record<string, string>> = {
  "must be a whole number of nano-units (billionths) as a text: \"50000000000\" is 50": "须为以文本书写的纳单位（十亿分之一）整数：\"50000000000\" 表示 50",
  "must be a length of time such as 7d, 12h or 30min, or a date": "须为 7d、12h、30min 这样的时长，或一个日期",
  "must be some of tenant, key, model, pool, day, hour, with commas between": "须为 tenant、key、model、pool、day、hour 中的若干项，以逗号分隔",
  "needs a charge or a cost that is not zero": "需要一个不为零的费用或成本",
  "must be true or false": "须为 true 或 false",
  "must be a whole number from 1 to 1000": "须为 1 到 1000 之间的整数",
}
