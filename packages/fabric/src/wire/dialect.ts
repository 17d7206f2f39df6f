/** Which dialect goes with which API. */
import type { Api, Dialect } from "../call/index.ts"

/** The dialect that an API speaks unchanged. */
export function dialectOf(api: Api): Dialect {
  switch (api) {
    case "messages":
    case "count-tokens": return "anthropic-messages"
    case "responses": return "openai-responses"
    case "embeddings": return "openai-embeddings"
    default: return "openai-chat"
  }
}
