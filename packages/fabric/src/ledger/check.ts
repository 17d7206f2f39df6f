/** What callers hand in is checked before it joins a batch: one bad number must not spoil the others. */
import type { Nano } from "@daydream/engine/money"
import type { MeteredTokens } from "../call/index.ts"

/** Largest amount of one entry: nine million units of money. Sums of many stay within 64 bits. */
const mostNano = BigInt(Number.MAX_SAFE_INTEGER)
const mostTokens = 2_147_483_647
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const checkId = (id: string): string => {
  if (!uuid.test(id)) throw new RangeError(`Not a UUID: ${JSON.stringify(id).slice(0, 60)}`)
  return id
}

export const checkAmount = (amount: Nano): Nano => {
  if (amount < 0n || amount > mostNano) throw new RangeError(`An amount of the ledger must be between 0 and ${mostNano}: ${amount}`)
  return amount
}

export const checkChange = (amount: Nano): Nano => {
  if (amount < -mostNano || amount > mostNano) throw new RangeError(`A change must be between ${-mostNano} and ${mostNano}: ${amount}`)
  return amount
}

export const checkCount = (count: number): number => {
  if (!Number.isFinite(count) || count < 0) throw new RangeError(`A count must be a number, zero or more: ${count}`)
  return Math.min(Math.ceil(count), Number.MAX_SAFE_INTEGER)
}

/** A number that is only shown (milliseconds, joules); what is none is left out. */
export const shown = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? value : null

const stored = (tokens: number) => (tokens > 0 ? Math.min(Math.ceil(tokens), mostTokens) : 0)

/** Appends the eight classes in the order of the tables. */
export const pushTokens = (list: number[], tokens: MeteredTokens): void => {
  list.push(
    stored(tokens.input), stored(tokens.cachedInput), stored(tokens.cacheWrite), stored(tokens.imageInput),
    stored(tokens.audioInput), stored(tokens.output), stored(tokens.reasoning), stored(tokens.audioOutput),
  )
}

/** What an upstream says of itself is kept, but not at any length. */
export const clipped = (text: string | undefined): string | null => text?.slice(0, 200) ?? null
