/** The wire form of play. */
export { protocolVersion } from "./model.ts"
export type { Named, OutputEvent, SessionEvent, SessionState, Suggestion, TextLabel } from "./model.ts"
export * as requests from "./request.ts"
export * as answers from "./answer.ts"
export { sessionEvent, sessionState } from "./event.ts"
export { protocolSchemas } from "./registry.ts"
export { playJsonSchema, schemasByName } from "./document.ts"
export type {
  ClientMessage,
  DreamList,
  EventPage,
  Immutable,
  MadePlayer,
  PlayedTurn,
  PlayErrorBody,
  ServerMessage,
} from "./wire.ts"
