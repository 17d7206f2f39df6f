/** The check of a dream for its author: texts, sheets, stories, and the dream as it is played. */
export { checkDream, linesOf, orderFindings } from "./check-dream.ts"
export type { Coverage, DreamCheck, PlayReport } from "./check-dream.ts"
export type { PlayExploreOptions } from "./explore-play.ts"
