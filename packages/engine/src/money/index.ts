export type { Budget, Reservation } from "./budget.ts"
export type { Nano } from "./nano.ts"
export type { PriceList, TokenPrice } from "./price.ts"
export type { TokenUsage, Usage } from "./usage.ts"
