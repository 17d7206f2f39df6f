export { createOnnxEmbedder } from "./embedder.ts"
export type { OnnxEmbedder, OnnxEmbedderOptions } from "./embedder.ts"
export { errors } from "./errors.ts"
