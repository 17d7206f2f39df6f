/** `daydream check <plan> <labelled>`: does the promise of a plan still hold? */
import type { CheckResult } from "@daydream/industry/certificate"
import type { LabelledRows } from "../checking/index.ts"
import { defineCommand, type CommandContext } from "../frame/index.ts"

interface CheckOptions {
  readonly label?: string
  readonly restart?: boolean
  readonly prices?: string
  readonly maxCost?: string
}

/** Exit code where the work was done and its answer is no. */
const brokenExitCode = 3

function warn(context: CommandContext, { unknownLabels, looksLikeRun, unlabelled }: LabelledRows): void {
  if (looksLikeRun)
    context.note({
      en: "Note: this table looks like the output of `daydream run`. Labels must come from people who did not see the plan's answers.",
      zh: "注意：这张表像是 `daydream run` 的输出。标签必须由没有看过方案答案的人给出。",
    })
  if (unknownLabels.length > 0)
    context.note({
      en: `Note: the plan cannot give these labels; their rows count as errors: ${unknownLabels.join(", ")}`,
      zh: `注意：方案给不出以下标签，相应的行计为错误：${unknownLabels.join("、")}`,
    })
  if (unlabelled > 0) context.note({ en: `${unlabelled} rows have no label and are left out.`, zh: `${unlabelled} 行没有标签，未计入。` })
}

/** The JSON document: everything but the state, which is the program's own. */
function document(context: CommandContext, { state: _state, text, ...result }: CheckResult) {
  return { ...result, text: context.text(text) }
}

export const check = defineCommand<CheckOptions>({
  name: "check",
  description: { en: "see with newly labelled rows whether a plan's promise still holds", zh: "用新标注的数据复查方案的承诺是否仍然成立" },
  arguments: [
    { name: "<plan>", description: { en: "folder that `daydream compile` wrote", zh: "`daydream compile` 写出的文件夹" } },
    { name: "<labelled>", description: { en: "table of rows that people labelled since", zh: "此后由人工标注的表格" } },
  ],
  options: [
    { flags: "--label <column>", description: { en: "column that holds the label (default: the plan's output)", zh: "标签所在的列（默认为方案的输出列）" } },
    { flags: "--restart", description: { en: "forget what earlier checks have counted", zh: "丢弃此前复查已计入的数据" } },
    { flags: "--prices <file>", description: { en: "price list (default: .daydream/prices.json)", zh: "价格表（默认 .daydream/prices.json）" } },
    { flags: "--max-cost <amount>", description: { en: "stop before more than this is spent on models", zh: "模型费用上限，超出之前停止" } },
  ],
  details: {
    en: "The rows must be drawn at random from those that the plan handles, and labelled without looking at its answers.\nCheck as often as you like: the verdict allows for it. Rows counted are kept in <plan>/check.json.\nExit code 3: the promise is broken.",
    zh: "这些行须从方案处理的数据中随机抽取，并在不看方案答案的情况下标注。\n可以随时反复复查，结论已考虑到这一点。已计入的行记录在 <plan>/check.json 中。\n退出码 3 表示承诺已不成立。",
  },
  async run(context, [planPath = "", labelled = ""], options) {
    const { openPlan, readMoney } = await import("../running/index.ts")
    const { checkPlan } = await import("@daydream/industry/certificate")
    const { checkingErrors, judgeRows, openCheckStore, readLabelled } = await import("../checking/index.ts")
    const { readKnownRows, readVerdict } = await import("../plan-documents/index.ts")
    const plan = await openPlan(context, planPath, await readMoney(options))
    try {
      const verdict = await readVerdict(planPath, plan.manifest)
      if (verdict?.kind !== "certificate") throw checkingErrors.nothing_promised({ plan: planPath })
      const store = await openCheckStore(planPath, { isRestart: options.restart === true })
      try {
        const found = await readLabelled(plan, labelled, options.label, context.abortSignal)
        warn(context, found)
        const progress = context.progress({ en: "Checking", zh: "正在复查" }, { total: found.examples.length, unit: { en: "rows", zh: "行" } })
        const rows = await judgeRows(plan, found.examples, { abortSignal: context.abortSignal, onProgress: (done) => progress.update(done) })
        progress.finish()
        const knownHashes = await readKnownRows(planPath, plan.manifest)
        const result = checkPlan({ certificate: verdict, rows, knownHashes, ...(store.state === undefined ? {} : { state: store.state }) })
        await store.save(result.state)
        context.print(result.text)
        if (result.verdict === "broken") context.setExitCode(brokenExitCode)
        return document(context, result)
      } finally {
        store.release()
      }
    } finally {
      await plan.close()
    }
  },
})
