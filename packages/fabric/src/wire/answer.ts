/** Reads a whole answer, and translates it where the client speaks another API. */
import type { CallFacts, Dialect, JsonObject } from "../call/index.ts"
import { dialectOf } from "./dialect.ts"
import { readEmbeddings, recoded } from "./embeddings.ts"
import { failureFromBody } from "./failure.ts"
import { malformed, type Part } from "./part.ts"
import { parseObject, readWholeChat } from "./read-chat.ts"
import { readWholeMessage } from "./read-messages.ts"
import { readWholeResponse } from "./read-responses.ts"
import type { RelayOptions } from "./relay.ts"
import { AnswerTracker } from "./tracker.ts"
import { gather, type WholeAnswer } from "./whole.ts"
import type { AnswerFacts } from "./wire.ts"
import { writeWholeChat } from "./write-chat.ts"
import { writeWholeMessage } from "./write-messages.ts"
import { writeWholeResponse } from "./write-responses.ts"
import type { WriterOptions } from "./writer.ts"

const decoder = new TextDecoder()
const empty = new Uint8Array(0)

/**
 * `json` null: not an answer; `facts.failure` says why. Of the same dialect, `bytes` are the upstream's own (but
 * embeddings in another encoding than the client asked for are put into that).
 */
export function translateAnswer(
  call: CallFacts, dialect: Dialect, body: Uint8Array, options: RelayOptions,
): { readonly facts: AnswerFacts; readonly json: JsonObject | null; readonly bytes: Uint8Array } {
  const isSame = dialect === dialectOf(call.api)
  const json = parseObject(decoder.decode(body))
  const parts = json === null ? [malformed("The model's server sent an answer that is not JSON.")]
    : partsOf(dialect, json)
  const tracker = new AnswerTracker(1, isSame)
  for (const part of parts) tracker.note(part)
  const { facts } = tracker
  if (facts.failure !== null || json === null) return { facts, json: null, bytes: empty }
  const other = dialect === "openai-embeddings" ? recoded(call.body, json) : null
  if (other !== null) return { facts, json: other, bytes: Buffer.from(JSON.stringify(other)) }
  if (isSame) return { facts, json, bytes: body }
  const translated = write(call, gather(parts), { ...options, model: call.model, body: call.body })
  return { facts, json: translated, bytes: Buffer.from(JSON.stringify(translated)) }
}

function partsOf(dialect: Dialect, json: JsonObject): Part[] {
  const error = json["error"]
  if (error !== undefined && error !== null) {
    return [{ type: "failure", failure: failureFromBody(json, { afterFirstToken: false }) }]
  }
  switch (dialect) {
    case "anthropic-messages": return readWholeMessage(json)
    case "openai-responses": return readWholeResponse(json)
    case "openai-embeddings": return readEmbeddings(json)
    default: return readWholeChat(json)
  }
}

function write(call: CallFacts, answer: WholeAnswer, options: WriterOptions): JsonObject {
  switch (call.api) {
    case "messages": return writeWholeMessage(answer, options)
    case "responses": return writeWholeResponse(answer, options)
    default: return writeWholeChat(answer, options)
  }
}
