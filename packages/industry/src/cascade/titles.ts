/** What the ways of running a function are called in front of people. */
import type { Localized } from "@daydream/engine/language"
import type { Candidate } from "./candidate.ts"

const rungTitles: Readonly<Record<string, Localized>> = {
  majority: { en: "most frequent class", zh: "最常见的类别" },
  "tfidf-softmax": { en: "words + regression", zh: "词与字符 + 回归" },
  "embedding-knn": { en: "nearest known rows", zh: "最近的已知行" },
  "embedding-softmax": { en: "embedding + regression", zh: "嵌入 + 回归" },
  "joint-softmax": { en: "embedding and words + regression", zh: "嵌入与词 + 回归" },
  "joint-knn": { en: "embedding and words + regression and nearest rows", zh: "嵌入与词 + 回归与最近的行" },
  "llm-zero-shot": { en: "language model", zh: "语言模型" },
  "llm-retrieved": { en: "language model with examples", zh: "语言模型附示例" },
}

/** The title of a rung by its name. */
export const rungTitle = (rung: string): Localized => rungTitles[rung] ?? { en: rung, zh: rung }

const short = (value: number) => value.toFixed(3).replace(/0+$/u, "").replace(/\.$/u, "")

/** What a candidate does, e.g. "words + regression; below 0.83: language model; below 0.6: people". */
export function candidateTitle(candidate: Candidate): Localized {
  const first = rungTitle(candidate.rungs[0])
  const en = [first.en]
  const zh = [first.zh]
  const oracle = candidate.rungs[1]
  if (oracle !== undefined && candidate.escalateBelow !== undefined) {
    en.push(`below ${short(candidate.escalateBelow)}: ${rungTitle(oracle).en}`)
    zh.push(`低于 ${short(candidate.escalateBelow)}：${rungTitle(oracle).zh}`)
  }
  if (candidate.decision !== undefined) {
    en.push(`"${candidate.decision.positive}" from ${short(candidate.decision.threshold)}`)
    zh.push(`达到 ${short(candidate.decision.threshold)} 判为“${candidate.decision.positive}”`)
  }
  if (candidate.reviewBelow !== undefined) {
    en.push(`below ${short(candidate.reviewBelow)}: people`)
    zh.push(`低于 ${short(candidate.reviewBelow)}：交给人`)
  }
  return { en: en.join("; "), zh: zh.join("；") }
}
