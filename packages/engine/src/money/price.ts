/** What counted work costs. */
import { moneyErrors } from "./errors.ts"
import type { Nano } from "./nano.ts"
import type { TokenUsage, Usage } from "./usage.ts"

/** Price of one model's tokens, in nano-units of the list's currency per million tokens. */
export interface TokenPrice {
  readonly inputPerMillion: Nano
  /** 0n for an embedding model: it writes no tokens. */
  readonly outputPerMillion: Nano
}

/** How fast one core runs an embedded model. */
export interface LocalSpeed {
  readonly inputTokensPerCoreSecond: number
  /** Embedding models write no tokens: any positive number. */
  readonly outputTokensPerCoreSecond: number
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
  readonly localModels: Readonly<Record<string, LocalSpeed>>
  /** The file that the list was read from; errors about a missing price name it. */
  readonly source?: string
}

/** Cost of `usage` under a price list, rounded up once to a whole nano-unit. */
export type PriceOf = (usage: Usage, prices: PriceList) => Nano

/** A non-negative exact fraction. */
interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

const add = (a: Fraction, b: Fraction): Fraction =>
  a.over === 0n ? b : b.over === 0n ? a
  : a.under === b.under ? { over: a.over + b.over, under: a.under }
  : { over: a.over * b.under + b.over * a.under, under: a.under * b.under }

const NOTHING: Fraction = { over: 0n, under: 1n }
const MILLION = 1_000_000n

// Rates are taken to a thousandth, so that they too are whole numbers.
const count = (value: number): bigint => BigInt(Math.ceil(value))
const work = (amount: number, perCoreSecond: number, coreSecond: Nano): Fraction =>
  amount === 0 ? NOTHING : { over: coreSecond * count(amount) * 1000n, under: count(perCoreSecond * 1000) }

/** Own properties only: a model may be named "constructor". */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const localSpeedOf = (modelId: string, prices: PriceList): LocalSpeed | undefined =>
  own(prices.localModels, modelId) ?? own(prices.localModels, modelId.replace(/^local\//, ""))

function priceOfTokens(tokens: TokenUsage, prices: PriceList): Fraction {
  const hosted = own(prices.models, tokens.modelId)
  if (hosted !== undefined) {
    const over = hosted.inputPerMillion * count(tokens.inputTokens) + hosted.outputPerMillion * count(tokens.outputTokens)
    return { over, under: MILLION }
  }
  const speed = localSpeedOf(tokens.modelId, prices)
  if (speed === undefined) return NOTHING
  return add(
    work(tokens.inputTokens, speed.inputTokensPerCoreSecond, prices.coreSecond),
    work(tokens.outputTokens, speed.outputTokensPerCoreSecond, prices.coreSecond),
  )
}

/**
 * Cost of `usage`: operations and embedded models by core-second, hosted models by token. Exact fractions are summed
 * and rounded up once. Models without a price count as 0; {@link unpricedModels} names them.
 */
export const priceOf: PriceOf = (usage, prices) => {
  let sum = work(usage.operations, prices.operationsPerCoreSecond, prices.coreSecond)
  for (const tokens of usage.tokens) sum = add(sum, priceOfTokens(tokens, prices))
  return (sum.over + sum.under - 1n) / sum.under
}

/** True where the list says what the model costs. */
export const hasPrice = (modelId: string, prices: PriceList): boolean =>
  own(prices.models, modelId) !== undefined || localSpeedOf(modelId, prices) !== undefined

/**
 * True where somebody sends a bill for the model: a hosted price, or none known. Embedded models run on this machine;
 * their core-seconds are counted in costs, but not taken from a money limit.
 */
export const isBilled = (modelId: string, prices: PriceList): boolean =>
  own(prices.models, modelId) !== undefined || localSpeedOf(modelId, prices) === undefined

/** Models of `usage` that the list has no price for: their cost is unknown, and shown as such. */
export const unpricedModels = (usage: Usage, prices: PriceList): readonly string[] =>
  usage.tokens.map((tokens) => tokens.modelId).filter((modelId) => !hasPrice(modelId, prices))

/** Throws `no_price`, which names the file and the field to add. Called where a money limit is set. */
export function requirePrice(modelId: string, prices: PriceList): void {
  if (!hasPrice(modelId, prices)) throw moneyErrors.no_price({ modelId, file: prices.source })
}
