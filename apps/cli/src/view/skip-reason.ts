/** Why a rung was not measured, in words. */
import type { Localized } from "@daydream/engine/language"
import type { SkipReason } from "@daydream/industry/compile"

export function skipReasonText(reason: SkipReason): Localized {
  switch (reason.kind) {
    case "no-embedder":
      return { en: "no embedding model at hand", zh: "没有可用的嵌入模型" }
    case "no-language-model":
      return { en: "no language model at hand (--model)", zh: "没有可用的语言模型（--model）" }
    case "model-failed":
      return { en: `model failed: ${reason.message}`, zh: `模型出错：${reason.message}` }
    case "too-few-examples":
      return { en: `needs ${reason.needed} labelled rows`, zh: `需要 ${reason.needed} 行已标注数据` }
    case "not-needed":
      return { en: "not needed: a cheaper one suffices", zh: "不需要：更便宜的已足够" }
    case "time":
      return { en: "time limit reached", zh: "已到时间上限" }
    case "money":
      return { en: "would pass the money limit", zh: "会超出费用上限" }
    default:
      return { en: "left out by --rungs", zh: "被 --rungs 排除" }
  }
}
