export type {
  AttemptFailure, Route, Step, Strategy, Target, TargetHealth, Timeouts, TriedAttempt,
} from "./routing.ts"
