export { errors } from "./errors.ts"
export { createLlamaModel } from "./model.ts"
export type { LlamaModel, LlamaModelOptions } from "./model.ts"
