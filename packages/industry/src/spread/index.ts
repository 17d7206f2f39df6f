export { runFileSpread } from "./run-file-spread.ts"
export type { SpreadOptions } from "./run-file-spread.ts"
export { runWorker } from "./worker.ts"
export type { WorkerOptions, WorkerPlan } from "./worker.ts"
