import { defineErrors } from "@daydream/engine/errors"

/** Errors that only the gateway makes; those of calls and answers are the wire's. Statuses stand in `wire/status.ts`. */
export const gatewayErrors = defineErrors({
  missing_api_key: {
    en: () => ({
      message: "The request carries no API key.", hint: "Send it as \"Authorization: Bearer <key>\" or as \"x-api-key\".",
    }),
    zh: () => ({ message: "请求中没有 API 密钥。", hint: "请以 “Authorization: Bearer <密钥>” 或 “x-api-key” 请求头发送。" }),
  },
  scope_missing: {
    en: (f: { scope: string }) => ({
      message: `This key lacks the scope "${f.scope}".`, hint: "Use another key, or have one made with that scope.",
    }),
    zh: (f) => ({ message: `此密钥缺少“${f.scope}”权限。`, hint: "请改用其他密钥，或创建带有该权限的密钥。" }),
  },
  unsupported_media_type: {
    en: (f: { problem: "type" | "encoding" }) => f.problem === "type"
      ? { message: "The body is not declared as JSON.", hint: "Set Content-Type: application/json." }
      : { message: "Compressed bodies are not taken.", hint: "Send the body without Content-Encoding." },
    zh: (f) => f.problem === "type"
      ? { message: "请求正文未声明为 JSON。", hint: "请设置 Content-Type: application/json。" }
      : { message: "不接受压缩的请求正文。", hint: "请不要使用 Content-Encoding。" },
  },
  no_such_function: {
    en: (f: { name: string }) => ({
      message: `There is no function "${f.name}" for this key.`, hint: "GET /v1/models lists functions as function/<name>.",
    }),
    zh: (f) => ({ message: `此密钥没有名为“${f.name}”的函数。`, hint: "GET /v1/models 以 function/<名称> 列出可用函数。" }),
  },
  no_target: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { model: string; retryAfterMs: number | null }) => ({
      message: `No server of the model "${f.model}" can take the call at the moment.`,
      hint: "Try again; if it lasts, tell the operator of this service.",
    }),
    zh: (f) => ({
      message: `模型“${f.model}”暂时没有可用的服务端。`, hint: "请重试；若持续出现，请联系本服务的运营者。",
    }),
  },
  not_ready: {
    isRetryable: true,
    exitCode: 1,
    en: () => ({ message: "The service is not ready." }),
    zh: () => ({ message: "服务尚未就绪。" }),
  },
  ledger_unavailable: {
    isRetryable: true,
    exitCode: 1,
    en: () => ({ message: "The service cannot record the call at the moment, so it does not make it.", hint: "Try again shortly." }),
    zh: () => ({ message: "服务暂时无法记账，因此没有执行此请求。", hint: "请稍后重试。" }),
  },
})
