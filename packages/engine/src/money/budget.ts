import type { Nano } from "./nano.ts"

/** A held part of a budget: closed by what was really spent, or released. */
export interface Reservation {
  /** Closes the reservation with the actual cost (≤ reserved unless the upstream overran; an overrun is recorded). */
  settle(cost: Nano): void
  /** Closes it with nothing spent. */
  release(): void
}

/** A ceiling of money. Worst cases are reserved before, actual costs settled after, so it holds under concurrency. */
export interface Budget {
  readonly limit: Nano | null
  readonly spent: Nano
  readonly reserved: Nano
  /** Throws `budget_exceeded` where `worstCase` does not fit in what is left. */
  reserve(worstCase: Nano): Reservation
}
