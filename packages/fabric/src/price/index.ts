export type { DatedPrice, Price, PriceBook, PriceSide } from "./price.ts"
