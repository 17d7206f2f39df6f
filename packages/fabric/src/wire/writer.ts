/** What writes a stream in one API. */
import type { JsonObject, MeteredTokens } from "../call/index.ts"
import type { Part } from "./part.ts"

/** What a writer knows before the stream begins. */
export interface WriterOptions {
  readonly requestId: string
  /** Seconds since the epoch. */
  readonly created: number
  /** The model's name where the upstream does not say one. */
  readonly model: string
  /** The client's body, which some APIs repeat in their answers. */
  readonly body: JsonObject
}

export interface StreamWriter {
  /** The events that `part` is, in the client's API; empty where it is none. Throws where the API cannot carry it. */
  write(part: Part): string
  /** Learns ids and position from an event of its own API that went through unchanged. */
  adopt(event: JsonObject): void
  /** The end of a complete stream, with its usage where that is known. */
  end(tokens: MeteredTokens | null): string
  /** Tells of a failure. */
  fail(error: unknown): string
}

/** One event with a name, as Responses and Messages have them. */
export const namedEvent = (data: JsonObject & { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
