export { prefixMarkOf, sharedLength } from "./mark.ts"
export type { PrefixMark } from "./mark.ts"
export { openPrefixStore } from "./store.ts"
export type { PrefixCacheOptions, PrefixKey, PrefixStore } from "./store.ts"
