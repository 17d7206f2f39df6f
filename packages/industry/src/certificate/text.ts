/** Certificates and refusals as text for people. */
import type { CertifiedMetric } from "@daydream/engine/evaluation"
import type { Language } from "@daydream/engine/language"
import { candidateTitle } from "../cascade/index.ts"
import type { Certificate, Refusal, TestedCandidate } from "./certificate.ts"

/** 0.97 as "97 %" ("97%" in Chinese), rounded down so that a text never promises more than the number. */
export function percent(share: number, language: Language): string {
  const digits = share > 0.995 && share < 1 ? 3 : share > 0 && share < 1 && (share >= 0.9 || share < 0.1) ? 2 : 1
  const scale = 10 ** digits
  const floored = Math.floor(share * 100 * scale + 1e-9) / scale
  return language === "zh" ? `${floored}%` : `${floored} %`
}

/** Name of a metric, with its class. */
export function metricName(metric: CertifiedMetric, language: Language): string {
  if (metric.name === "accuracy") return language === "zh" ? "准确率" : "accuracy"
  if (language === "zh") return `“${metric.positive}”的${metric.name === "precision" ? "精确率" : "召回率"}`
  return `${metric.name} of "${metric.positive}"`
}

const grouped = (n: number): string => n.toLocaleString("en-US")

/** The whole certificate or refusal in readable lines. */
export function certificateText(verdict: Certificate | Refusal, language: Language): string {
  const head = verdict.kind === "certificate" ? promise(verdict, language) : refusal(verdict, language)
  return [...head, "", ...sequenceLines(verdict, language), "", ...restsOn(verdict, language)].join("\n")
}

function promise(c: Certificate, language: Language): string[] {
  const name = metricName(c.metric, language)
  const [target, error, estimate, bound, low, high] = [c.target, c.delta, c.estimate, c.bound, c.interval.low, c.interval.high].map(
    (share) => percent(share, language),
  )
  const [share, shareLow, shareHigh] = [c.coverage.share, c.coverage.interval.low, c.coverage.interval.high].map((s) => percent(s, language))
  const isFull = c.candidate.reviewBelow === undefined && c.coverage.answered === c.coverage.rows
  const isMeanAccuracy = c.metric.name === "accuracy"
  if (language === "zh") {
    return [
      `已认证：${name}不低于 ${target}${isFull ? "" : `（自动处理约 ${share} 的行，其余交给人工）`}`,
      `方案：${candidateTitle(c.candidate).zh}`,
      `承诺：若真实${name}低于 ${target}，这份证书被签发的概率至多为 ${error}。`,
      `依据：${grouped(c.rows)} 行从未用于训练或选择的数据；${isMeanAccuracy ? "作答" : "计入指标"} ${grouped(c.trials)} 行，正确 ${grouped(c.successes)} 行（${estimate}）；精确下界 ${bound}，双侧区间 ${low} – ${high}。`,
      ...(isFull ? [] : [`自动处理比例：${share}（区间 ${shareLow} – ${shareHigh}）。`]),
      ...(c.escalatedShare > 0 ? [`由较贵方法处理的比例：${percent(c.escalatedShare, "zh")}。`] : []),
    ]
  }
  return [
    `Certified: ${name} of at least ${target}${isFull ? "" : `, with about ${share} of rows automated and the rest left to people`}`,
    `Plan: ${candidateTitle(c.candidate).en}`,
    `Promise: if the true ${name} were below ${target}, the chance of this certificate being issued is at most ${error}.`,
    `Grounds: ${grouped(c.rows)} rows never used for fitting or choosing; ${grouped(c.trials)} ${isMeanAccuracy ? "answered" : "count for the metric"}, ${grouped(c.successes)} right (${estimate}); exact lower bound ${bound}, two-sided interval ${low} – ${high}.`,
    ...(isFull ? [] : [`Automated: ${share} of rows (interval ${shareLow} – ${shareHigh}).`]),
    ...(c.escalatedShare > 0 ? [`Passed on to the dearer rung: ${percent(c.escalatedShare, "en")} of rows.`] : []),
  ]
}

function refusal(r: Refusal, language: Language): string[] {
  const name = metricName(r.metric, language)
  const target = percent(r.target, language)
  const head = language === "zh" ? `未能认证：${name}不低于 ${target}` : `Not certified: ${name} of at least ${target}`
  if (!r.best) return [head, language === "zh" ? "没有可供检验的方案或数据。" : "There was no candidate, or no row, to test."]
  const best = percent(r.best.estimate, language)
  const reach = r.reachableTarget === null ? null : percent(r.reachableTarget, language)
  const part = r.best.coverage < 1 ? percent(r.best.coverage, language) : ""
  const title = r.best.candidate === undefined ? r.best.name : candidateTitle(r.best.candidate)[language]
  const seen = { best, successes: grouped(r.best.successes), trials: grouped(r.best.trials) }
  const lines =
    language === "zh"
      ? [`最好的方案：${title}`, `${name}约 ${best}（${seen.trials} 行中 ${seen.successes} 行正确${part && `，自动处理 ${part} 的行`}）。`]
      : [`Best: ${title}`, `Its ${name} is about ${best} (${seen.successes} of ${seen.trials}${part && `, answering ${part} of rows`}).`]
  return [head, ...lines, ...whatHelps(r, { target, reach }, language)]
}

function whatHelps(r: Refusal, texts: { readonly target: string; readonly reach: string | null }, language: Language): string[] {
  const { target, reach } = texts
  const zh = language === "zh"
  const lines: string[] = []
  if (r.certifyRowsMissing !== null && r.labelsMissing !== null) {
    const [rows, labels] = [grouped(r.certifyRowsMissing), grouped(r.labelsMissing)]
    lines.push(
      zh
        ? `标签不够：再有约 ${rows} 行认证数据（按现有比例切分，共约 ${labels} 个新标签），它有 80% 的机会通过。`
        : `The labels do not suffice: with about ${rows} more certify rows (about ${labels} more labels, split as the present ones) it would pass with a chance of 80 %.`,
    )
  } else {
    lines.push(
      zh
        ? `就目前所知，它并不优于 ${target}：再多认证数据也无济于事，需要更好的方法、更多训练数据或更低的目标。`
        : `As far as is known it is not better than ${target}: more certify rows alone will not help; a better rung, more examples to fit or a lower target may.`,
    )
  }
  if (r.certifyRows < r.fewestRows) {
    lines.push(
      zh
        ? `即使一行不错，此目标也至少需要 ${grouped(r.fewestRows)} 行认证数据，现有 ${grouped(r.certifyRows)} 行。`
        : `Even without a single error this target takes ${grouped(r.fewestRows)} certify rows; there are ${grouped(r.certifyRows)}.`,
    )
  }
  if (reach !== null) lines.push(zh ? `以现有数据量可以要求：不超过 ${reach} 的目标。` : `With as many rows as there are, ask for a target of at most ${reach}.`)
  return lines
}

function sequenceLines(verdict: Certificate | Refusal, language: Language): string[] {
  const zh = language === "zh"
  const head = zh
    ? `检验顺序（在选择数据上事先排定，首次未通过即停止；本次可用出错概率 ${percent(verdict.deltaSpent, "zh")}，第 ${verdict.attempt} 次尝试）：`
    : `Tested in this order, fixed beforehand on the choose rows, until the first failure (error allowed to this attempt ${percent(verdict.deltaSpent, "en")}, attempt ${verdict.attempt}):`
  const results = zh
    ? { passed: "通过", failed: "未通过", "not-tested": "未检验" }
    : { passed: "passed", failed: "failed", "not-tested": "not tested" }
  const line = (tested: TestedCandidate, i: number) => {
    const counts = `${grouped(tested.successes)}/${grouped(tested.trials)}`
    const bound = `${zh ? "下界" : "bound"} ${percent(tested.bound, language)}`
    const detail = tested.result === "not-tested" ? "" : zh ? `，${counts}，${bound}` : `, ${counts}, ${bound}`
    return `  ${i + 1}. ${candidateTitle(tested.candidate)[language]}${zh ? "：" : ": "}${results[tested.result]}${detail}`
  }
  return [head, ...verdict.sequence.map(line)]
}

function restsOn(verdict: Certificate | Refusal, language: Language): string[] {
  const zh = language === "zh"
  const { split } = verdict
  const facts = split
    ? zh
      ? [`数据：共 ${grouped(split.rows)} 行，训练 ${grouped(split.fitRows)}、选择 ${grouped(split.chooseRows)}、认证 ${grouped(split.certifyRows)}；认证部分剔除重复 ${grouped(split.duplicatesSetAside.certify)} 行；${grouped(split.conflicts)} 组相同输入的标签不一致。`]
      : [`Rows: ${grouped(split.rows)} in all; fit ${grouped(split.fitRows)}, choose ${grouped(split.chooseRows)}, certify ${grouped(split.certifyRows)}; ${grouped(split.duplicatesSetAside.certify)} copies set aside from certify; ${grouped(split.conflicts)} inputs with conflicting labels.`]
    : []
  return [...facts, zh ? "前提：" : "This rests on:", ...verdict.assumptions.map((assumption) => `  - ${assumption[language]}`)]
}
