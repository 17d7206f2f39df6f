import type { Localized } from "@daydream/engine/language"

/** Something that a reader of a card should know: what was mended, left out, or chosen. */
export interface Notice {
  readonly code: string
  readonly level: "info" | "warning"
  readonly text: Localized
}

/** Something that a conversion drops, or keeps where other programs do not look. */
export interface Loss {
  /** The field or thing, as the specification names it. */
  readonly what: string
  /** `lost`: gone. `kept_aside`: kept in `extensions`, and put back when converted back here. */
  readonly how: "lost" | "kept_aside"
  readonly text: Localized
}

export const notice = (code: string, level: Notice["level"], en: string, zh: string): Notice => ({
  code,
  level,
  text: { en, zh },
})
export const loss = (what: string, how: Loss["how"], en: string, zh: string): Loss => ({ what, how, text: { en, zh } })
