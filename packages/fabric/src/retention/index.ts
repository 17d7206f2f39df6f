export { startKeeper } from "./keeper.ts"
export type { Keeper, KeeperOptions } from "./keeper.ts"
export { removeOld } from "./remove-old.ts"
export type { Removed, RemovingOptions } from "./remove-old.ts"
