/** Choosers: by the author's words, and by a model. */
export { createWordChooser, defaultWordSettings, likenesses, probabilitiesOf } from "./word-chooser.ts"
export type { WordChooserSettings } from "./word-chooser.ts"
