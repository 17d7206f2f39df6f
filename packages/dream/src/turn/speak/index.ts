/** Speaking in a model's words. */
export { createModelSpeaker, speakPrompt } from "./model-speaker.ts"
export type { ModelSpeakerOptions } from "./model-speaker.ts"
export { brief, isFitFor } from "./prompt.ts"
export type { Briefing } from "./prompt.ts"
export { judge, speak } from "./speak.ts"
