/** Who plays, what they may meet, and what the law wants them to be told. */
export type { AgeBand, Allowance, Limits } from "./model.ts"
