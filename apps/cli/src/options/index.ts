/** Options of commands whose work stands in folders of its own. Light: help loads them. */
export { compileOptions } from "./compile-options.ts"
export type { CompileCommandOptions } from "./compile-options.ts"
export type { StartOptions } from "./start-options.ts"
