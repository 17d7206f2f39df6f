/** Fabric: authenticate, reserve, route, settle. Each folder is an entrance: `@daydream/fabric/ledger` and so on. */
export type { Api, CallFacts, MeteredTokens } from "./call/index.ts"
export type { Ledger } from "./ledger/index.ts"
