/** Sessions of play on the store. */
export type { OpenSession, Player, SaveSlot, SessionRules, Sessions, SessionSummary, TurnRequest } from "./model.ts"
