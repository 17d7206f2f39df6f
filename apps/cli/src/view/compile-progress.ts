/** Tells a compilation's events as they come: a progress line a rung, a line a result. */
import type { CompileEvent } from "@daydream/industry/compile"
import { rungTitle } from "@daydream/industry/compile"
import type { CommandContext, Progress } from "../frame/index.ts"

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** A listener for `CompileOptions.onEvent`. */
export function compileReporter(context: CommandContext): (event: CompileEvent) => void {
  let progress: Progress | undefined
  let stage = ""
  const begin = (name: string, en: string, zh: string, total: number) => {
    if (stage !== name) {
      progress?.dismiss()
      stage = name
      progress = context.progress({ en, zh }, { total })
    }
    return progress
  }
  const end = () => {
    progress?.dismiss()
    progress = undefined
    stage = ""
  }
  return (event) => {
    switch (event.type) {
      case "split-done":
        context.note({
          en: `${event.fit} rows to learn from, ${event.choose} to choose with, ${event.certify} kept back to certify.`,
          zh: `${event.fit} 行用于学习，${event.choose} 行用于选择，${event.certify} 行留作认证。`,
        })
        return
      case "rung-started":
        begin(`${event.rung} fit`, `${rungTitle(event.rung).en}: learning`, `${rungTitle(event.rung).zh}：学习中`, 0)
        return
      case "rung-progress": {
        const title = rungTitle(event.rung)
        const isFit = event.stage === "fit"
        begin(
          `${event.rung} ${event.stage}`,
          `${title.en}: ${isFit ? "learning" : "measuring"}`,
          `${title.zh}：${isFit ? "学习中" : "测量中"}`,
          event.total,
        )?.update(event.done, event.total)
        return
      }
      case "rung-measured": {
        end()
        const title = rungTitle(event.measurement.name)
        const { quality, rows } = event.measurement
        context.note({
          en: `${title.en}: ${percent(quality.value)} of ${rows} rows right`,
          zh: `${title.zh}：${rows} 行中 ${percent(quality.value)} 正确`,
        })
        return
      }
      case "rung-skipped":
        end()
        return
      case "other-started":
        begin("other", "Learning what is unlike all known rows", "学习什么样的行与已知行都不同", 0)
        return
      case "other-without-embedder":
        context.note({
          en: `Unlike rows are told by their words alone, since the embedding model failed: ${event.message}`,
          zh: `嵌入模型出错，因此只凭字词判断与以往都不同的行：${event.message}`,
        })
        return
      case "certify-started":
        begin("certify", "Certifying on rows kept back", "用保留的行认证", event.rows)
        return
      case "certify-progress":
        begin(`certify ${event.rung}`, `Certifying: ${rungTitle(event.rung).en}`, `认证：${rungTitle(event.rung).zh}`, event.total)
          ?.update(event.done, event.total)
        return
      case "certify-done":
        end()
    }
  }
}
