import type { Nano } from "./nano.ts"
import type { Usage } from "./usage.ts"

/** Price of one model's tokens, in nano-units of the list's currency per million tokens. */
export interface TokenPrice {
  readonly inputPerMillion: Nano
  readonly outputPerMillion: Nano
}

/** What counted work costs. Read from a file that the user can edit. */
export interface PriceList {
  /** ISO 4217, e.g. "USD" or "CNY". */
  readonly currency: string
  /** Price of one core-second of local compute. */
  readonly coreSecond: Nano
  /** Operations that one core does in a second: turns counted operations into core-seconds. */
  readonly operationsPerCoreSecond: number
  /** Hosted models by id: priced by token. */
  readonly models: Readonly<Record<string, TokenPrice>>
  /** Embedded models by id: tokens a core reads and writes in a second; priced by core-second. */
  readonly localModels: Readonly<Record<string, { readonly inputTokensPerCoreSecond: number; readonly outputTokensPerCoreSecond: number }>>
}

/** Cost of `usage` under a price list, rounded up once to a whole nano-unit. */
export type PriceOf = (usage: Usage, prices: PriceList) => Nano
