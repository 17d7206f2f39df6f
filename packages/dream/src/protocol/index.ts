/** The wire form of play. */
export { protocolVersion } from "./model.ts"
export type { Named, OutputEvent, SessionEvent, SessionState, Suggestion, TextLabel } from "./model.ts"
