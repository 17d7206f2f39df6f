/** Errors of model calls. None of them holds a key, a prompt or a header. */
import { defineErrors } from "../errors/index.ts"

interface CallFacts {
  readonly modelId: string
  /** Host and port of the server. */
  readonly host: string
  /** What the server said, shortened and without secrets. */
  readonly detail: string
  readonly status?: number
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number
}

const said = (detail: string) => (detail === "" ? "" : ` (${detail})`)
const saidZh = (detail: string) => (detail === "" ? "" : `（${detail}）`)

export const modelErrors = defineErrors({
  model_unreachable: {
    isRetryable: true, exitCode: 1,
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} could not be reached${said(f.detail)}.`,
      hint: "Check that the server runs and that DAYDREAM_MODEL_URL is right; then run the same command again.",
    }),
    zh: (f) => ({
      message: `无法连接模型服务器 ${f.host}${saidZh(f.detail)}。`,
      hint: "请确认服务器正在运行、DAYDREAM_MODEL_URL 填写正确，然后重新运行同一条命令。",
    }),
  },
  model_busy: {
    isRetryable: true, exitCode: 1,
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} asks to slow down${said(f.detail)}.`,
      hint: "Wait and run the same command again (finished calls are kept), or raise the rate limit at the provider.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 要求降低请求频率${saidZh(f.detail)}。`,
      hint: "请稍后重新运行同一条命令（已完成的调用会保留），或在服务商处提高限额。",
    }),
  },
  model_server_error: {
    isRetryable: true, exitCode: 1,
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} failed with status ${f.status ?? "unknown"}${said(f.detail)}.`,
      hint: "This is a fault of the server. Run the same command again later; finished calls are kept.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 出错，状态码 ${f.status ?? "未知"}${saidZh(f.detail)}。`,
      hint: "这是服务器的故障。请稍后重新运行同一条命令，已完成的调用会保留。",
    }),
  },
  model_bad_response: {
    isRetryable: true, exitCode: 1,
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} sent an answer that cannot be read${said(f.detail)}.`,
      hint: "Check that the address ends where its OpenAI-compatible API begins, usually in /v1.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 返回的内容无法解析${saidZh(f.detail)}。`,
      hint: "请确认地址指向其 OpenAI 兼容接口的起点，通常以 /v1 结尾。",
    }),
  },
  model_stream_cut: {
    isRetryable: true, exitCode: 1,
    en: (f: { modelId: string }) => ({
      message: `The answer of the model "${f.modelId}" broke off before its end.`,
      hint: "Run the same command again; a part of an answer is never used as the whole.",
    }),
    zh: (f) => ({
      message: `模型“${f.modelId}”的回答在结束前中断。`,
      hint: "请重新运行同一条命令；不完整的回答不会被当作完整结果使用。",
    }),
  },
  model_stalled: {
    isRetryable: true, exitCode: 1,
    en: (f: { host: string; seconds: number }) => ({
      message: `The model server ${f.host} sent nothing for ${f.seconds} seconds.`,
      hint: "The server may be overloaded. Run the same command again; finished calls are kept.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 已有 ${f.seconds} 秒没有任何响应。`,
      hint: "服务器可能过载。请重新运行同一条命令，已完成的调用会保留。",
    }),
  },
  model_unauthorized: {
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} does not accept the key${said(f.detail)}.`,
      hint: "Set DAYDREAM_MODEL_KEY (or DAYDREAM_EMBEDDER_KEY) to a valid key for this server.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 不接受当前密钥${saidZh(f.detail)}。`,
      hint: "请将 DAYDREAM_MODEL_KEY（或 DAYDREAM_EMBEDDER_KEY）设为该服务器的有效密钥。",
    }),
  },
  model_not_found: {
    en: (f: CallFacts) => ({
      message: `The server ${f.host} has no model "${f.modelId}", or no API at this address${said(f.detail)}.`,
      hint: "Check DAYDREAM_MODEL_NAME, and that DAYDREAM_MODEL_URL ends where the API begins, usually in /v1.",
    }),
    zh: (f) => ({
      message: `服务器 ${f.host} 上没有模型“${f.modelId}”，或该地址没有提供接口${saidZh(f.detail)}。`,
      hint: "请检查 DAYDREAM_MODEL_NAME，并确认 DAYDREAM_MODEL_URL 指向接口起点，通常以 /v1 结尾。",
    }),
  },
  model_refused_request: {
    en: (f: CallFacts) => ({
      message: `The model server ${f.host} refused the request with status ${f.status ?? "unknown"}${said(f.detail)}.`,
      hint: "The server's own words say why; often the text is too long for the model, or an option is unknown to it.",
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 拒绝了请求，状态码 ${f.status ?? "未知"}${saidZh(f.detail)}。`,
      hint: "原因见服务器的说明；常见情况是文本超出模型长度，或服务器不支持某个选项。",
    }),
  },
  address_refused: {
    en: (f: { address: string; reason: string }) => ({
      message: `The address ${f.address} is not used: ${f.reason}.`,
      hint: "Give the http or https address of a model server, e.g. https://api.example.com/v1 or http://localhost:8000/v1.",
    }),
    zh: (f) => ({
      message: `不会访问地址 ${f.address}：它不是允许的模型服务器地址。`,
      hint: "请填写模型服务器的 http 或 https 地址，例如 https://api.example.com/v1 或 http://localhost:8000/v1。",
    }),
  },
  redirect_refused: {
    en: (f: { host: string; target: string }) => ({
      message: `The model server ${f.host} sends requests on to ${f.target}; they are not followed, since they carry your key.`,
      hint: `If you trust ${f.target}, set DAYDREAM_MODEL_URL to it directly.`,
    }),
    zh: (f) => ({
      message: `模型服务器 ${f.host} 把请求重定向到 ${f.target}；请求中带有密钥，因此不会跟随。`,
      hint: `如果信任 ${f.target}，请直接把 DAYDREAM_MODEL_URL 设为该地址。`,
    }),
  },
  no_token_probabilities: {
    // Tokens of the call by which that was found out: they are paid for.
    en: (f: { modelId: string; inputTokens: number; outputTokens: number }) => ({
      message: `The server of the model "${f.modelId}" gives no token probabilities.`,
      hint: "Use the model without them: classes are then asked for as JSON.",
    }),
    zh: (f) => ({
      message: `模型“${f.modelId}”所在的服务器不提供 token 概率。`,
      hint: "可以不使用 token 概率，改为让模型以 JSON 形式给出类别。",
    }),
  },
  no_recording: {
    en: (f: { modelId: string }) => ({
      message: `The recording of the model "${f.modelId}" holds no answer to this call.`,
      hint: "Record again: the prompt or an option has changed since.",
    }),
    zh: (f) => ({
      message: `模型“${f.modelId}”的录制文件中没有这次调用的回答。`,
      hint: "请重新录制：提示词或选项在录制之后发生了变化。",
    }),
  },
  bad_recording: {
    en: (f: { problem: string }) => ({ message: `The recording cannot be read: ${f.problem}`, hint: "Record again." }),
    zh: (f) => ({ message: `无法读取录制文件：${f.problem}`, hint: "请重新录制。" }),
  },
  cost_unbounded: {
    en: (f: { modelId: string }) => ({
      message: `What the model "${f.modelId}" will read cannot be counted beforehand: the prompt points to a file elsewhere.`,
      hint: "Put the file's content into the prompt, or run without a money limit.",
    }),
    zh: (f) => ({
      message: `无法预先计算模型“${f.modelId}”的输入量：提示词引用了外部文件。`,
      hint: "请把文件内容直接放入提示词，或不设费用上限。",
    }),
  },
  bad_model_reference: {
    en: (f: { text: string }) => ({
      message: `"${f.text}" does not name a model.`,
      hint: `Write "local/<id>" for an embedded model (see daydream models list), or the model's id on your server.`,
    }),
    zh: (f) => ({
      message: `“${f.text}”不是一个模型名称。`,
      hint: `内置模型请写“local/<id>”（见 daydream models list），其他模型请写其在服务器上的名称。`,
    }),
  },
  model_setting_missing: {
    en: (f: { variable: string; given: string }) => ({
      message: `${f.given} is set, but ${f.variable} is not.`,
      hint: `Set ${f.variable} as well; see docs/guides/providers.md.`,
    }),
    zh: (f) => ({
      message: `已设置 ${f.given}，但没有设置 ${f.variable}。`,
      hint: `请同时设置 ${f.variable}；参见 docs/guides/providers.zh.md。`,
    }),
  },
})
