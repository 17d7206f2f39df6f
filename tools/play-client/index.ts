export { typescriptOf } from "./typescript.ts"
export type { JsonSchema } from "./typescript.ts"
