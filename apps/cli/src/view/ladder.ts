/** The ladder as a table for people: one line a way of running the function. */
import type { Localized } from "@daydream/engine/language"
import type { Estimate, LadderEntry, Measurement } from "@daydream/industry/compile"
import { candidateTitle, rungTitle } from "@daydream/industry/compile"
import { formatAmount } from "@daydream/engine/money"
import type { ColumnView, CommandContext } from "../frame/index.ts"
import { skipReasonText } from "./skip-reason.ts"

const percent = (share: number) => (share * 100).toFixed(1)

const share = (value: number | undefined) => (value === undefined ? "–" : percent(value))

// What most terminals and pages show without breaking lines.
const tableWidth = 100

const withInterval = (estimate: Estimate) =>
  `${percent(estimate.value)} (${percent(estimate.lower)}–${percent(estimate.upper)})`

/** "0.0042": an amount rounded to what matters when rungs are compared, two significant digits. */
function shortAmount(nano: string): string {
  const value = Number(nano) / 1e9
  if (value === 0) return "0"
  return value >= 0.01 ? value.toFixed(2) : formatAmount(BigInt(Math.round(Number(value.toPrecision(2)) * 1e9)))
}

const standing = (entry: LadderEntry): Localized => {
  if (entry.isChosen) return { en: "✔ chosen", zh: "✔ 选用" }
  if (entry.certification === "passed") return { en: "✔ passed", zh: "✔ 通过" }
  if (entry.certification === "failed") return { en: "✘ failed", zh: "✘ 未通过" }
  return { en: "–", zh: "–" }
}

/** What the ladder's table needs to know beside its entries. */
export interface LadderView {
  readonly entries: readonly LadderEntry[]
  readonly metric: "accuracy" | "precision" | "recall"
  readonly currency: string
}

export const metricTitles = {
  accuracy: { en: "accuracy", zh: "准确率" },
  precision: { en: "precision", zh: "精确率" },
  recall: { en: "recall", zh: "召回率" },
} as const

const titleOf = (entry: LadderEntry) =>
  entry.candidate === undefined ? rungTitle(entry.name) : candidateTitle(entry.candidate)

/** Prints the ladder: measured entries as a table, the others with their reasons below it. */
export function printLadder(context: CommandContext, view: LadderView) {
  const measured = view.entries.filter((entry) => entry.measurement !== undefined)
  const has = (test: (m: Measurement) => boolean) => measured.some((entry) => test(entry.measurement as Measurement))
  const columns: { readonly column: ColumnView; readonly cell: (entry: LadderEntry, m: Measurement) => string }[] = [
    { column: { title: { en: "way of answering", zh: "作答方式" } }, cell: (entry) => context.text(titleOf(entry)) },
    {
      column: { title: { en: `${metricTitles[view.metric].en} %`, zh: `${metricTitles[view.metric].zh} %` }, align: "right" },
      cell: (_, m) => withInterval(m.quality),
    },
    { column: { title: { en: "macro F1", zh: "宏 F1" }, align: "right" }, cell: (_, m) => percent(m.macroF1.value) },
  ]
  if (has((m) => m.precision !== undefined))
    columns.push({
      column: { title: { en: "precision / recall", zh: "精确率 / 召回率" }, align: "right" },
      cell: (_, m) => `${share(m.precision?.value)} / ${share(m.recall?.value)}`,
    })
  columns.push(
    {
      column: { title: { en: `${view.currency}/1,000 rows`, zh: `${view.currency}/千行` }, align: "right" },
      cell: (_, m) => shortAmount(m.costPerThousand),
    },
    { column: { title: { en: "ms/row", zh: "毫秒/行" }, align: "right" }, cell: (_, m) => milliseconds(m.millisecondsPerRow) },
  )
  const [hasReview, hasCascade] = [has((m) => m.coverage < 1), has((m) => m.escalated !== undefined)]
  if (hasReview && hasCascade)
    columns.push({
      column: { title: { en: "answered / escalated %", zh: "作答 / 转交 %" }, align: "right" },
      cell: (_, m) => `${percent(m.coverage)} / ${share(m.escalated)}`,
    })
  else if (hasReview)
    columns.push({ column: { title: { en: "answered %", zh: "作答 %" }, align: "right" }, cell: (_, m) => percent(m.coverage) })
  else if (hasCascade)
    columns.push({ column: { title: { en: "escalated %", zh: "转交 %" }, align: "right" }, cell: (_, m) => share(m.escalated) })
  columns.push({ column: { title: { en: "test", zh: "认证" } }, cell: (entry) => context.text(standing(entry)) })
  context.table({
    maximumWidth: tableWidth,
    columns: columns.map(({ column }) => column),
    rows: measured.map((entry) => columns.map(({ cell }) => cell(entry, entry.measurement as Measurement))),
  })
  for (const entry of view.entries) {
    if (entry.skipped === undefined) continue
    context.print({
      en: `  ${titleOf(entry).en}: ${skipReasonText(entry.skipped).en}`,
      zh: `  ${titleOf(entry).zh}：${skipReasonText(entry.skipped).zh}`,
    })
  }
}

const milliseconds = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2))
