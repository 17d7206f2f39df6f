import type { Language } from "@daydream/engine/language"

/** Of Accept-Language: Chinese where the client prefers it to English. */
export function languageOf(accepted: string | undefined): Language {
  const wanted = (accepted ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...settings] = part.trim().toLowerCase().split(";")
      const weight = Number(
        settings
          .find((one) => one.trim().startsWith("q="))
          ?.trim()
          .slice(2) ?? "1"
      )
      return { language: tag.split("-")[0], weight: Number.isFinite(weight) ? weight : 0 }
    })
  const best = (language: Language) =>
    Math.max(0, ...wanted.filter((one) => one.language === language).map((one) => one.weight))
  return best("zh") > best("en") ? "zh" : "en"
}
