export type {
  Adjustment, AttemptClosing, AttemptOpening, AttemptOutcome, Ledger, QuotaState, QuotaTake, RequestClosing,
  RequestOpening, RequestOutcome, UsageGroup, UsageQuery, UsageRow,
} from "./ledger.ts"
export type { BudgetAdministration, BudgetPeriod, BudgetSetting, BudgetState } from "./budget.ts"
