export type { Estimate, LadderEntry, Measurement } from "./ladder.ts"
export type { CompileEvent, CompileOptions, ModelSource, SkipReason } from "./options.ts"
export { candidateTitle, rungTitle } from "./titles.ts"
