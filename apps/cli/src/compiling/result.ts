/** What `daydream compile` prints when it is done. */
import { join } from "node:path"
import { formatMoney } from "@daydream/engine/money"
import type { Budget } from "@daydream/engine/money"
import { certificateText } from "@daydream/industry/certificate"
import { candidateTitle, planDocuments, type Compilation } from "@daydream/industry/compile"
import { allRungs } from "@daydream/industry/plan"
import type { CommandContext } from "../frame/index.ts"
import { printLadder } from "../view/index.ts"

export interface ShownCompilation {
  readonly compilation: Compilation
  readonly folder: string
  readonly metric: "accuracy" | "precision" | "recall"
  readonly currency: string
  readonly budget: Budget
}

/** Exit code where no plan could be certified: the work was done, the answer is no. */
export const refusedExitCode = 3

export function showCompilation(context: CommandContext, shown: ShownCompilation) {
  const { compilation, folder, metric, currency, budget } = shown
  context.print()
  printLadder(context, { entries: compilation.ladder, metric, currency })
  context.print()
  if (compilation.verdict === undefined)
    context.print({
      en: "Nothing was measured, since no row is labelled: the plan answers, but nobody knows how well.",
      zh: "没有已标注的行，因此未做任何测量：方案可以作答，但质量未知。",
    })
  else context.print(certificateText(compilation.verdict, context.language))
  whyNoLanguageModel(context, compilation)
  if (budget.spent > 0n)
    context.print({
      en: `Model calls cost ${formatMoney(budget.spent, currency)} so far.`,
      zh: `模型调用已花费 ${formatMoney(budget.spent, currency)}。`,
    })
  showSuggestions(context, compilation, folder)
  context.print()
  context.print({
    en: `Plan: ${folder}  (${candidateTitle(compilation.candidate).en})`,
    zh: `方案：${folder}（${candidateTitle(compilation.candidate).zh}）`,
  })
  const isCertified = compilation.verdict?.kind === "certificate"
  context.print({
    en: `Next: daydream run ${folder} <table> --out <file>${isCertified ? "" : " --uncertified"}`,
    zh: `下一步：daydream run ${folder} <表格> --out <文件>${isCertified ? "" : " --uncertified"}`,
  })
  if (compilation.verdict?.kind === "refusal") context.setExitCode(refusedExitCode)
}

const needsLanguageModel = (rung: string) => allRungs.some(({ name, needs }) => name === rung && needs.includes("language-model"))

function whyNoLanguageModel(context: CommandContext, { ladder, verdict }: Compilation) {
  const isUnneeded = ladder.some((entry) => needsLanguageModel(entry.name) && entry.skipped?.kind === "not-needed")
  if (!isUnneeded || verdict?.kind !== "certificate") return
  context.print({
    en: "No language model was needed: a cheaper way reaches the target on rows that it never saw, so dearer ones were not tried. --all measures them.",
    zh: "不需要语言模型：更便宜的方式在从未见过的行上已达到目标，因此没有尝试更贵的方式。可用 --all 全部测量。",
  })
}

function showSuggestions(context: CommandContext, { suggestions, verdict }: Compilation, folder: string) {
  if (suggestions === undefined) return
  const { worthLabelling, randomSample, suspicious } = suggestions
  const file = (name: string) => join(folder, name)
  if (verdict?.kind === "refusal" && randomSample.length === 0)
    context.print({
      en: "There are no unlabelled rows to choose from: add new rows to the table with an empty label, and the next compile names those that help most.",
      zh: "没有未标注的行可供挑选：请在表格中加入标签为空的新行，下次编译会指出哪些行最值得标注。",
    })
  if (worthLabelling.length > 0)
    context.print({
      en: `${worthLabelling.length} rows whose label would teach most: ${file(planDocuments.worthLabelling)}`,
      zh: `最值得标注的 ${worthLabelling.length} 行：${file(planDocuments.worthLabelling)}`,
    })
  if (randomSample.length > 0)
    context.print({
      en: `${randomSample.length} rows drawn at random, to certify with: ${file(planDocuments.randomSample)}`,
      zh: `随机抽取、供认证用的 ${randomSample.length} 行：${file(planDocuments.randomSample)}`,
    })
  if (suspicious.length > 0)
    context.print({
      en: `${suspicious.length} labels that look wrong: ${file(planDocuments.suspicious)}`,
      zh: `看起来有误的 ${suspicious.length} 个标签：${file(planDocuments.suspicious)}`,
    })
  if (worthLabelling.length + randomSample.length + suspicious.length > 0)
    context.print({
      en: "Fill in their column label and compile again with --labels <file>.",
      zh: "填好其中的 label 列，再用 --labels <文件> 重新编译。",
    })
}
