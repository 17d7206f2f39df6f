export { createEmbeddedUpstream, createSdkUpstream } from "./model-upstream.ts"
export type { ModelSource, SdkProvider } from "./model-upstream.ts"
