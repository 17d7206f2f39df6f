/** Dreams as their authors made them: a folder of world, story, cast, lore and dials. */
export { contentKinds, freedoms, ratings } from "./model.ts"
export type {
  CastLine, CastMember, ContentKind, Dial, Dream, DreamFile, DreamProblem, Freedom, Habit, Rating, Reaction, SceneTrigger, Topic,
} from "./model.ts"
