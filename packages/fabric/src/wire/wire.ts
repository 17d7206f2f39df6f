/** The interfaces as text: reading calls, writing answers, translating between them. Pure. */
import type { Api, CallFacts, Dialect, JsonObject, MeteredTokens } from "../call/index.ts"
import type { AttemptFailure } from "../routing/index.ts"

/** Reads a request body. Throws `bad_request` (facts: param) and the like; `errorBody` makes each API's own shape. */
export type ParseCall = (api: Api, body: unknown) => CallFacts

/** Makes the body for one attempt. */
export interface Encode {
  (call: CallFacts, target: {
    readonly dialect: Dialect
    readonly model: string
    /** Sent upstream, so that the reservation holds. */
    readonly outputCap: number
    /** Said so far by an attempt that broke; the target goes on from here. */
    readonly partial?: string
  }): string
}

/** What an answer says of itself. */
export interface AnswerFacts {
  readonly id: string | null
  readonly model: string | null
  readonly finishReason: string | null
  /** Null where the upstream did not report. */
  readonly tokens: MeteredTokens | null
  /** Text, reasoning and tool arguments of all choices: for estimates and for going on after a cut. */
  readonly text: string
  /** True where tool calls or several choices make going on impossible. */
  readonly isPlainText: boolean
  /** Failure that the upstream told inside a 200: an error event or body, a content filter. */
  readonly failure: AttemptFailure | null
  /** What in the upstream's report of tokens cannot be true (it was clamped, or left out), where something is. */
  readonly usageDoubt?: string
}

/** A whole answer, read and translated for the client's API. `json` null: not an answer; `facts.failure` says why. */
export type TranslateAnswer = (
  call: CallFacts, dialect: Dialect, body: Uint8Array,
  /** Ids of a translated answer are made of `requestId`; `created` in seconds since the epoch. */
  options: { readonly requestId: string; readonly created: number },
) =>
  { readonly facts: AnswerFacts; readonly json: JsonObject | null; readonly bytes: Uint8Array }

/**
 * Relays one stream. `push` takes bytes as they come and gives the bytes for the client: whole events only, in the
 * client's API; nothing of a malformed or cut event. Bytes of the same dialect go through unchanged where they can.
 */
export interface StreamRelay {
  push(bytes: Uint8Array): Uint8Array | null
  /** Facts so far, of the attempt under way alone. */
  readonly facts: AnswerFacts
  /** The visible text that the client has got over all attempts: what `Encode` takes as `partial`. */
  readonly partial: string
  /** True from the first event that carries content. */
  readonly hasContent: boolean
  /** The answer ended as its dialect says it must: a finish reason, and the final event where there is one. */
  readonly isComplete: boolean
  /** The dialect's end mark came, or a failure: nothing that may still come counts, so the upstream can be let go. */
  readonly hasEnded: boolean
  /**
   * Last bytes of a complete stream (final usage, end mark), where the client's API wants them. `charged`: told to the
   * client as its usage where the upstream told none, or where the stream is made of several attempts.
   */
  finish(charged?: MeteredTokens): Uint8Array | null
  /** Bytes that tell of a failure in the middle of a stream; it then ends, without the end mark of a success. */
  fail(failure: AttemptFailure): Uint8Array
  /** Goes on with the stream of another attempt: its opening events are left out, ids stay. */
  continueWith(dialect: Dialect): void
}
