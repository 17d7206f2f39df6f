export { canonicalReference, createModelSources } from "./model-sources.ts"
export type { ModelSources, ModelSourcesOptions } from "./model-sources.ts"
export { createPullReporter } from "./pull-reporter.ts"
