/** Reports the download of a model that a command turned out to need. */
import type { PullProgress } from "@daydream/runtime"
import type { CommandContext, Progress } from "../frame/index.ts"

const phases = {
  wait: { en: "Waiting for another process that fetches the model", zh: "正在等待另一个进程下载模型" },
  download: { en: "Fetching the model", zh: "正在下载模型" },
  verify: { en: "Verifying the model", zh: "正在校验模型" },
} as const

/** One progress line a phase; `finish` ends the last. */
export function createPullReporter(context: CommandContext) {
  let label = ""
  let progress: Progress | undefined
  return {
    onProgress(step: PullProgress) {
      const named = `${context.text(phases[step.phase])}${step.source === "" ? "" : ` (${step.source})`}`
      if (named !== label) {
        progress?.finish()
        label = named
        progress = context.progress(named, { total: step.totalBytes, unit: "bytes" })
      }
      progress?.update(step.doneBytes)
    },
    finish: () => progress?.finish(),
  }
}
