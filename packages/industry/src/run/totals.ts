/** What a run has counted so far. */
import type { Outcome } from "@daydream/engine/function"
import { priceOf } from "@daydream/engine/money"
import type { Nano, PriceList, TokenUsage } from "@daydream/engine/money"

/** Counts of a run or a part of it; sums, so parts add up to the whole in any order. */
export interface RunTotals {
  readonly rows: number
  readonly answered: number
  readonly review: number
  readonly other: number
  readonly failed: number
  /** Rows by the name of the rung that answered. */
  readonly byRung: Readonly<Record<string, number>>
  readonly cost: Nano
  readonly operations: number
  readonly tokens: readonly TokenUsage[]
}

export const noTotals: RunTotals = {
  rows: 0, answered: 0, review: 0, other: 0, failed: 0, byRung: {}, cost: 0n, operations: 0, tokens: [],
}

/** Adds up outcomes one at a time; `total` gives the sum. */
export class TotalsCounter {
  readonly #statuses = { answered: 0, review: 0, other: 0, failed: 0 }
  readonly #byRung = new Map<string, number>()
  readonly #tokens = new Map<string, { inputTokens: number; outputTokens: number }>()
  #rows = 0
  #cost: Nano = 0n
  #operations = 0

  add(outcome: Pick<Outcome, "status" | "by" | "cost" | "usage">): void {
    this.#rows++
    this.#statuses[outcome.status]++
    this.#byRung.set(outcome.by, (this.#byRung.get(outcome.by) ?? 0) + 1)
    this.#cost += outcome.cost
    this.#operations += outcome.usage.operations
    for (const used of outcome.usage.tokens) this.#addTokens(used)
  }

  addTotals(part: RunTotals): void {
    this.#rows += part.rows
    this.#cost += part.cost
    this.#operations += part.operations
    for (const status of ["answered", "review", "other", "failed"] as const) this.#statuses[status] += part[status]
    for (const [by, rows] of Object.entries(part.byRung)) this.#byRung.set(by, (this.#byRung.get(by) ?? 0) + rows)
    for (const used of part.tokens) this.#addTokens(used)
  }

  get total(): RunTotals {
    return {
      rows: this.#rows,
      ...this.#statuses,
      byRung: Object.fromEntries([...this.#byRung].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      cost: this.#cost,
      operations: this.#operations,
      tokens: [...this.#tokens].map(([modelId, used]) => ({ modelId, ...used })),
    }
  }

  #addTokens(used: TokenUsage): void {
    const sum = this.#tokens.get(used.modelId) ?? { inputTokens: 0, outputTokens: 0 }
    sum.inputTokens += used.inputTokens
    sum.outputTokens += used.outputTokens
    this.#tokens.set(used.modelId, sum)
  }
}

/** With `prices` the cost of all the work together; a row's own cost is rounded up to a nano-unit. */
export const pricedTotals = (totals: RunTotals, prices: PriceList | undefined): RunTotals =>
  prices === undefined ? totals : { ...totals, cost: priceOf(totals, prices) }

/** Totals as JSON holds them: money as a decimal string. */
export type StoredTotals = Omit<RunTotals, "cost"> & { readonly cost: string }

export const storeTotals = (totals: RunTotals): StoredTotals => ({ ...totals, cost: totals.cost.toString() })
export const restoreTotals = (stored: StoredTotals): RunTotals => ({ ...stored, cost: BigInt(stored.cost) })
