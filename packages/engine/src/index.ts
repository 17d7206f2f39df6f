/** The ground of Daydream. Each folder is one idea and can be imported alone, e.g. `@daydream/engine/function`. */
export * from "./errors/index.ts"
export * from "./function/index.ts"
export * from "./language/index.ts"
export * from "./model/index.ts"
export * from "./money/index.ts"
export * from "./origin/index.ts"
