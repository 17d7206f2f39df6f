/** The ways in which a dream can be played apart from what a player does: languages, dials, withheld contents. */
import type { Language } from "@daydream/engine/language"
import type { ContentKind, Dream } from "../bundle/index.ts"

export interface Variant {
  readonly language: Language
  readonly dials: Readonly<Record<string, string>>
  readonly withheld: readonly ContentKind[]
}

/** As the author starts it, in every language; each dial at each other setting; and with every kind of content withheld. */
export function variantsOf(dream: Dream): Variant[] {
  const [first = "en"] = dream.languages
  const plain = dream.languages.map((language): Variant => ({ language, dials: {}, withheld: [] }))
  const dialled = [...dream.dials.values()].flatMap(({ id, values, starts }) =>
    values.filter(({ value }) => value !== starts).map(({ value }): Variant => ({ language: first, dials: { [id]: value }, withheld: [] })))
  const strict = dream.contents.length === 0 ? [] : [{ language: first, dials: {}, withheld: dream.contents }]
  return [...plain, ...dialled, ...strict]
}
