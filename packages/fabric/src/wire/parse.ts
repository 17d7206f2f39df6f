/** Reads a call of any API: strict about what the service relies on, everything else is kept as it is. */
import type { Api, CallFacts } from "../call/index.ts"
import { isObject, refuse } from "./check.ts"
import { parseChat } from "./parse-chat.ts"
import { parseEmbeddings } from "./parse-embeddings.ts"
import { parseMessages } from "./parse-messages.ts"
import { parseResponses } from "./parse-responses.ts"
import { worstCase, type WorstCase } from "./weigh.ts"

/**
 * Facts of a call. Throws `bad_request`, whose facts name the parameter. `worst`: what images and the like may count at
 * most.
 */
export function parseCall(api: Api, body: unknown, worst: WorstCase = worstCase): CallFacts {
  if (!isObject(body)) refuse(null, "The body must be a JSON object.", "请求正文必须是 JSON 对象。")
  if (api === "function") return refuse(null, "AI functions are not read here.", "AI 函数不在此读取。")
  switch (api) {
    case "chat": return parseChat(body, worst)
    case "responses": return parseResponses(body, worst)
    case "embeddings": return parseEmbeddings(body, worst)
    default: return parseMessages(api, body, worst)
  }
}
