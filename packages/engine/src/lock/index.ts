export { holdLock, lockHolder, tryLock } from "./lock.ts"
export type { Lock } from "./lock.ts"
