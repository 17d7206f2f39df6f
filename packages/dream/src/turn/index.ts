/** One turn of play: what the player meant, what is said, what is so afterwards. */
export type {
  Option, PlayerInput, PlayState, RecentLine, RecordedCall, RefusedText, Route, RouteOther, TraceStep, Turn, TurnOutput,
} from "./model.ts"
export type { ChooseContext, ChoosePort, Distribution, PortOptions, Ports, RecallPort, SayContext, SayNote, SayPort } from "./port.ts"
export { applyTurn } from "./apply-turn.ts"
export { audienceOf } from "./draft.ts"
export {
  createAskingChooser, createMeaningChooser, createModelChooser, createWordChooser, defaultMeaningSettings, defaultWordSettings, routingTexts,
} from "./choose/index.ts"
export type { MeaningChooser, MeaningChooserOptions, MeaningSettings, WordChooserSettings } from "./choose/index.ts"
export { createModelSpeaker, speakPrompt } from "./speak/index.ts"
export type { ModelSpeakerOptions } from "./speak/index.ts"
export { canContinue, optionsOf } from "./options.ts"
export { replayPorts } from "./recording.ts"
export { startPlay, storyOf } from "./start-play.ts"
export type { StartOptions } from "./start-play.ts"
export { playTurn, takeTurn } from "./take-turn.ts"
export type { TakeTurnOptions } from "./take-turn.ts"
