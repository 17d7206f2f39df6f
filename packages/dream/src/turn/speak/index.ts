/** Speaking in a model's words. */
export { brief, isFitFor } from "./prompt.ts"
export type { Briefing } from "./prompt.ts"
export { judge, speak } from "./speak.ts"
