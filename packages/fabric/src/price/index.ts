export { createPriceBook } from "./price-book.ts"
export { inputClasses, outputClasses, priceTokens, worstCharge } from "./price-tokens.ts"
export type { CallCaps } from "./price-tokens.ts"
export type { DatedPrice, Price, PriceBook, PriceSide, PriceTokens } from "./price.ts"
