/** Relays one stream: whole events only, in the client's API, with an eye on whether it really is an answer. */
import type { Api, CallFacts, Dialect, JsonObject, MeteredTokens } from "../call/index.ts"
import type { AttemptFailure } from "../routing/index.ts"
import { isObject } from "./check.ts"
import { dialectOf } from "./dialect.ts"
import { errorFromFailure } from "./failure.ts"
import { malformed, type Part, type PartReader } from "./part.ts"
import { ChatReader } from "./read-chat.ts"
import { MessagesReader } from "./read-messages.ts"
import { ResponsesReader } from "./read-responses.ts"
import { EventSplitter, type ServerSentEvent } from "./sse.ts"
import { AnswerTracker } from "./tracker.ts"
import type { StreamRelay } from "./wire.ts"
import { ChatWriter } from "./write-chat.ts"
import { MessagesWriter } from "./write-messages.ts"
import { ResponsesWriter } from "./write-responses.ts"
import type { StreamWriter, WriterOptions } from "./writer.ts"

export interface RelayOptions {
  /** Ids of translated answers are made of it. */
  readonly requestId: string
  /** Seconds since the epoch. */
  readonly created: number
}

function readerOf(dialect: Dialect): PartReader {
  switch (dialect) {
    case "anthropic-messages": return new MessagesReader()
    case "openai-responses": return new ResponsesReader()
    default: return new ChatReader()
  }
}

function writerOf(api: Api, options: WriterOptions): StreamWriter {
  switch (api) {
    case "messages": return new MessagesWriter(options)
    case "responses": return new ResponsesWriter(options)
    default: return new ChatWriter(options)
  }
}

/** A relay for `call`, of a stream in `dialect`. */
export function createStreamRelay(call: CallFacts, dialect: Dialect, options: RelayOptions): StreamRelay {
  return new Relay(call, dialect, options)
}

/** The end of a stream that failed before anything of its answer was sent. */
export const errorEvent = (call: CallFacts, error: unknown, options: RelayOptions): Uint8Array =>
  Buffer.from(writerOf(call.api, { ...options, model: call.model, body: call.body }).fail(error))

class Relay implements StreamRelay {
  private readonly call: CallFacts
  private readonly writer: StreamWriter
  private splitter = new EventSplitter()
  private reader: PartReader
  private tracker: AnswerTracker
  private isUnchanged: boolean
  /** Visible text of former attempts. */
  private before = ""
  private hadContent = false
  /** The end mark as it came, kept until the stream is known to be complete. */
  private held: Uint8Array | null = null
  private isContinued = false
  private repeatable = ""
  private hasToldUsage = false
  private readonly hidesUsage: boolean
  private readonly parts: Part[] = []

  constructor(call: CallFacts, dialect: Dialect, options: RelayOptions) {
    this.call = call
    this.isUnchanged = dialect === dialectOf(call.api)
    this.reader = readerOf(dialect)
    this.tracker = new AnswerTracker(askedChoices(call), this.isUnchanged)
    this.writer = writerOf(call.api, { ...options, model: call.model, body: call.body })
    const streamOptions = call.body["stream_options"]
    this.hidesUsage = call.api === "chat" && !(isObject(streamOptions) && streamOptions["include_usage"] === true)
  }

  get facts() {
    return this.tracker.facts
  }

  get partial(): string {
    return this.before + this.tracker.visible
  }

  get hasContent(): boolean {
    return this.hadContent || this.tracker.hasContent
  }

  get isComplete(): boolean {
    return this.tracker.isComplete
  }

  get hasEnded(): boolean {
    return this.tracker.hasEnded
  }

  push(bytes: Uint8Array): Uint8Array | null {
    if (this.tracker.hasEnded) return null
    const events = this.splitter.push(bytes)
    const bytesOut = this.isUnchanged ? this.passOn(events, bytes) : this.translate(events)
    if (this.splitter.isTooLong) this.failAttempt(malformed("The model's server sent an event that is too long."))
    return bytesOut
  }

  private failAttempt(part: Part): void {
    this.tracker.note(part)
  }

  /** Reads one event; true where it is sound. */
  private take(event: ServerSentEvent): boolean {
    this.parts.length = 0
    if (event.data === null) return true
    this.reader.read(event.data, this.parts)
    if (this.repeatable !== "") this.leaveOutRepeated()
    for (const part of this.parts) this.tracker.note(part)
    return !this.tracker.hasFailed
  }

  private passOn(events: readonly ServerSentEvent[], bytes: Uint8Array): Uint8Array | null {
    const out: Uint8Array[] = []
    for (const event of events) {
      if (this.tracker.hasEnded || !this.take(event)) break
      if (this.tracker.hasEnded) this.held = event.raw
      else if (!this.isHidden()) {
        if (this.reader.last !== null && event.data !== null) this.writer.adopt(this.reader.last)
        out.push(event.raw)
      }
    }
    if (out.length === 0) return null
    if (out.length === 1) return out[0]!
    // Most often all events of a chunk go through, and with them the chunk itself.
    const length = out.reduce((sum, raw) => sum + raw.length, 0)
    const isWhole = length === bytes.length && out[0]!.buffer === bytes.buffer
      && out[0]!.byteOffset === bytes.byteOffset
    return isWhole ? bytes : Buffer.concat(out, length)
  }

  /** The usage chunk that we asked for and the client did not. */
  private isHidden(): boolean {
    const event = this.reader.last
    if (event === null || this.call.api !== "chat" || !isObject(event["usage"])) return false
    const isAlone = Array.isArray(event["choices"]) && event["choices"].length === 0
    this.hasToldUsage ||= !this.hidesUsage
    return isAlone && this.hidesUsage
  }

  private translate(events: readonly ServerSentEvent[]): Uint8Array | null {
    let text = ""
    for (const event of events) {
      if (this.tracker.hasEnded) break
      // Comments keep the connection alive.
      if (event.data === null && event.raw[0] === 0x3a) text += ": keep-alive\n\n"
      if (!this.take(event)) break
      for (const part of this.parts) text += this.writePart(part)
    }
    return text === "" ? null : Buffer.from(text)
  }

  /** Takes the white space that the client already has out of the first texts. */
  private leaveOutRepeated(): void {
    this.parts.forEach((part, i) => {
      if (part.type !== "text-delta" || this.repeatable === "") return
      const { text } = part
      let skip = 0
      while (skip < this.repeatable.length && skip < text.length && text[skip] === this.repeatable[skip]) skip++
      this.repeatable = skip === text.length ? this.repeatable.slice(skip) : ""
      this.parts[i] = { ...part, text: text.slice(skip) }
    })
  }

  private writePart(part: Part): string {
    try {
      return this.writer.write(part)
    } catch (thrown) {
      this.failAttempt(thrown as Part)
      return ""
    }
  }

  finish(charged?: MeteredTokens): Uint8Array | null {
    const tokens = (this.isContinued ? charged : undefined) ?? this.tracker.facts.tokens ?? charged ?? null
    if (!this.isUnchanged) return Buffer.from(this.writer.end(tokens))
    if (this.writer instanceof ChatWriter) {
      const usage = this.hasToldUsage ? "" : this.writer.usage(tokens)
      return Buffer.concat([Buffer.from(usage), this.held ?? Buffer.from("data: [DONE]\n\n")])
    }
    return this.held ?? Buffer.from(this.writer.end(tokens))
  }

  fail(failure: AttemptFailure): Uint8Array {
    const afterFirstToken = failure.afterFirstToken || this.hasContent
    return Buffer.from(this.writer.fail(errorFromFailure({ ...failure, afterFirstToken })))
  }

  continueWith(dialect: Dialect): void {
    this.before = this.partial
    this.hadContent = this.hasContent
    this.isContinued = true
    this.isUnchanged = false
    this.held = null
    this.splitter = new EventSplitter()
    this.reader = readerOf(dialect)
    this.tracker = new AnswerTracker(askedChoices(this.call), false)
    // Anthropic takes no white space at the end of what was said so far, so the model may say it again.
    this.repeatable = dialect === "anthropic-messages" ? /\s*$/.exec(this.before)![0] : ""
  }
}

function askedChoices(call: CallFacts): number {
  const n: JsonObject[string] = call.body["n"]
  return call.api === "chat" && typeof n === "number" ? n : 1
}
