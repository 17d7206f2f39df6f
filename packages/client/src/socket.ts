/** A socket that is opened again where it was cut, goes on from the last durable cursor, and plays nothing twice. */
import { DreamClientError } from "./error.ts"
import type { ClientMessage, PlayerInput, ServerMessage, SessionEvent, SessionState } from "./protocol.ts"
import { Seen } from "./seen.ts"
import { pause, protocolVersion } from "./wire.ts"
import type { Wire } from "./wire.ts"

export interface SocketOptions {
  /** The first event that is wanted; where not given, what comes from now on. */
  readonly from?: number
  readonly onStatus?: (status: "connecting" | "open" | "closed") => void
}

/** The session to which the socket belongs. */
interface Owner {
  readonly id: string
  state: SessionState | null
  refresh(): Promise<SessionState>
}

type Asked = Extract<ClientMessage, { type: "play" | "retry" }> & { readonly key: string }

interface Waiting {
  readonly message: ClientMessage
  readonly resolve: (message: ServerMessage) => void
  readonly reject: (error: unknown) => void
  isSent: boolean
}

/** Closed by these, a socket that is opened again would be closed again. */
const finalCodes = [1008, 1009]

export class PlaySocket implements AsyncIterable<SessionEvent> {
  readonly #wire: Wire
  readonly #owner: Owner
  readonly #options: SocketOptions
  readonly #closing = new AbortController()
  readonly #seen = new Seen()
  readonly #events: SessionEvent[] = []
  /** What waits for an answer; before a connection is open, also to be sent. */
  readonly #answers = new Map<string, Waiting>()
  #asked: Asked | null = null
  #cursor: number | undefined
  #socket: WebSocket | null = null
  #failure: unknown = null
  #isOver = false
  #wake: () => void = () => undefined
  #number = 0

  constructor(wire: Wire, owner: Owner, options: SocketOptions) {
    this.#wire = wire
    this.#owner = owner
    this.#options = options
    this.#cursor = options.from
    void this.#run()
  }

  /** What the session sends, until the socket is closed. Throws what the server refuses for good. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SessionEvent, void, undefined> {
    for (;;) {
      const event = this.#events.shift()
      if (event !== undefined) yield event
      else if (this.#failure !== null) throw this.#failure
      else if (this.#isOver) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }

  /** Plays a turn; its events come with the others. Sent again with the same key where the connection was cut. */
  play(input: PlayerInput, options: { readonly key?: string; readonly expects?: number } = {}): void {
    const { key = crypto.randomUUID(), expects } = options
    this.#ask({ type: "play", request: key.slice(0, 64), input, key, ...(expects === undefined ? {} : { expects }) })
  }

  say(text: string, to?: string): void {
    this.play({ kind: "say", text, ...(to === undefined ? {} : { to }) })
  }

  retry(options: { readonly input?: PlayerInput; readonly key?: string } = {}): void {
    const { key = crypto.randomUUID(), input } = options
    this.#ask({ type: "retry", request: key.slice(0, 64), key, ...(input === undefined ? {} : { input }) })
  }

  /** Stops the turn that this player plays; true where there was one. */
  async interrupt(): Promise<boolean> {
    const answer = await this.#answer({ type: "interrupt" })
    return answer.type === "interrupted" && answer.isInterrupted
  }

  /** Resolves when the server answers. */
  async ping(): Promise<void> {
    await this.#answer({ type: "ping" })
  }

  close(): void {
    this.#closing.abort()
    this.#socket?.close(1000)
    this.#end(null)
  }

  #ask(asked: Asked): void {
    this.#asked = asked
    this.#send(asked)
  }

  #answer(message: { readonly type: "interrupt" | "ping" }): Promise<ServerMessage> {
    return new Promise((resolve, reject) => {
      const request = `r${++this.#number}`
      const waiting = { message: { ...message, request }, resolve, reject, isSent: false }
      if (this.#isOver) return reject(this.#failure ?? cut())
      this.#answers.set(request, waiting)
      waiting.isSent = this.#send(waiting.message)
    })
  }

  /** False where no connection is open; a turn that was asked for is sent when there is. */
  #send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== 1) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  #reject(request: string, error: unknown): void {
    this.#answers.get(request)?.reject(error)
    this.#answers.delete(request)
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    for (let attempt = 0; !signal.aborted; attempt++) {
      this.#options.onStatus?.("connecting")
      const { wasOpen, code } = await this.#connectOnce()
      for (const [request, { isSent }] of this.#answers) if (isSent) this.#reject(request, cut())
      if (signal.aborted) break
      if (wasOpen) attempt = 0
      if (finalCodes.includes(code) && wasOpen) return this.#end(cut(`The server closed the socket (${code}).`))
      if (!wasOpen && !(await this.#mayGoOn())) return
      await pause(attempt, this.#wire.options, signal)
    }
    this.#end(null)
  }

  /** Browsers do not say why a socket was refused: the state does. */
  async #mayGoOn(): Promise<boolean> {
    try {
      const state = await this.#owner.refresh()
      // Taken back meanwhile: what was to be resumed is not there.
      if (this.#cursor !== undefined && this.#cursor > state.cursor)
        this.#give({ type: "changed", cursor: null, turn: state.turns, state })
      return true
    } catch (error) {
      if (error instanceof DreamClientError && error.status !== null && error.status < 500 && error.status !== 429) {
        this.#end(error)
        return false
      }
      return true
    }
  }

  #connectOnce(): Promise<{ readonly wasOpen: boolean; readonly code: number }> {
    const { token, player, language, WebSocket: Socket = globalThis.WebSocket } = this.#wire.options
    const path = `/v1/sessions/${encodeURIComponent(this.#owner.id)}/socket`
    const url = this.#wire.url(path, { cursor: this.#cursor?.toString(), player, language }).replace(/^http/, "ws")
    return new Promise((resolve) => {
      const socket = new Socket(url, [`daydream.play.v${protocolVersion}`, `daydream.bearer.${token}`])
      this.#socket = socket
      let wasOpen = false
      socket.addEventListener("open", () => {
        wasOpen = true
        this.#options.onStatus?.("open")
      })
      socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as ServerMessage))
      socket.addEventListener("error", () => undefined)
      socket.addEventListener("close", ({ code }) => {
        if (this.#socket === socket) this.#socket = null
        resolve({ wasOpen, code })
      })
    })
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#owner.state = message.state
        this.#cursor ??= message.state.cursor
        return
      case "resumed":
        this.#cursor = message.cursor
        // Only now, so that what was kept comes before what is played.
        if (this.#asked !== null) this.#send(this.#asked)
        for (const waiting of this.#answers.values()) waiting.isSent ||= this.#send(waiting.message)
        return
      case "state":
      case "interrupted":
      case "pong": {
        const { request } = message
        if (request === undefined) return
        this.#answers.get(request)?.resolve(message)
        this.#answers.delete(request)
        return
      }
      case "error":
        if (message.request !== undefined && this.#answers.has(message.request))
          return this.#reject(message.request, new DreamClientError(message))
        if (message.request === undefined || message.request === this.#asked?.request) this.#asked = null
        return this.#push(message)
      default:
        return this.#give(message)
    }
  }

  #give(event: SessionEvent): void {
    const judgement = this.#seen.judge(event)
    if (event.type === "committed" || event.type === "changed") {
      this.#owner.state = event.state
      this.#cursor = event.state.cursor
      this.#asked = null
      this.#seen.clear()
    }
    if (judgement === "other" && this.#owner.state !== null) {
      // What was given of a turn has not happened: another one stands in its place.
      this.#push({ type: "changed", cursor: null, turn: event.turn, state: this.#owner.state })
    }
    if (judgement !== "again") this.#push(event)
  }

  #push(event: SessionEvent): void {
    this.#events.push(event)
    this.#wake()
  }

  #end(failure: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    for (const request of this.#answers.keys()) this.#reject(request, failure ?? cut())
    this.#options.onStatus?.("closed")
    this.#wake()
  }
}

const cut = (message = "The connection was cut."): DreamClientError =>
  new DreamClientError({ code: "network", message, isRetryable: true })
