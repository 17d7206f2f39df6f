/** Ceilings of money of tenants, by period. */
import type { Nano } from "@daydream/engine/money"

export type BudgetPeriod = "day" | "month" | "total"

export interface BudgetSetting {
  readonly tenant: string
  readonly limit: Nano
  readonly period: BudgetPeriod
  /** Shares of the limit at which an alert is recorded and sent, for example [0.5, 0.8, 1]. */
  readonly alertsAt: readonly number[]
}

export interface BudgetState extends BudgetSetting {
  readonly spent: Nano
  readonly reserved: Nano
  /** Null for `total`. */
  readonly resetsAt: Date | null
}

/** Administration of money: limits, prepaid credit, alerts, usage. Prepaid tenants can spend no more than their credit. */
export interface BudgetAdministration {
  setBudget(setting: BudgetSetting): Promise<void>
  /** Many at once: the ledger stands still for one statement, not for each of them. */
  setBudgets(settings: readonly BudgetSetting[]): Promise<void>
  removeBudget(tenant: string, period: BudgetPeriod): Promise<void>
  budgets(tenant: string): Promise<readonly BudgetState[]>
  /** Adds prepaid credit (negative: takes back, never below zero); gives the balance. `id` makes it happen once. */
  addCredit(credit: { readonly tenant: string; readonly amount: Nano; readonly id: string; readonly note: string }): Promise<Nano>
  balance(tenant: string): Promise<Nano>
  /** Prepaid: the tenant and all below it can spend no more than its credit. Postpaid (the default): credit is not touched. */
  setBilling(tenant: string, billing: "prepaid" | "postpaid"): Promise<void>
}
