import { defineErrors } from "@daydream/engine/errors"

/** What can keep a plan from being checked. */
export const checkingErrors = defineErrors({
  nothing_promised: {
    en: (f: { plan: string }) => ({
      message: `The plan ${f.plan} has no certificate, so there is no promise to check.`,
      hint: "Compile it with more labels or a lower target.",
    }),
    zh: (f) => ({ message: `方案 ${f.plan} 没有认证，因此没有可复查的承诺。`, hint: "请提供更多标注或降低目标后重新编译。" }),
  },
  check_in_progress: {
    en: (f: { plan: string; process: number | undefined }) => ({
      message: `Another process${f.process === undefined ? "" : ` (${f.process})`} is checking ${f.plan}.`,
      hint: "Wait until it has ended, then start this check again.",
    }),
    zh: (f: { plan: string; process: number | undefined }) => ({
      message: `另一个进程${f.process === undefined ? "" : `（${f.process}）`}正在复查 ${f.plan}。`,
      hint: "请等它结束后再次执行。",
    }),
    isRetryable: true,
    exitCode: 1,
  },
  check_state_damaged: {
    en: (f: { path: string; problem: string }) => ({
      message: `The state of earlier checks cannot be read: ${f.path}: ${f.problem}`,
      hint: "Restore the file from a backup, or start over with --restart. Starting over forgets what was counted before.",
    }),
    zh: (f) => ({
      message: `无法读取先前复查的状态：${f.path}：${f.problem}`,
      hint: "请从备份恢复该文件，或用 --restart 重新开始。重新开始会丢弃此前已计入的数据。",
    }),
    exitCode: 1,
  },
})
