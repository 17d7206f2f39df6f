/** Progress and result of a run, for people and for programs. */
import type { Language } from "@daydream/engine/language"
import { formatMoney } from "@daydream/engine/money"
import { rungTitle } from "@daydream/industry/cascade"
import type { RunFileResult, RunProgress, RunTotals } from "@daydream/industry/run"
import { formatCount, formatTime, type CommandContext, type Progress } from "../frame/index.ts"

const phases = {
  label: { en: "Labelling", zh: "正在标注" },
  assemble: { en: "Writing the table", zh: "正在写出表格" },
} as const

const rows = { en: "rows", zh: "行" } as const

/** One progress line for each phase of a run. */
export function createRunReporter(context: CommandContext) {
  let phase = ""
  let progress: Progress | undefined
  return {
    onProgress: (step: Pick<RunProgress, "phase" | "rows" | "totalRows">) => {
      if (step.phase !== phase) {
        phase = step.phase
        progress?.finish()
        progress = context.progress(phases[step.phase], { unit: rows })
      }
      progress?.update(step.rows, step.totalRows)
    },
    finish: () => progress?.finish(),
  }
}

const share = (part: number, whole: number) => `${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10} %`

/** Says what was done: where the rows are, how many were answered, by which rung, at what cost. */
export function showTotals(context: CommandContext, totals: RunTotals, currency: string): void {
  const line = (en: string, zh: string, count: number) =>
    [context.text({ en, zh }), formatCount(count), share(count, totals.rows)]
  context.table({
    columns: [
      { title: { en: "status", zh: "状态" } },
      { title: { en: "rows", zh: "行数" }, align: "right" },
      { title: { en: "share", zh: "占比" }, align: "right" },
    ],
    rows: [
      line("answered", "已回答（answered）", totals.answered),
      ...(totals.review === 0 ? [] : [line("review: left to people", "待人工复核（review）", totals.review)]),
      ...(totals.other === 0 ? [] : [line("other: unlike anything seen", "未见过的类型（other）", totals.other)]),
      ...(totals.failed === 0 ? [] : [line("failed", "失败（failed）", totals.failed)]),
    ],
  })
  const rungs = (language: Language) =>
    Object.entries(totals.byRung).map(([name, count]) => `${rungTitle(name)[language]} ${share(count, totals.rows)}`)
  const cost = formatMoney(totals.cost, currency, { significantDigits: 3 })
  context.print({
    en: `Answered by: ${rungs("en").join(", ")}. Cost: ${cost}.`,
    zh: `作答方式：${rungs("zh").join("，")}。成本：${cost}。`,
  })
}

/** Says what a run over files has done. */
export function showResult(context: CommandContext, result: RunFileResult, currency: string): void {
  const { totals, seconds, rowsContinued, output, errors } = result
  const time = formatTime(seconds * 1000)
  const count = formatCount(totals.rows)
  context.print({ en: `${count} rows in ${output} (${time}).`, zh: `已将 ${count} 行写入 ${output}（用时 ${time}）。` })
  if (rowsContinued > 0) {
    const before = formatCount(rowsContinued)
    context.print({ en: `${before} of them had been labelled before this start.`, zh: `其中 ${before} 行在本次启动前已标注。` })
  }
  showTotals(context, totals, currency)
  if (errors !== undefined) context.print({ en: `Rows that failed: ${errors}`, zh: `失败的行：${errors}` })
}

/** The JSON document of a run. */
export const resultDocument = (result: RunFileResult, currency: string) => ({
  output: result.output,
  errors: result.errors ?? null,
  rowsContinued: result.rowsContinued,
  seconds: result.seconds,
  ...totalsDocument(result.totals, currency),
})

export const totalsDocument = (totals: RunTotals, currency: string) => ({ ...totals, currency })
