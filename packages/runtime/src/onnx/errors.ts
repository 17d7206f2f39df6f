import { defineErrors } from "@daydream/engine/errors"

export const errors = defineErrors({
  embedder_unusable: {
    exitCode: 1,
    en: (f: { modelId: string; reason: string }) => ({
      message: `The embedder "${f.modelId}" could not be opened: ${f.reason}`,
      hint: "If its file was damaged, delete the model's folder and pull it again. On macOS an Apple processor is needed.",
    }),
    zh: (f) => ({
      message: `无法打开向量模型“${f.modelId}”：${f.reason}`,
      hint: "如果文件已损坏，请删除该模型的文件夹后重新下载。在 macOS 上需要 Apple 芯片。",
    }),
  },
  embedder_closed: {
    exitCode: 1,
    en: (f: { modelId: string }) => ({ message: `The embedder "${f.modelId}" was closed.` }),
    zh: (f) => ({ message: `向量模型“${f.modelId}”已关闭。` }),
  },
})
