/** The languages in which Daydream speaks to people. */
export const languages = ["en", "zh"] as const

export type Language = (typeof languages)[number]

/** One text in every language of the interface. */
export type Localized = Readonly<Record<Language, string>>
