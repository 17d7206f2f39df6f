/** Errors of fitting, loading and running rungs. */
import { defineErrors } from "@daydream/engine/errors"

export const rungErrors = defineErrors({
  no_embedder: {
    en: (f: { rung: string }) => ({
      message: `"${f.rung}" needs an embedding model, and none is given.`,
      hint: "Pull one with `daydream models pull all-minilm-l6-v2`, or name one with --embedder.",
    }),
    zh: (f) => ({
      message: `“${f.rung}”需要嵌入模型，但没有提供。`,
      hint: "可用 `daydream models pull all-minilm-l6-v2` 下载一个，或用 --embedder 指定。",
    }),
  },
  other_embedder: {
    en: (f: { expected: string; found: string }) => ({
      message: `This plan was made with the embedding model ${f.expected}; ${f.found} gives other vectors.`,
      hint: "Run it with the model that it was made with, or compile again with the new one.",
    }),
    zh: (f) => ({
      message: `该方案是用嵌入模型 ${f.expected} 得到的，${f.found} 的向量与之不同。`,
      hint: "请使用原来的模型运行，或用新模型重新编译。",
    }),
  },
  bad_embedding: {
    en: (f: { modelId: string; problem: string }) => ({
      message: `The embedding model ${f.modelId} answered with vectors that cannot be used: ${f.problem}.`,
      hint: "Check that the model is an embedding model and that its server works, or take another one.",
    }),
    zh: (f) => ({
      message: `嵌入模型 ${f.modelId} 返回的向量无法使用：${f.problem}。`,
      hint: "请检查它是否为嵌入模型、其服务是否正常，或换用其他模型。",
    }),
    exitCode: 1,
  },
  embedding_failed: {
    en: (f: { modelId: string; problem: string }) => ({
      message: `The embedding model ${f.modelId} failed: ${f.problem}`,
      hint: "Check the connection and the model's address and key, then run again: finished work is kept.",
    }),
    zh: (f) => ({
      message: `嵌入模型 ${f.modelId} 调用失败：${f.problem}`,
      hint: "请检查网络以及模型的地址和密钥，然后重新运行：已完成的工作会保留。",
    }),
    isRetryable: true,
    exitCode: 1,
  },
  damaged_variant: {
    en: (f: { file: string; problem: string }) => ({
      message: `The saved plan cannot be read: ${f.file} ${f.problem}.`,
      hint: "It was written by another version, or a file was changed or lost. Compile the plan again.",
    }),
    zh: (f) => ({
      message: `无法读取已保存的方案：${f.file}（${f.problem}）。`,
      hint: "它可能由其他版本写入，或有文件被改动或丢失。请重新编译。",
    }),
  },
})
