export { createModelSources } from "./model-sources.ts"
export type { ModelSources } from "./model-sources.ts"
