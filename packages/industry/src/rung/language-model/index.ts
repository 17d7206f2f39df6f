/** The rungs that ask a language model. */
import type { Rung } from "../rung.ts"
import { retrieved } from "./retrieved.ts"
import { zeroShot } from "./zero-shot.ts"

export { languageModelErrors } from "./errors.ts"

/** Zero-shot, then with retrieved examples: cheaper first. */
export const languageModelRungs: readonly Rung[] = [zeroShot, retrieved]
