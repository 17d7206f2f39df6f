export { readPrices } from "./read-prices.ts"
