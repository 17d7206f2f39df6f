export type {
  Adjustment, AttemptClosing, AttemptOpening, AttemptOutcome, Ledger, QuotaState, QuotaTake, RequestClosing,
  RequestOpening, RequestOutcome, UsageGroup, UsageQuery, UsageRow,
} from "./ledger.ts"
export type { BudgetAdministration, BudgetPeriod, BudgetSetting, BudgetState } from "./budget.ts"
export { createLedger } from "./create-ledger.ts"
export type { LedgerOptions } from "./create-ledger.ts"
export type { BudgetAlert } from "./close.ts"
export { errors as ledgerErrors } from "./errors.ts"
export { recoverExpired } from "./lease.ts"
export type { Recovery } from "./lease.ts"
export { createBudgetAdministration } from "./budgets.ts"
export { queryUsage } from "./usage.ts"
export { timeOrderedId } from "./id.ts"
export type {
  AdjustmentEntry, AttemptEntry, EntryPage, EntryPlace, EntryQuery, EntryStatus, LedgerEntry, WholeEntry,
} from "./entry.ts"
export { readEntry, searchEntries } from "./read-entries.ts"
export { adjustEntry } from "./adjust-entry.ts"
export { migrations as ledgerMigrations, schemaName as ledgerSchema } from "./migrations.ts"
