/** Finding out by rule what a player means. */
export { findAddressee } from "./addressee.ts"
export type { Addressee } from "./addressee.ts"
export { readOrdinal, readYesNo } from "./answers.ts"
export { findNamed, findPatterned } from "./exact.ts"
export { asksForNature } from "./nature.ts"
export { isInjection, isOffWorld } from "./off-world.ts"
export { applyRules } from "./rules.ts"
export type { RuleContext, RuleFinding } from "./rules.ts"
