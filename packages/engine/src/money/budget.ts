/** A ceiling of money that holds under concurrency: reserve the worst case first, settle the real cost after. */
import { moneyErrors } from "./errors.ts"
import { formatAmount } from "./nano.ts"
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

/** A budget that also tells by how much settled costs went past their reservations, in sum. */
export interface RecordedBudget extends Budget {
  readonly overrun: Nano
}

const notNegative = (amount: Nano): Nano => {
  if (amount < 0n) throw new RangeError(`A cost cannot be negative: ${amount}`)
  return amount
}

/**
 * A budget in this process. `limit` null: no ceiling, spending is only counted. Reserving is synchronous, so two
 * concurrent calls cannot both take the last coin. Closing a reservation a second time does nothing.
 */
export function createBudget(limit: Nano | null): RecordedBudget {
  let spent = 0n
  let reserved = 0n
  let overrun = 0n
  const close = (worstCase: Nano, cost: Nano) => {
    reserved -= worstCase
    spent += cost
    if (cost > worstCase) overrun += cost - worstCase
  }
  const reserve = (worstCase: Nano): Reservation => {
    notNegative(worstCase)
    if (limit !== null && spent + reserved + worstCase > limit) {
      const left = limit - spent - reserved
      throw moneyErrors.budget_exceeded({
        needed: formatAmount(worstCase), left: formatAmount(left < 0n ? 0n : left), limit: formatAmount(limit),
      })
    }
    reserved += worstCase
    let isOpen = true
    const closeOnce = (cost: Nano) => {
      notNegative(cost)
      if (!isOpen) return
      isOpen = false
      close(worstCase, cost)
    }
    return { settle: closeOnce, release: () => closeOnce(0n) }
  }
  return {
    limit,
    reserve,
    get spent() { return spent },
    get reserved() { return reserved },
    get overrun() { return overrun },
  }
}
