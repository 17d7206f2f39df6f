/** One turn of play: what the player meant, what is said, what is so afterwards. */
export type {
  Option, PlayerInput, PlayState, RecordedCall, RefusedText, Route, RouteOther, TraceStep, Turn, TurnOutput,
} from "./model.ts"
export type { ChooseContext, ChoosePort, Distribution, PortOptions, Ports, RecallPort, SayContext, SayNote, SayPort } from "./port.ts"
