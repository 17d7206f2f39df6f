export { UpstreamFault } from "./fault.ts"
export type { Upstream, UpstreamRequest, UpstreamResponse } from "./upstream.ts"
