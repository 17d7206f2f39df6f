import { defineErrors } from "@daydream/engine/errors"

export const planErrors = defineErrors({
  plan_not_found: {
    en: (f: { folder: string }) => ({
      message: `There is no plan at ${f.folder}.`,
      hint: "Name the folder that `daydream compile` wrote (it ends in .plan and holds plan.json).",
    }),
    zh: (f) => ({
      message: `${f.folder} 处没有方案。`,
      hint: "请给出 `daydream compile` 写出的文件夹（以 .plan 结尾，内有 plan.json）。",
    }),
  },
  plan_damaged: {
    en: (f: { folder: string; file: string; problem: string }) => ({
      message: `The plan at ${f.folder} is damaged: ${f.file}: ${f.problem}`,
      hint: "Copy the folder again from where it was made, or compile again.",
    }),
    zh: (f) => ({
      message: `${f.folder} 处的方案已损坏：${f.file}：${f.problem}`,
      hint: "请从原处重新复制该文件夹，或重新编译。",
    }),
  },
  plan_too_new: {
    en: (f: { folder: string; version: number; known: number }) => ({
      message: `The plan at ${f.folder} has format version ${f.version}; this program reads up to ${f.known}.`,
      hint: "Upgrade daydream, or compile the plan again with this version.",
    }),
    zh: (f) => ({
      message: `${f.folder} 处方案的格式版本是 ${f.version}；本程序最高支持 ${f.known}。`,
      hint: "请升级 daydream，或用当前版本重新编译。",
    }),
  },
  plan_folder_taken: {
    en: (f: { folder: string }) => ({
      message: `${f.folder} exists and is not a plan, so it is left alone.`,
      hint: "Choose another name with --out.",
    }),
    zh: (f) => ({ message: `${f.folder} 已存在且不是方案，未做改动。`, hint: "请用 --out 另选名称。" }),
  },
  model_needed: {
    en: (f: { what: "embedder" | "language model"; modelId: string }) => ({
      message: `This plan needs the ${f.what} ${f.modelId}, which was not given.`,
      hint: `Fetch it with \`daydream models pull ${f.modelId}\`, or pass it in \`loadPlan\`'s resources.`,
    }),
    zh: (f) => ({
      message: `此方案需要${f.what === "embedder" ? "嵌入模型" : "语言模型"} ${f.modelId}，但没有提供。`,
      hint: `请用 \`daydream models pull ${f.modelId}\` 下载，或在 \`loadPlan\` 的 resources 中传入。`,
    }),
  },
  row_not_fitting: {
    en: (f: { key: string; problem: string }) => ({
      message: `Row ${f.key} does not fit the function's inputs: ${f.problem}`,
      hint: "Give every input of the function under its own name.",
    }),
    zh: (f) => ({
      message: `第 ${f.key} 行与函数的输入不符：${f.problem}`,
      hint: "请按函数的输入名称给出每一项输入。",
    }),
  },
})
