/** The beginning of a play. */
import type { Language } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import { emptyLoreState } from "../lore/index.ts"
import { startStory } from "../story/index.ts"
import type { Story } from "../story/index.ts"
import { createWorld } from "../world/index.ts"
import type { PlayState } from "./model.ts"

/** How a play begins. */
export interface StartOptions {
  readonly session: string
  /** Equal seeds, inputs and answers of models give equal turns, whatever the session is called. */
  readonly seed: string
  readonly language: Language
  /** What the reader's taste says; unknown dials and settings are left at where the author starts them. */
  readonly dials?: Readonly<Record<string, string>>
}

/** The story that is told in `language`: its own, else the only one. */
export const storyOf = (dream: Dream, language: Language): Story | null =>
  dream.stories[language] ?? Object.values(dream.stories)[0] ?? null

/** The state before the first turn, which takes the input `begin`. */
export function startPlay(dream: Dream, options: StartOptions): PlayState {
  const { session, seed, language, dials = {} } = options
  const story = storyOf(dream, language)
  const set = [...dream.dials.values()].map(({ id, values, starts }) => {
    const wanted = Object.hasOwn(dials, id) ? dials[id] : undefined
    return [id, values.some(({ value }) => value === wanted) ? wanted as string : starts] as const
  })
  return {
    session, seed, language, dials: Object.fromEntries(set), world: createWorld(dream.world),
    story: story === null ? null : startStory(story, { seed }),
    said: {}, taken: {}, scenes: {}, lore: emptyLoreState, addressees: {}, recent: [], turns: 0, ended: null,
  }
}
