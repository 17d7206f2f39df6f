/** How a reader's taste colours a dream that is made from a wish. */
import type { Language } from "@daydream/engine/language"
import type { ContentKind } from "../bundle/index.ts"
import type { Taste } from "../taste/index.ts"

export interface Colour {
  /** A word or two. */
  readonly tone: string | null
  /** No text with words of these kinds is taken. */
  readonly without?: readonly ContentKind[]
}

/** Tones from one end of the standard dial `tone` (0: bright) to the other (1: dark); null: as the wish has it. */
const tones: readonly (Readonly<Record<Language, string>> | null)[] = [
  { en: "warm, light and cheerful", zh: "温暖、轻快" },
  { en: "gentle and friendly", zh: "温和、亲切" },
  null,
  { en: "quiet and a little melancholy", zh: "安静、略带忧伤" },
  { en: "dark and grave", zh: "阴沉、凝重" },
]

/** The tone that a taste asks for; null where it says nothing, or stands in the middle. */
export function toneOf({ dials }: Taste, language: Language): string | null {
  const tone = Object.hasOwn(dials, "tone") ? dials["tone"] : undefined
  if (tone === undefined || tone.weight <= 0) return null
  return tones[Math.min(tones.length - 1, Math.floor(tone.position * tones.length))]?.[language] ?? null
}

/** What a taste says of a dream to be made. A tone that was asked for goes before that of the taste. */
export const colourOf = (taste: Taste, language: Language, tone?: string): Colour =>
  ({ tone: tone ?? toneOf(taste, language), without: taste.without })
