/** Who plays, what they may meet, and what the law wants them to be told. */
export { ageBands } from "./model.ts"
export type { AgeBand, Allowance, Limits } from "./model.ts"
export { allowanceOf, allowanceOfAll, dialsFor, isWithheld } from "./allowance.ts"
export { crisisHelp, isCrisis } from "./crisis.ts"
export { generatedMetadata, labelOf } from "./label.ts"
export type { GeneratedMetadata, TextLabel } from "./label.ts"
export { closedNotice, generatedNotice, natureNotice, reminderEvery, reminderNotice, remindersUntil } from "./notice.ts"
