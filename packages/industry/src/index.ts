/** From a table and a few labels to a certified AI function: the parts that a program needs first. */
export { compile, savePlan } from "./compile/index.ts"
export type { CompiledFunction, LabelledInput, LibraryOptions, TypedOutcome } from "./compile/index.ts"
export { loadPlan } from "./plan/index.ts"
export type { LoadedPlan, Plan, PlanResources } from "./plan/index.ts"
