/** Labels of generated texts, for people and for machines. */
import type { Language, Localized } from "@daydream/engine/language"
import type { Origin } from "@daydream/engine/origin"
import type { Dream } from "../bundle/index.ts"

/** A text's label: whether a model wrote it, and what is shown. */
export interface TextLabel {
  readonly isGenerated: boolean
  readonly text: string
}

const labels: Readonly<Record<Origin | "player", Localized>> = {
  player: { en: "your words", zh: "你的话" },
  authored: { en: "written by the author", zh: "作者撰写" },
  selected: { en: "the author's words, chosen by AI", zh: "作者撰写，AI 选用" },
  reworded: { en: "AI-generated from the author's note", zh: "AI 生成（依据作者提示）" },
  generated: { en: "AI-generated", zh: "AI 生成" },
  fallback: { en: "the author's stand-in line", zh: "作者的备用文本" },
}

/** The label of a text. In a dream that was made from a wish, what stands as its author's words is generated too. */
export function labelOf(origin: Origin | "player", language: Language, made: Dream["made"]["by"] = "author"): TextLabel {
  const isModel = origin === "reworded" || origin === "generated"
  if (isModel || origin === "player" || made === "author") return { isGenerated: isModel, text: labels[origin][language] }
  return { isGenerated: true, text: labels.generated[language] }
}

/**
 * The metadata that generated content carries in files and answers, in the form of GB 45438-2025 (China's method of
 * labelling generated content): Label "1" is generated for certain.
 */
export interface GeneratedMetadata {
  readonly AIGC: {
    readonly Label: "1"
    readonly ContentProducer: string
    readonly ProduceID: string
    readonly ReservedCode1: string
    readonly ContentPropagator: string
    readonly PropagateID: string
    readonly ReservedCode2: string
  }
}

/** For content that `producer` (the operator of this service) made as `id`. */
export const generatedMetadata = (producer: string, id: string): GeneratedMetadata => ({
  AIGC: {
    Label: "1",
    ContentProducer: producer,
    ProduceID: id,
    ReservedCode1: "",
    ContentPropagator: producer,
    PropagateID: id,
    ReservedCode2: "",
  },
})
