export type { ClaimOptions } from "./claim.ts"
export { openStore } from "./store.ts"
export type { Store, StoreOptions } from "./store.ts"
export type { Migration } from "./migrate.ts"
