import { defineErrors } from "@daydream/engine/errors"

export const errors = defineErrors({
  outcome_missing: {
    exitCode: 1,
    en: (f: { rung: string; row: number; candidate: string }) => ({
      message: `"${f.candidate}" cannot be measured: "${f.rung}" was not run on row ${f.row}.`,
      hint: "Run the rung on the rows that are escalated, or name the rows on which it was measured as its sample.",
    }),
    zh: (f) => ({
      message: `无法评估“${f.candidate}”：“${f.rung}”没有处理过第 ${f.row} 行。`,
      hint: "请先让该方法处理需要上交的行，或把它实际处理过的行声明为它的样本。",
    }),
  },
  unknown_variant_kind: {
    exitCode: 1,
    en: (f: { kind: string; known: readonly string[] }) => ({
      message: `The plan holds a part of kind "${f.kind}", which this version cannot load.`,
      hint: `Known kinds: ${f.known.join(", ")}. The plan may come from a newer version: update Daydream.`,
    }),
    zh: (f) => ({
      message: `方案中含有本版本无法加载的部件类型“${f.kind}”。`,
      hint: `已知类型：${f.known.join("、")}。方案可能由更新的版本生成，请升级 Daydream。`,
    }),
  },
  variant_file_damaged: {
    exitCode: 1,
    en: (f: { file: string; kind: string }) => ({
      message: `The file "${f.file}" of a "${f.kind}" part is missing or cannot be read.`,
      hint: "Copy the whole plan folder again, or compile the plan anew.",
    }),
    zh: (f) => ({
      message: `“${f.kind}”部件的文件“${f.file}”缺失或无法读取。`,
      hint: "请重新完整复制方案文件夹，或重新编译方案。",
    }),
  },
  not_a_probability: {
    en: (f: { name: string; value: number }) => ({
      message: `${f.name} must lie between 0 and 1, but is ${f.value}.`,
      hint: "Write 97 % as 0.97.",
    }),
    zh: (f) => ({ message: `${f.name} 必须在 0 和 1 之间，现为 ${f.value}。`, hint: "97% 请写作 0.97。" }),
  },
})
