/** A stream of the Responses API, for tests. */
import { createStreamRelay } from "./relay.ts"
import { callOf, chatText, options } from "./streams.test.support.ts"

/** A text as a stream of Responses. The contract tests check its shape against the published description. */
export function responsesOf(words: readonly string[]): string {
  const relay = createStreamRelay(callOf("responses"), "openai-chat", options)
  const bytes = relay.push(Buffer.from(chatText(words)))
  return Buffer.concat([bytes ?? Buffer.alloc(0), relay.finish() ?? Buffer.alloc(0)]).toString()
}
