/** What the gateway knows of one call, whichever interface it came through. */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined
}

/** The interface that a client speaks to us. */
export type Api = "chat" | "responses" | "embeddings" | "messages" | "count-tokens" | "function"

/** The interface that we speak to an upstream. */
export type Dialect = "openai-chat" | "openai-responses" | "openai-embeddings" | "anthropic-messages"

/** Interactive calls go first; batch calls take what is left. */
export type RequestClass = "interactive" | "batch"

/** Facts of a call that was read and found well-formed. Unknown fields of the body are kept. */
export interface CallFacts {
  readonly api: Api
  /** The model as the client named it: a route, `pool/model`, or `function/name`. */
  readonly model: string
  readonly body: JsonObject
  readonly isStream: boolean
  /** Most input tokens that this body can be, whatever the tokenizer: its text in bytes, plus the template's share. */
  readonly mostInputTokens: number
  /** Most output tokens that the client allows for each choice; null where it does not say. */
  readonly outputCap: number | null
  /** Answers asked for (`n`). */
  readonly choices: number
  /** Equal for calls that share their long beginning (system text, tools, first messages): for prefix affinity. */
  readonly prefixKey: string
  readonly requestClass: RequestClass
  /** What the call needs of a target. */
  readonly needs: { readonly tools: boolean; readonly structured: boolean; readonly images: boolean; readonly audio: boolean }
}
