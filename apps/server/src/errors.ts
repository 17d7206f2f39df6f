/** Errors of starting a server. */
import { defineErrors } from "@daydream/engine/errors"

export const serverErrors = defineErrors({
  port_in_use: {
    exitCode: 1,
    en: (f: { host: string; port: number }) => ({
      message: `Another program listens on ${f.host}:${f.port} already.`, hint: "Stop it, or choose another port with --port.",
    }),
    zh: (f) => ({ message: `${f.host}:${f.port} 已被其他程序占用。`, hint: "请停止该程序，或用 --port 选择其他端口。" }),
  },
  cannot_listen: {
    exitCode: 1,
    en: (f: { host: string; port: number; reason: string }) => ({
      message: `Cannot listen on ${f.host}:${f.port}: ${f.reason}.`, hint: "Check --host and --port; ports below 1024 need more rights.",
    }),
    zh: (f) => ({ message: `无法监听 ${f.host}:${f.port}：${f.reason}。`, hint: "请检查 --host 和 --port；1024 以下的端口需要更高权限。" }),
  },
  no_model_server: {
    en: (f: { modelId: string }) => ({
      message: `The function needs the model "${f.modelId}", which is not one of this process, and no model server is set.`,
      hint: "Set DAYDREAM_MODEL_URL (and DAYDREAM_MODEL_KEY) for the server.",
    }),
    zh: (f) => ({
      message: `函数需要模型“${f.modelId}”，它不是内置模型，且未设置模型服务。`, hint: "请为服务器设置 DAYDREAM_MODEL_URL（及 DAYDREAM_MODEL_KEY）。",
    }),
  },
})
