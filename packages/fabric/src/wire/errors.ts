/** The errors of the gateway as a whole; each code's HTTP status stands in `status.ts`. */
import { defineErrors } from "@daydream/engine/errors"
import type { Localized } from "@daydream/engine/language"

/** `param`: where in the body, in the notation of the client's API; null where it is the body as a whole. */
export interface BadRequestFacts {
  readonly param: string | null
  readonly problem: Localized
}

export const wireErrors = defineErrors({
  bad_request: {
    en: (f: BadRequestFacts) => ({
      message: f.param === null ? f.problem.en : `${f.param}: ${f.problem.en}`,
      hint: "Mend the request; sending it again unchanged cannot succeed.",
    }),
    zh: (f) => ({
      message: f.param === null ? f.problem.zh : `${f.param}：${f.problem.zh}`,
      hint: "请修正请求；原样重发不会成功。",
    }),
  },
  not_translatable: {
    en: (f: { param: string; problem: Localized }) => ({
      message: `${f.param}: ${f.problem.en}`,
      hint: "Leave it out, or ask for a model whose server speaks the interface that you use.",
    }),
    zh: (f) => ({
      message: `${f.param}：${f.problem.zh}`,
      hint: "请去掉该参数，或改用其服务端支持当前接口的模型。",
    }),
  },
  bad_json: {
    en: () => ({
      message: "The body is not valid JSON.", hint: "Send JSON in UTF-8 with Content-Type: application/json.",
    }),
    zh: () => ({ message: "请求正文不是有效的 JSON。", hint: "请以 UTF-8 编码发送 JSON，并设置 Content-Type: application/json。" }),
  },
  body_too_large: {
    en: (f: { limit: number }) => ({
      message: `The body is larger than ${f.limit} bytes.`, hint: "Send less text, or smaller images.",
    }),
    zh: (f) => ({ message: `请求正文超过 ${f.limit} 字节。`, hint: "请减少文本，或缩小图片。" }),
  },
  no_such_model: {
    en: (f: { model: string }) => ({
      message: `There is no model "${f.model}" for this key.`, hint: "GET /v1/models lists the models that it may use.",
    }),
    zh: (f) => ({ message: `此密钥没有名为“${f.model}”的模型。`, hint: "GET /v1/models 可列出它能使用的模型。" }),
  },
  model_not_allowed: {
    en: (f: { model: string }) => ({
      message: `This key may not use the model "${f.model}".`,
      hint: "GET /v1/models lists what it may use; whoever made the key can widen it.",
    }),
    zh: (f) => ({
      message: `此密钥无权使用模型“${f.model}”。`, hint: "GET /v1/models 可列出可用的模型；密钥的创建者可以放宽权限。",
    }),
  },
  wrong_interface: {
    en: (f: { model: string; api: string }) => ({
      message: `The model "${f.model}" cannot be called through this interface (${f.api}).`,
      hint: "Use the endpoint that fits the model: chat for chat models, embeddings for embedding models.",
    }),
    zh: (f) => ({
      message: `模型“${f.model}”不能通过此接口（${f.api}）调用。`,
      hint: "请使用与模型相符的接口：对话模型用对话接口，向量模型用 embeddings 接口。",
    }),
  },
  not_found: {
    en: (f: { method: string; path: string }) => ({
      message: `There is nothing at ${f.method} ${f.path}.`,
      hint: "Check the base address: it ends in /v1 for OpenAI clients.",
    }),
    zh: (f) => ({ message: `${f.method} ${f.path} 不存在。`, hint: "请检查基础地址：OpenAI 客户端的地址应以 /v1 结尾。" }),
  },
  method_not_allowed: {
    en: (f: { method: string; path: string; allowed: string }) => ({
      message: `${f.path} does not take ${f.method}.`, hint: `Use ${f.allowed}.`,
    }),
    zh: (f) => ({ message: `${f.path} 不支持 ${f.method}。`, hint: `请使用 ${f.allowed}。` }),
  },
  overloaded: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { retryAfterMs: number }) => ({
      message: "The service is full at the moment.",
      hint: "Try again after the time that the Retry-After header names.",
    }),
    zh: () => ({ message: "服务当前已满载。", hint: "请在 Retry-After 响应头给出的时间之后重试。" }),
  },
  shutting_down: {
    isRetryable: true,
    exitCode: 1,
    en: () => ({ message: "This replica is shutting down.", hint: "Try again: another one answers." }),
    zh: () => ({ message: "此副本正在关闭。", hint: "请重试：其他副本会应答。" }),
  },
  client_gone: {
    exitCode: 1,
    en: () => ({ message: "The client closed the connection before the answer was complete." }),
    zh: () => ({ message: "客户端在应答完成前关闭了连接。" }),
  },
  idempotency_conflict: {
    en: () => ({
      message: "This Idempotency-Key was used before with another request.", hint: "Use a new key for a new request.",
    }),
    zh: () => ({ message: "此 Idempotency-Key 曾用于另一个不同的请求。", hint: "新的请求请使用新的键。" }),
  },
  idempotency_in_progress: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { retryAfterMs: number }) => ({
      message: "A request with this Idempotency-Key is still under way.",
      hint: "Try again in a moment to get its answer.",
    }),
    zh: () => ({ message: "使用此 Idempotency-Key 的请求仍在处理中。", hint: "请稍后重试以获取其应答。" }),
  },
  upstream_failed: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { kind: string }) => ({
      message: "The model's server failed to answer.",
      hint: "Try again; if it lasts, tell the operator of this service.",
    }),
    zh: () => ({ message: "模型服务端未能给出应答。", hint: "请重试；若持续出现，请联系本服务的运营者。" }),
  },
  upstream_timeout: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { kind: string }) => ({
      message: "The model's server did not answer in time.", hint: "Try again, with a shorter request if you can.",
    }),
    zh: () => ({ message: "模型服务端未能及时应答。", hint: "请重试，条件允许时请缩短请求。" }),
  },
  upstream_busy: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { retryAfterMs: number | null }) => ({
      message: "The model's server takes no more requests at the moment.",
      hint: "Try again after the time that the Retry-After header names.",
    }),
    zh: () => ({ message: "模型服务端暂时无法接受更多请求。", hint: "请在 Retry-After 响应头给出的时间之后重试。" }),
  },
  upstream_rejected: {
    en: (f: { status: number; code: string | null; message: string }) => ({
      message: f.message, hint: "The model's server refused the request as it is; mend it before sending it again.",
    }),
    zh: (f) => ({
      message: `模型服务端拒绝了此请求：${f.message}`, hint: "请修正请求后再发送。",
    }),
  },
  context_too_long: {
    en: (f: { message: string }) => ({ message: f.message, hint: "Shorten the messages, or ask for less output." }),
    zh: (f) => ({ message: `请求超出模型的上下文长度：${f.message}`, hint: "请缩短消息，或减少输出上限。" }),
  },
  content_refused: {
    en: (f: { message: string }) => ({
      message: f.message, hint: "Change what is asked; another try is refused again.",
    }),
    zh: (f) => ({ message: `内容被模型服务端的策略拒绝：${f.message}`, hint: "请修改内容；重试仍会被拒绝。" }),
  },
  stream_cut: {
    isRetryable: true,
    exitCode: 1,
    en: (_facts: { kind: string }) => ({
      message: "The answer broke off before its end; what came so far is not complete.", hint: "Ask again.",
    }),
    zh: () => ({ message: "应答在结束前中断；已收到的内容并不完整。", hint: "请重新请求。" }),
  },
})
