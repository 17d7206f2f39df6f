export type { Plan, PlanRunOptions } from "./plan.ts"
