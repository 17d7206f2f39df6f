export { problemsOfScript } from "./gdscript.ts"
export { typescriptOf } from "./typescript.ts"
