import { defineErrors } from "@daydream/engine/errors"

export const errors = defineErrors({
  delta_out_of_range: {
    en: (f: { delta: number }) => ({
      message: `The error allowed (delta) must lie between 0 and 1, but is ${f.delta}.`,
      hint: "0.05 means: at most one wrong promise in twenty.",
    }),
    zh: (f) => ({
      message: `允许的出错概率（delta）必须在 0 和 1 之间，现为 ${f.delta}。`,
      hint: "0.05 表示二十次承诺中至多错一次。",
    }),
  },
  ledger_damaged: {
    exitCode: 1,
    en: (f: { file: string }) => ({
      message: `The record of an earlier certification cannot be read: ${f.file}`,
      hint: "Restore the file from a backup. If it is lost, use fresh rows to certify: without it, promises on the old rows could add up unnoticed.",
    }),
    zh: (f) => ({
      message: `无法读取先前认证的记录：${f.file}`,
      hint: "请从备份恢复该文件。若已丢失，请换用新的认证数据：缺少这份记录，对旧数据的多次承诺会不知不觉地累积出错概率。",
    }),
  },
  check_of_another_promise: {
    en: (f: { expected: string; found: string }) => ({
      message: `The saved state of the check belongs to another promise (${f.found}, not ${f.expected}).`,
      hint: "Begin a new check for the new certificate, with rows labelled since.",
    }),
    zh: (f) => ({
      message: `已保存的检查状态属于另一份承诺（${f.found}，而非 ${f.expected}）。`,
      hint: "请针对新证书重新开始检查，并使用此后新标注的数据。",
    }),
  },
})
