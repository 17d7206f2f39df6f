/** The label of a text, by its origin. */
import type { Language, Localized } from "@daydream/engine/language"
import type { Origin } from "@daydream/engine/origin"
import type { TextLabel } from "./model.ts"

/** Texts that a model made carry the words that GB 45438-2025 wants: that it is AI, and that it is generated. */
const texts: Readonly<Record<Origin, Localized>> = {
  authored: { en: "Written by the author", zh: "作者撰写" },
  selected: { en: "Written by the author, chosen by AI", zh: "作者撰写，由 AI 选取" },
  reworded: { en: "AI-generated from the author's note", zh: "AI 生成，依据作者要点" },
  generated: { en: "AI-generated", zh: "AI 生成" },
  fallback: { en: "Written by the author", zh: "作者撰写" },
}

/** A model took part in texts of this origin. */
export const isOfModel = (origin: Origin): boolean => origin === "selected" || origin === "reworded" || origin === "generated"

export const labelOf = (origin: Origin, language: Language): TextLabel =>
  ({ isGenerated: isOfModel(origin), text: texts[origin][language] })
