import { defineErrors } from "@daydream/engine/errors"

export const modelErrors = defineErrors({
  no_model_server: {
    en: (f: { modelId: string }) => ({
      message: `"${f.modelId}" is not in the catalogue of embedded models, and no model server is set.`,
      hint: "Set DAYDREAM_MODEL_URL (and DAYDREAM_MODEL_KEY), or choose an id that `daydream models list` shows.",
    }),
    zh: (f) => ({
      message: `“${f.modelId}”不在内置模型目录中，也没有设置模型服务器。`,
      hint: "请设置 DAYDREAM_MODEL_URL（及 DAYDREAM_MODEL_KEY），或选用 `daydream models list` 列出的编号。",
    }),
  },
})
