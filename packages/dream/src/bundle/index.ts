/** Dreams as their authors made them: a folder of world, story, cast, lore and dials. */
export { contentKinds, freedoms, ratings } from "./model.ts"
export type {
  CastLine, CastMember, ContentKind, Dial, Dream, DreamFile, DreamProblem, Freedom, Habit, Rating, Reaction, SceneTrigger, Topic,
} from "./model.ts"
export { parseDream, requireDream } from "./parse.ts"
export type { ParsedDream } from "./parse.ts"
export { hashFiles } from "./files.ts"
export { readDreamFolder } from "./folder.ts"
export { openDreamLibrary, shippedDreams } from "./library.ts"
export type { DreamLibrary, DreamListing } from "./library.ts"
export { bundleErrors, describeDreamProblems } from "./errors.ts"
export { characterJsonSchema, dreamJsonSchema } from "./document.ts"
export { placeInFiles } from "./places.ts"
export type { AuthoredPlace } from "./places.ts"
export { foreignWords, problemOfFinding } from "./read-stories.ts"
export { dreamTemplate } from "./template.ts"
