/** Embedded models: fetch them by id, open them, and use them as AI SDK models. */
export { catalogue, defaultModels, listModels, locateModel, modelFolder, pullModel } from "./catalogue/index.ts"
export type { InstalledModel, ModelEntry, ModelListing, PullOptions, PullProgress } from "./catalogue/index.ts"
export { createOnnxEmbedder } from "./onnx/index.ts"
export type { OnnxEmbedder, OnnxEmbedderOptions } from "./onnx/index.ts"
export { createRuntime } from "./runtime.ts"
export type { Runtime, RuntimeOptions } from "./runtime.ts"
