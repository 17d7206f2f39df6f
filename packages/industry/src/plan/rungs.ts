/** Every rung there is, cheapest first: the order of the ladder. */
import { classicRungs, type Rung } from "../rung/index.ts"
import { languageModelRungs } from "../rung/language-model/index.ts"

export const allRungs: readonly Rung[] = [...classicRungs, ...languageModelRungs]
