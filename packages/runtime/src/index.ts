/**
 * Embedded models: fetch them by id, open them, and use them as AI SDK models. What loads native code stands apart, in
 * `@daydream/runtime/llama` and `@daydream/runtime/onnx`; a runtime loads it when a model is asked for.
 */
export { catalogue, defaultModels, listModels, locateModel, modelFolder, pullModel } from "./catalogue/index.ts"
export type { InstalledModel, ModelEntry, ModelListing, PullOptions, PullProgress } from "./catalogue/index.ts"
export type { LlamaModel, LlamaModelOptions } from "./llama/index.ts"
export type { OnnxEmbedder, OnnxEmbedderOptions } from "./onnx/index.ts"
export { createRuntime } from "./runtime.ts"
export type { Runtime, RuntimeOptions } from "./runtime.ts"
