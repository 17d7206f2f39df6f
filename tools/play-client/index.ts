export { problemsOfScript } from "./gdscript.ts"
export type { ScriptProblem } from "./gdscript.ts"
export { typescriptOf } from "./typescript.ts"
export type { JsonSchema } from "./typescript.ts"
