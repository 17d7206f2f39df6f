/** What counted tokens cost, and the most that a call can come to. Pure; one rounding, up. */
import type { Nano } from "@daydream/engine/money"
import type { TokenClass } from "../call/index.ts"
import type { Price, PriceTokens } from "./price.ts"

export const inputClasses = ["input", "cachedInput", "cacheWrite", "imageInput", "audioInput"] as const satisfies
  readonly TokenClass[]
export const outputClasses = ["output", "reasoning", "audioOutput"] as const satisfies readonly TokenClass[]

const million = 1_000_000n

/** What upstreams report is not trusted: no number, or a negative one, counts nothing; a fraction counts as a whole. */
const whole = (tokens: number): bigint =>
  tokens > 0 ? BigInt(Math.min(Math.ceil(tokens), Number.MAX_SAFE_INTEGER)) : 0n

const roundUp = (millionths: bigint): Nano => (millionths + million - 1n) / million
const notNegative = (amount: Nano): Nano => (amount < 0n ? 0n : amount)

/** Nano-units per million tokens of a class: its own price, else that of its side, else nothing. */
function rateOf(price: Price, tokenClass: TokenClass, side: "input" | "output"): Nano {
  return notNegative(price.perMillion[tokenClass] ?? price.perMillion[side] ?? 0n)
}

/** See {@link PriceTokens}. */
export const priceTokens: PriceTokens = (tokens, price) => {
  let millionths = 0n
  for (const tokenClass of inputClasses)
    if (tokens[tokenClass] > 0) millionths += whole(tokens[tokenClass]) * rateOf(price, tokenClass, "input")
  for (const tokenClass of outputClasses)
    if (tokens[tokenClass] > 0) millionths += whole(tokens[tokenClass]) * rateOf(price, tokenClass, "output")
  return roundUp(millionths) + notNegative(price.perRequest ?? 0n)
}

/** How large a call can become. */
export interface CallCaps {
  readonly mostInputTokens: number
  /** Most output tokens of each choice, reasoning included. */
  readonly outputCap: number
  readonly choices: number
}

const dearest = (price: Price, classes: readonly TokenClass[], side: "input" | "output"): Nano => {
  let most = 0n
  for (const tokenClass of classes) {
    const rate = rateOf(price, tokenClass, side)
    if (rate > most) most = rate
  }
  return most
}

/** The most that a call within `caps` can cost: all its tokens of the dearest class of their side. */
export function worstCharge(caps: CallCaps, price: Price): Nano {
  const input = whole(caps.mostInputTokens) * dearest(price, inputClasses, "input")
  const output = whole(caps.outputCap) * whole(caps.choices) * dearest(price, outputClasses, "output")
  return roundUp(input + output) + notNegative(price.perRequest ?? 0n)
}
