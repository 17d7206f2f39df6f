export { createModelSources } from "./model-sources.ts"
export { createPullReporter } from "./pull-reporter.ts"
export type { ModelSources } from "./model-sources.ts"
