/** What a certificate rests on, in words. */
import type { CertifiedMetric, SplitFacts } from "@daydream/engine/evaluation"
import type { Localized } from "@daydream/engine/language"

export interface AssumptionFacts {
  readonly metric: CertifiedMetric
  readonly attempt: number
  readonly split?: SplitFacts
}

const always: readonly Localized[] = [
  {
    en: "New rows come from the same source as the certify rows (statistically: they are exchangeable with them). A change of topics, wording, season or customers is not covered; `daydream check` finds out.",
    zh: "新数据与认证数据来自同一来源（统计上可交换）。主题、措辞、季节或客户群的变化不在承诺之内；可用 `daydream check` 检查。",
  },
  {
    en: "Rows that differ only in case, width of characters or white space count as one row, among the certify rows and in the promise.",
    zh: "仅大小写、全半角或空白不同的行视为同一行；认证数据如此，承诺也如此。",
  },
  {
    en: "The labels of the certify rows are taken to be right.",
    zh: "认证数据的标签视为正确。",
  },
  {
    en: "The plan runs as it was certified: the same files, the same models. A hosted model that its provider changes is another plan.",
    zh: "方案按认证时的样子运行：文件相同、模型相同。若服务商更换了托管模型，便不再是同一方案。",
  },
]

const meaning: Readonly<Record<CertifiedMetric["name"], Localized>> = {
  accuracy: {
    en: "Accuracy counts the rows that the plan answers; a row that fails counts as wrong, a row left to people does not count.",
    zh: "准确率只计方案作答的行；处理失败的行算错，交给人工的行不计。",
  },
  precision: {
    en: "Precision counts the rows that the plan says belong to the class; the promise says nothing of those that it misses.",
    zh: "精确率只计方案判为该类的行；漏掉的行不在承诺之内。",
  },
  recall: {
    en: "Recall counts the rows that belong to the class and are not left to people; the promise says nothing of false alarms.",
    zh: "召回率只计确属该类且未交给人工的行；误报不在承诺之内。",
  },
}

/** The assumptions of one attempt. */
export function assumptionsFor(facts: AssumptionFacts): Localized[] {
  const { metric, attempt, split } = facts
  const list = [...always, meaning[metric.name]]
  if (split?.byTimeColumn !== undefined) {
    list.push({
      en: `The certify rows are the newest by "${split.byTimeColumn}", not a random draw: the promise holds if the time after them is like them.`,
      zh: `认证数据是按“${split.byTimeColumn}”最新的行，而非随机抽取：之后的数据与其相似时承诺才成立。`,
    })
  }
  if (attempt > 1) {
    list.push({
      en: `This is attempt ${attempt} on these certify rows. All attempts together keep to the error allowed, as long as what an earlier attempt showed of these rows was not used to steer this one; fresh certify rows remove the doubt.`,
      zh: `这是对同一批认证数据的第 ${attempt} 次尝试。只要没有用之前尝试所显示的认证结果来引导本次设计，各次合计的出错概率仍不超过允许值；换用新的认证数据可消除此疑虑。`,
    })
  }
  return list
}
