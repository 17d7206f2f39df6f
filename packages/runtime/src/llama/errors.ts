import { defineErrors } from "@daydream/engine/errors"

export const errors = defineErrors({
  language_model_unusable: {
    exitCode: 1,
    en: (f: { modelId: string; reason: string }) => ({
      message: `The language model "${f.modelId}" could not be opened: ${f.reason}`,
      hint: "If its file was damaged, delete the model's folder and pull it again. If memory is short, take a smaller model or fewer `sequences`.",
    }),
    zh: (f) => ({
      message: `无法打开语言模型“${f.modelId}”：${f.reason}`,
      hint: "如果文件已损坏，请删除该模型的文件夹后重新下载。如果内存不足，请换用更小的模型或减少 `sequences`。",
    }),
  },
  language_model_closed: {
    exitCode: 1,
    en: (f: { modelId: string }) => ({ message: `The language model "${f.modelId}" was closed.` }),
    zh: (f) => ({ message: `语言模型“${f.modelId}”已关闭。` }),
  },
  prompt_too_long: {
    en: (f: { modelId: string; tokens: number; contextTokens: number }) => ({
      message: `The prompt has ${f.tokens} tokens, but "${f.modelId}" was opened for ${f.contextTokens}, prompt and answer together.`,
      hint: "Shorten the prompt, or open the model with more `contextTokens`.",
    }),
    zh: (f) => ({
      message: `提示词有 ${f.tokens} 个 token，而打开“${f.modelId}”时设定的上限（提示词加回答）是 ${f.contextTokens} 个。`,
      hint: "请缩短提示词，或用更大的 `contextTokens` 打开模型。",
    }),
  },
  content_not_supported: {
    en: (f: { modelId: string; content: string }) => ({
      message: `"${f.modelId}" reads text only; the prompt holds ${f.content}.`,
      hint: "Turn it into text first, or use a model that reads it.",
    }),
    zh: (f) => ({
      message: `“${f.modelId}”只能读取文字，而提示词中含有 ${f.content}。`,
      hint: "请先将其转换为文字，或换用支持该内容的模型。",
    }),
  },
  no_such_tool: {
    en: (f: { toolName: string; toolNames: readonly string[] }) => ({
      message: `The tool "${f.toolName}" was demanded but not given.`,
      hint: `The tools are: ${f.toolNames.join(", ") || "none"}.`,
    }),
    zh: (f) => ({
      message: `要求使用工具“${f.toolName}”，但没有提供该工具。`,
      hint: `现有的工具：${f.toolNames.join("、") || "无"}。`,
    }),
  },
})
