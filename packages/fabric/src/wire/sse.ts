/** Splits bytes into whole server-sent events, however they are cut into chunks. */

/** One event as it came. `data`: its data lines joined; null for a comment or an event without data. */
export interface ServerSentEvent {
  readonly raw: Uint8Array
  readonly data: string | null
  readonly name: string | null
}

const LF = 10
const CR = 13
/** Bytes of one event at most. */
export const longestEvent = 8 * 1024 * 1024

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** LF, CRLF and CR end a line, an empty line ends an event (WHATWG HTML, 9.2). Keeps what is not whole yet. */
export class EventSplitter {
  private readonly kept: Uint8Array[] = []
  private keptBytes = 0
  private isLineEmpty = true
  private isAfterCarriageReturn = false
  /** An empty line ended with CR: the event ends here, or after the LF that may follow. */
  private isEnding = false
  private isFirst = true
  /** True from where an event passed {@link longestEvent}; nothing more is taken then. */
  isTooLong = false

  /** The events that are whole now. `raw` of several events in one chunk lie one behind the other in it. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    if (this.isTooLong) return events
    let start = 0
    const end = bytes.length
    let isLineEmpty = this.isLineEmpty
    for (let i = 0; i < end; i++) {
      const byte = bytes[i]!
      if (this.isAfterCarriageReturn) {
        this.isAfterCarriageReturn = false
        if (this.isEnding) {
          this.isEnding = false
          const stop = byte === LF ? i + 1 : i
          events.push(this.cut(bytes, start, stop))
          start = stop
        }
        if (byte === LF) continue
      }
      if (byte > CR) {
        isLineEmpty = false
      } else if (byte === LF) {
        if (isLineEmpty) {
          events.push(this.cut(bytes, start, i + 1))
          start = i + 1
        }
        isLineEmpty = true
      } else if (byte === CR) {
        if (isLineEmpty) this.isEnding = true
        this.isAfterCarriageReturn = true
        isLineEmpty = true
      } else {
        isLineEmpty = false
      }
    }
    this.isLineEmpty = isLineEmpty
    this.keep(bytes, start)
    return events
  }

  private keep(bytes: Uint8Array, start: number): void {
    if (start === bytes.length) return
    // A copy: the caller may use its buffer again.
    this.kept.push(new Uint8Array(bytes.subarray(start)))
    this.keptBytes += bytes.length - start
    if (this.keptBytes > longestEvent) {
      this.isTooLong = true
      this.kept.length = 0
    }
  }

  private cut(bytes: Uint8Array, start: number, stop: number): ServerSentEvent {
    let raw = bytes.subarray(start, stop)
    if (this.kept.length > 0) {
      raw = Buffer.concat([...this.kept, raw])
      this.kept.length = 0
      this.keptBytes = 0
    }
    if (this.isFirst) {
      this.isFirst = false
      if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) raw = raw.subarray(3)
    }
    return readEvent(raw)
  }
}

function readEvent(raw: Uint8Array): ServerSentEvent {
  const text = decoder.decode(raw)
  // By far the most events are one line: `data: …`.
  if (text.startsWith("data: ") && text.endsWith("\n\n") && text.indexOf("\n") === text.length - 2
    && !text.includes("\r")) {
    return { raw, data: text.slice(6, -2), name: null }
  }
  let data: string | null = null
  let name: string | null = null
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":")
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)
    if (field === "data") data = data === null ? value : `${data}\n${value}`
    else if (field === "event") name = value
  }
  return { raw, data, name }
}
