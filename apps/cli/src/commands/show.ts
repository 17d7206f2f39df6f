/** `daydream show <plan>`: what a plan does, how it was chosen, what is promised, and why a row got its label. */
import type { Outcome } from "@daydream/engine/function"
import type { Localized } from "@daydream/engine/language"
import type { LoadedPlan, PlanManifest } from "@daydream/industry/plan"
import type { ExplainedRow } from "../explain/index.ts"
import { defineCommand, type CommandContext } from "../frame/index.ts"

interface ShowOptions {
  readonly row?: string
  readonly rows?: string
  readonly prices?: string
  readonly maxCost?: string
}

function printFunction(context: CommandContext, manifest: PlanManifest, chosen: Localized): void {
  const { inputs, output } = manifest.task.signature
  const classes = output.classes.length > 12 ? [...output.classes.slice(0, 12), "…"] : output.classes
  const from = inputs.map((one) => one.name).join(", ")
  context.print(`${manifest.name}: ${from} → ${output.name} (${output.classes.length}: ${classes.join(", ")})`)
  if (manifest.task.instruction !== undefined) context.print(manifest.task.instruction)
  context.print({ en: `Made ${manifest.createdAt}. Answers by: ${chosen.en}.`, zh: `制作于 ${manifest.createdAt}。作答方式：${chosen.zh}。` })
  const models = Object.values(manifest.models).filter((one) => one !== undefined)
  if (models.length > 0) context.print({ en: `Models: ${models.join(", ")}.`, zh: `所用模型：${models.join("、")}。` })
  if (manifest.holdsTrainingText)
    context.print({ en: "It holds texts of the rows that it learned from.", zh: "方案内含训练数据的原文。" })
}

/** Everything that is shown without running the plan. */
async function showPlan(context: CommandContext, folder: string, manifest: PlanManifest) {
  const { readLadder, readVerdict } = await import("../plan-documents/index.ts")
  const { printLadder } = await import("../view/index.ts")
  const { certificateText } = await import("@daydream/industry/certificate")
  const { candidateTitle, rungTitle } = await import("@daydream/industry/cascade")
  const [ladder, verdict] = await Promise.all([readLadder(folder, manifest), readVerdict(folder, manifest)])
  const candidate = ladder?.entries.find((entry) => entry.name === manifest.chosen)?.candidate
  printFunction(context, manifest, candidate === undefined ? rungTitle(manifest.chosen) : candidateTitle(candidate))
  context.print()
  if (ladder !== undefined) printLadder(context, ladder)
  context.print()
  context.print(
    verdict === undefined
      ? { en: "Nothing is promised: no row was labelled when it was made.", zh: "没有任何承诺：制作时没有已标注的行。" }
      : certificateText(verdict, context.language),
  )
  return { ladder: ladder ?? null, certificate: verdict ?? null }
}

/** Runs the rows that were asked for and says why each got its label. */
async function explainRows(context: CommandContext, plan: LoadedPlan, options: ShowOptions): Promise<ExplainedRow[]> {
  const { chooseRows, printExplained } = await import("../explain/index.ts")
  const { row, rows } = options
  const asked = { ...(row === undefined ? {} : { row }), ...(rows === undefined ? {} : { rows }), abortSignal: context.abortSignal }
  const chosen = await chooseRows(asked, plan.task.signature)
  async function* batches() {
    yield chosen
  }
  const outcomes: Outcome[] = []
  for await (const batch of plan.runBatches(batches(), { abortSignal: context.abortSignal })) outcomes.push(...batch)
  const explained: ExplainedRow[] = []
  for (const [at, one] of chosen.entries())
    explained.push({ row: one, outcome: outcomes[at] as Outcome, explanation: await plan.explain(one) })
  for (const one of explained) printExplained(context, one)
  return explained
}

/** An explained row as JSON: what it was, what was said, why. */
const rowDocument = ({ row, outcome, explanation }: ExplainedRow) => ({
  key: row.key,
  input: row.input,
  status: outcome.status,
  output: outcome.output,
  confidence: outcome.confidence,
  by: outcome.by,
  reasons: explanation.reasons,
})

export const show = defineCommand<ShowOptions>({
  name: "show",
  description: { en: "show a plan: ladder, certificate, and why a row got its label", zh: "查看方案：方法对比、质量认证，以及某行为何得到其标签" },
  arguments: [{ name: "<plan>", description: { en: "folder that `daydream compile` wrote", zh: "`daydream compile` 写出的文件夹" } }],
  options: [
    { flags: "--row <row>", description: { en: "explain this row: JSON, a text (one input), or a number with --rows", zh: "解释这一行：JSON、一段文字（仅一项输入时），或与 --rows 同用的行号" } },
    { flags: "--rows <file>", description: { en: "table that holds the row; without --row its first ten rows", zh: "该行所在的表格；不给 --row 时解释前十行" } },
    { flags: "--prices <file>", description: { en: "price list (default: .daydream/prices.json)", zh: "价格表（默认 .daydream/prices.json）" } },
    { flags: "--max-cost <amount>", description: { en: "stop before more than this is spent on models", zh: "模型费用上限，超出之前停止" } },
  ],
  async run(context, [folder = ""], options) {
    if (options.row === undefined && options.rows === undefined) {
      const { readManifest } = await import("@daydream/industry/plan")
      const manifest = await readManifest(folder)
      const { files: _files, ...about } = manifest
      return { plan: about, ...(await showPlan(context, folder, manifest)) }
    }
    const { openPlan, readMoney } = await import("../running/index.ts")
    const plan = await openPlan(context, folder, await readMoney(options))
    try {
      return { rows: (await explainRows(context, plan, options)).map(rowDocument) }
    } finally {
      await plan.close()
    }
  },
})
