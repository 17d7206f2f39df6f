/** Dated prices of tokens. Pure. */
import type { Nano } from "@daydream/engine/money"
import type { MeteredTokens, TokenClass } from "../call/index.ts"

/** `charge`: what a tenant pays for a model; `cost`: what a target costs us. */
export type PriceSide = "charge" | "cost"

/** Nano-units per million tokens of each class; a class without a price costs what `input` or `output` costs. */
export interface Price {
  readonly perMillion: Readonly<Partial<Record<TokenClass, Nano>>>
  /** For each request, whatever its tokens. */
  readonly perRequest?: Nano
}

export interface DatedPrice extends Price {
  readonly side: PriceSide
  /** Charge: the model's name as clients say it. Cost: `pool/model`. A trailing `*` stands for any ending. */
  readonly subject: string
  readonly validFrom: Date
}

/** All prices, of one currency. */
export interface PriceBook {
  /** ISO 4217. */
  readonly currency: string
  /** The price in force at `at`: the longest matching subject, of it the newest that is not after `at`. */
  priceAt(side: PriceSide, subject: string, at: Date): Price | undefined
}

/** Cost of `tokens` under `price`, rounded up once to a whole nano-unit; never negative. */
export type PriceTokens = (tokens: MeteredTokens, price: Price) => Nano
