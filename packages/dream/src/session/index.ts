/** Sessions of play on the store. */
export type {
  OpenSession, Player, Report, SaveSlot, SessionRules, Sessions, SessionSummary, TurnRequest, Verification,
} from "./model.ts"
export { createSessions } from "./sessions.ts"
export type { SessionFacts, SessionsOptions } from "./sessions.ts"
export { dreamSourceOf } from "./versions.ts"
export type { DreamSource } from "./versions.ts"
export { playHash } from "./session-file.ts"
export { forgottenWords } from "./stand-in.ts"
export { timeText } from "./view.ts"
export { migrations as sessionMigrations, schemaName as sessionSchema } from "./schema.ts"
