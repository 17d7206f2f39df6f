/** What one player likes, and what it makes of a dream's dials. */
export { learnTaste, positionOf, positionsOf, settingsFor } from "./learn.ts"
export { emptyTaste, standardDials } from "./model.ts"
export type { DialTaste, Taste, TasteEvidence } from "./model.ts"
export { readTaste } from "./read.ts"
export { openTasteStore } from "./taste-store.ts"
export type { TasteStore } from "./taste-store.ts"
export { migrations as tasteMigrations, schemaName as tasteSchema } from "./taste-store.ts"
