export type {
  AttemptFailure, GiveUpReason, Route, Step, Strategy, Target, TargetHealth, Timeouts, TriedAttempt,
} from "./routing.ts"
export { backoffMs, spreadMs } from "./backoff.ts"
export { breakerAfter, breakerSettings, closedBreaker, mayPass } from "./breaker.ts"
export type { BreakerEvent, BreakerSettings, BreakerState } from "./breaker.ts"
export { classifyAttempt, classifyFailure, shedCode, shedFailure } from "./classify.ts"
export type { FailureClass } from "./classify.ts"
export type { Need, PoolAbilities, RoutingContext } from "./context.ts"
export { createHealthBoard } from "./health-board.ts"
export type { BreakerChange, HealthBoard, HealthBoardOptions, OpenAttempt } from "./health-board.ts"
export { canServe, nextStep } from "./next-step.ts"
export { targetKey } from "./target.ts"
