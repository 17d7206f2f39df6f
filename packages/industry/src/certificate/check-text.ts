/** The result of a check as text for people. */
import type { Language } from "@daydream/engine/language"
import type { CheckResult } from "./check.ts"
import { metricName, percent } from "./text.ts"

/** Verdict, numbers, what was not counted, and what would decide. */
export function checkText(result: Omit<CheckResult, "text">, language: Language): string {
  const zh = language === "zh"
  const name = metricName(result.metric, language)
  const target = percent(result.target, language)
  const verdicts = zh
    ? {
        holds: `承诺成立：${name}不低于 ${target}。`,
        broken: `承诺已不成立：${name}低于 ${target}。请用新数据重新编译方案。`,
        undecided: `尚无定论：还不能判断${name}是否不低于 ${target}。`,
      }
    : {
        holds: `The promise holds: ${name} is at least ${target}.`,
        broken: `The promise is broken: ${name} is below ${target}. Compile the plan again with newer rows.`,
        undecided: `Undecided: the rows do not tell yet whether ${name} is at least ${target}.`,
      }
  return [verdicts[result.verdict], ...numbers(result, language), ...notCounted(result, language), ...needed(result, language)].join("\n")
}

function numbers(result: Omit<CheckResult, "text">, language: Language): string[] {
  if (result.estimate === null) return [language === "zh" ? "没有可计入的新行。" : "No fresh row counted."]
  const [estimate, low, high] = [result.estimate, result.interval.low, result.interval.high].map((x) => percent(x, language))
  const coverage = result.coverage === null || result.coverage === 1 ? "" : percent(result.coverage, language)
  if (language === "zh") {
    return [`${result.trials} 行中 ${result.successes} 行正确（${estimate}），随时有效区间 ${low} – ${high}${coverage && `；自动处理 ${coverage}`}。`]
  }
  return [
    `${result.successes} of ${result.trials} right (${estimate}); interval valid at any time ${low} – ${high}${coverage && `; ${coverage} of rows automated`}.`,
  ]
}

function notCounted({ notCounted: { repeated, notFresh } }: Omit<CheckResult, "text">, language: Language): string[] {
  if (repeated + notFresh === 0) return []
  return [
    language === "zh"
      ? `未计入：${repeated} 行重复，${notFresh} 行曾用于编译。`
      : `Not counted: ${repeated} repeated, ${notFresh} used when the plan was compiled.`,
  ]
}

function needed(result: Omit<CheckResult, "text">, language: Language): string[] {
  if (result.verdict !== "undecided") return []
  if (result.rowsNeeded === null) {
    return [
      language === "zh"
        ? "质量似乎与目标几乎相同：增加行数也难有定论。"
        : "The quality seems to be almost the target itself: more rows will hardly decide.",
    ]
  }
  return [
    language === "zh"
      ? `若情况如目前所见，再标注约 ${result.rowsNeeded} 行随机抽取的数据可得出结论。`
      : `If things are as they seem, about ${result.rowsNeeded} more rows, drawn at random and labelled, will decide.`,
  ]
}
