/** Choosers: by the author's words, by meanings, and by a model's answer. */
export { createMeaningChooser, defaultMeaningSettings, routingTexts } from "./meaning-chooser.ts"
export type { MeaningChooser, MeaningChooserOptions, MeaningSettings } from "./meaning-chooser.ts"
export { createAskingChooser, createModelChooser } from "./model-chooser.ts"
export { createWordChooser, defaultWordSettings, likenesses, probabilitiesOf } from "./word-chooser.ts"
export type { WordChooserSettings } from "./word-chooser.ts"
