/** Worlds, inputs and events by chance, for tests of whatever stands on a world. Not published. */
export { randomEvent, randomInput } from "./random-input.ts"
export { randomUtterance } from "./random-utterance.ts"
export { randomWorldFile } from "./random-world-file.ts"
