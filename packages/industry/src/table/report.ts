/** What was found in a table of examples, and how it reads. */
import type { Localized } from "@daydream/engine/language"
import type { LabelForms } from "./labels.ts"

export interface Conflicts {
  /** Inputs that stand with more than one label, and the rows they take up. */
  readonly count: number
  readonly rows: number
  /** The first of them, with the first of their rows. */
  readonly groups: readonly { readonly labels: readonly string[]; readonly rows: readonly string[] }[]
  /** Rows whose input stood before. */
  readonly duplicates: number
}

export interface EmptyInputs {
  readonly count: number
  readonly rows: readonly string[]
}

export interface Leak {
  readonly column: string
  /** `copy`: the column holds the label. `code`: few values, each of which goes with one label. */
  readonly kind: "copy" | "code"
  /** Share of the rows in which the column tells the label. */
  readonly agreement: number
}

export interface ExamplesReport {
  readonly rows: number
  readonly labelled: number
  readonly unlabelled: number
  readonly classes: readonly { readonly label: string; readonly count: number }[]
  readonly labelVariants: readonly LabelForms[]
  /** Whether the variants were merged. */
  readonly isMerged: boolean
  readonly conflicts: Conflicts
  readonly emptyInputs: EmptyInputs
  readonly leaks: readonly Leak[]
  /** Rows whose time is no date; only where a time column was named. */
  readonly withoutTime?: number
}

const shown = 5
const n = (count: number): string => count.toLocaleString("en")
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const quoted = (labels: readonly string[]): string => labels.map((label) => `"${label}"`).join(", ")
const quotedZh = (labels: readonly string[]): string => labels.map((label) => `“${label}”`).join("、")
const more = (count: number): string => (count > shown ? ", …" : "")

function describeVariants({ labelVariants, isMerged }: ExamplesReport): Localized[] {
  if (labelVariants.length === 0) return []
  const groups = labelVariants.slice(0, shown)
  const en = groups.map((group) => quoted(group.forms.map((form) => form.label))).join("; ") + more(labelVariants.length)
  const zh = groups.map((group) => quotedZh(group.forms.map((form) => form.label))).join("；") + more(labelVariants.length)
  if (isMerged) {
    return [{
      en: `Merged labels that differ only in case, spaces or full-width forms: ${en}.`,
      zh: `已合并只在大小写、空格或全半角上不同的标签：${zh}。`,
    }]
  }
  return [{
    en: `Some labels differ only in case, spaces or full-width forms and count as different classes: ${en}. ` +
      "Probably each group is one class: merge them with --merge-labels.",
    zh: `有些标签只在大小写、空格或全半角上不同，目前算作不同类别：${zh}。它们很可能是同一类，可用 --merge-labels 合并。`,
  }]
}

function describeConflicts({ conflicts }: ExamplesReport): Localized[] {
  if (conflicts.count === 0) return []
  const groups = conflicts.groups.slice(0, shown)
  const en = groups.map((group) => `rows ${group.rows.join(", ")} (${quoted(group.labels)})`).join("; ")
  const zh = groups.map((group) => `第 ${group.rows.join("、")} 行（${quotedZh(group.labels)}）`).join("；")
  return [{
    en: `${n(conflicts.count)} inputs stand with different labels, in ${n(conflicts.rows)} rows: ${en}` +
      `${more(conflicts.count)}. At most one of the labels can be right; no function can reach 100 % on them.`,
    zh: `有 ${n(conflicts.count)} 条相同的输入标了不同的标签，共 ${n(conflicts.rows)} 行：${zh}${more(conflicts.count)}。` +
      "其中最多一个标签是对的，任何函数在这些行上都不可能全对。",
  }]
}

function describeLeaks({ leaks }: ExamplesReport): Localized[] {
  return leaks.map(({ column, kind, agreement }) =>
    kind === "copy"
      ? {
          en: `The input "${column}" holds the label itself in ${percent(agreement)} of the rows: it gives the answer away. ` +
            "Leave it out unless new rows will have it too.",
          zh: `输入列“${column}”在 ${percent(agreement)} 的行中就是标签本身，会泄露答案。除非新数据也有这一列，否则请去掉它。`,
        }
      : {
          en: `The input "${column}" alone tells the label in ${percent(agreement)} of the rows, as a code of it would. ` +
            "Make sure that it is known before the label is.",
          zh: `仅凭输入列“${column}”就能在 ${percent(agreement)} 的行中得出标签，它像是标签的代码。请确认它在标注之前就已知道。`,
        },
  )
}

function describeRest(report: ExamplesReport): Localized[] {
  const texts: Localized[] = []
  const { emptyInputs, unlabelled, conflicts, withoutTime } = report
  if (unlabelled > 0) {
    texts.push({
      en: `${n(unlabelled)} rows have no label: they judge nothing; with a local embedder they may teach.`,
      zh: `有 ${n(unlabelled)} 行没有标签：不参与评判；使用本地向量模型时可用于辅助学习。`,
    })
  }
  if (emptyInputs.count > 0) {
    const rows = emptyInputs.rows.slice(0, shown)
    texts.push({
      en: `${n(emptyInputs.count)} labelled rows have no input at all: rows ${rows.join(", ")}${more(emptyInputs.count)}.`,
      zh: `有 ${n(emptyInputs.count)} 行有标签但输入全空：第 ${rows.join("、")} 行${more(emptyInputs.count)}。`,
    })
  }
  if (conflicts.duplicates > 0) {
    texts.push({
      en: `${n(conflicts.duplicates)} rows repeat an earlier input; a repeated input counts once where quality is certified.`,
      zh: `有 ${n(conflicts.duplicates)} 行与前面的输入重复；认证质量时，重复的输入只算一次。`,
    })
  }
  const single = report.classes.filter((each) => each.count === 1).map((each) => each.label)
  if (single.length > 0) {
    texts.push({
      en: `${n(single.length)} classes have a single example: ${quoted(single.slice(0, shown))}${more(single.length)}. ` +
        "They can be learned or checked, not both: label a few more of each.",
      zh: `有 ${n(single.length)} 个类别只有一个样例：${quotedZh(single.slice(0, shown))}${more(single.length)}。` +
        "一个样例无法既用来学习又用来检验，请每类再标几条。",
    })
  }
  if (withoutTime !== undefined && withoutTime > 0) {
    texts.push({
      en: `${n(withoutTime)} labelled rows have no readable date in the time column.`,
      zh: `有 ${n(withoutTime)} 行有标签的数据在时间列中没有可识别的日期。`,
    })
  }
  return texts
}

/** The report as sentences, what matters most first; empty where nothing is to be said. */
export function describeReport(report: ExamplesReport): Localized[] {
  return [...describeLeaks(report), ...describeVariants(report), ...describeConflicts(report), ...describeRest(report)]
}
