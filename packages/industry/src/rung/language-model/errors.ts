/** Errors of rungs that ask a language model. */
import { defineErrors } from "@daydream/engine/errors"

export const languageModelErrors = defineErrors({
  no_language_model: {
    en: (f: { rung: string }) => ({
      message: `"${f.rung}" needs a language model, and none is given.`,
      hint: "Pull one with `daydream models pull qwen2.5-coder-1.5b`, or name one of your server with --model.",
    }),
    zh: (f) => ({
      message: `“${f.rung}”需要语言模型，但没有提供。`,
      hint: "可用 `daydream models pull qwen2.5-coder-1.5b` 下载一个，或用 --model 指定服务器上的模型。",
    }),
  },
  other_language_model: {
    en: (f: { expected: string; found: string }) => ({
      message: `This plan was made with the language model ${f.expected}; ${f.found} would answer differently.`,
      hint: "Run it with the model that it was made with, or compile again with the new one.",
    }),
    zh: (f) => ({
      message: `该方案是用语言模型 ${f.expected} 得到的，${f.found} 的回答会有不同。`,
      hint: "请使用原来的模型运行，或用新模型重新编译。",
    }),
  },
})
