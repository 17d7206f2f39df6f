/** Where in the author's files the parts of a dream stand; kept apart, so that a dream shows as plain data. */
import type { Dream } from "./model.ts"

export interface AuthoredPlace {
  readonly file: string
  /** From 1; 0 where the whole file is meant. */
  readonly line: number
  readonly column: number
}

/** By what stands there: `character:<id>`, `topic:<character>/<topic>`, `line:<character>/<line>`, `scene:<id>` … */
export type AuthoredPlaces = Map<string, AuthoredPlace>

const kept = new WeakMap<Dream, AuthoredPlaces>()

/** Joins a dream with the places of its parts. */
export function attachPlaces(dream: Dream, places: AuthoredPlaces): Dream {
  kept.set(dream, places)
  return dream
}

/**
 * Where the part stands: `dream`, `character:<id>`, `topic:<character>/<topic>`, `reaction:<character>/<id>`,
 * `line:<character>/<line>`, `list:<character>/<unclear | off_world | nature | voice>`, `scene:<id>`, `dial:<id>`; for
 * what is not known, `dream.yaml`.
 */
export const placeInFiles = (dream: Dream, part: string): AuthoredPlace =>
  kept.get(dream)?.get(part) ?? { file: "dream.yaml", line: 0, column: 0 }
