export { makeFromWish } from "./make-from-wish.ts"
export type { MakeCommandOptions } from "./make-from-wish.ts"
