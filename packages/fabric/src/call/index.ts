export type { Api, CallFacts, Dialect, JsonObject, JsonValue, RequestClass } from "./call.ts"
export { noTokens } from "./tokens.ts"
export type { MeteredTokens, TokenClass } from "./tokens.ts"
