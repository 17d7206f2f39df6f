export { DaydreamError, defineErrors, describeError, isDaydreamError } from "./daydream-error.ts"
export type { ErrorFacts, ErrorText } from "./daydream-error.ts"
