import type { PartSize } from "./label.ts"

/** Rows or time after which answers are kept: what a kill can lose at most. */
export const defaultPartSize: PartSize = { rows: 20_000, milliseconds: 5_000 }
