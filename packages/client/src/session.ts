/** One session: its turns, its places, its memories. */
import { DreamClientError } from "./error.ts"
import type {
  EventPage,
  Interrupted,
  Invitation,
  MadeReport,
  MemoryChange,
  MemoryList,
  NewReport,
  PlayerInput,
  Recap,
  SaveList,
  SaveSlot,
  SessionEvent,
  SessionState,
  Upgraded,
} from "./protocol.ts"
import { Seen } from "./seen.ts"
import { PlaySocket } from "./socket.ts"
import type { SocketOptions } from "./socket.ts"
import { readEvents } from "./sse.ts"
import { isNetwork, pause } from "./wire.ts"
import type { Ask, Wire } from "./wire.ts"

export interface PlayOptions {
  /** Names the turn: sent again, it is played once. Made where not given. */
  readonly key?: string
  /** Turns that were seen: where the session has moved on, `session_moved` is thrown. */
  readonly expects?: number
  /** Stops the turn: what was not committed has not happened. */
  readonly signal?: AbortSignal
}

/** How often a turn is asked for again where the connection breaks. */
const mostAttempts = 6

export class PlaySession {
  readonly id: string
  /** As it was seen last; null: not asked for yet. */
  state: SessionState | null
  readonly #wire: Wire

  constructor(wire: Wire, id: string, state: SessionState | null) {
    this.#wire = wire
    this.id = id
    this.state = state
  }

  #path(rest = ""): string {
    return `/v1/sessions/${encodeURIComponent(this.id)}${rest}`
  }

  #ask<T>(method: Ask["method"], rest: string, more: Pick<Ask, "body" | "query"> = {}): Promise<T> {
    return this.#wire.json<T>({ method, path: this.#path(rest), ...more })
  }

  async #place(method: Ask["method"], rest: string, body?: unknown): Promise<SessionState> {
    this.state = await this.#ask<SessionState>(method, rest, body === undefined ? {} : { body })
    return this.state
  }

  /**
   * Plays a turn. Ends after `committed`, or after `changed` where nothing came of it. Throws what refuses it, and
   * `error` events.
   */
  play(input: PlayerInput, options: PlayOptions = {}): AsyncGenerator<SessionEvent, void, undefined> {
    const { expects } = options
    return this.#turn("/turns", { input, ...(expects === undefined ? {} : { expects }) }, options)
  }

  /** Plays the opening. */
  begin(options: PlayOptions = {}): AsyncGenerator<SessionEvent, void, undefined> {
    return this.play({ kind: "begin" }, options)
  }

  say(
    text: string,
    options: PlayOptions & { readonly to?: string } = {}
  ): AsyncGenerator<SessionEvent, void, undefined> {
    return this.play({ kind: "say", text, ...(options.to === undefined ? {} : { to: options.to }) }, options)
  }

  /** Takes a suggestion of the state. */
  take(option: string, options: PlayOptions = {}): AsyncGenerator<SessionEvent, void, undefined> {
    return this.play({ kind: "take", option }, options)
  }

  /** Takes the last turn back and plays it again; with `input`, that one in its place. */
  retry(options: PlayOptions & { readonly input?: PlayerInput } = {}): AsyncGenerator<SessionEvent, void, undefined> {
    const { input, expects } = options
    return this.#turn(
      "/retry",
      { ...(input === undefined ? {} : { input }), ...(expects === undefined ? {} : { expects }) },
      options
    )
  }

  async *#turn(rest: string, body: object, options: PlayOptions): AsyncGenerator<SessionEvent, void, undefined> {
    const { signal, key = crypto.randomUUID() } = options
    const seen = new Seen()
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.#wire.send({
          method: "POST",
          path: this.#path(rest),
          body,
          signal,
          headers: { accept: "text/event-stream", "idempotency-key": key },
        })
        for await (const event of readEvents(response)) {
          const judgement = seen.judge(event)
          if (event.type === "error") throw new DreamClientError(event)
          if (judgement === "other") {
            seen.clear()
            seen.judge(event)
            // What was given of this turn has not happened: another one is played in its place.
            yield { type: "changed", cursor: null, turn: event.turn, state: await this.refresh() }
          }
          if (event.type === "committed" || event.type === "changed") this.state = event.state
          if (judgement !== "again") yield event
          if (event.type === "committed" || event.type === "changed") return
        }
        throw new DreamClientError({
          code: "network",
          message: "The stream broke off before the turn was kept.",
          isRetryable: true,
        })
      } catch (error) {
        if (signal?.aborted === true) await this.interrupt().catch(() => undefined)
        if (signal?.aborted === true || !isNetwork(error) || attempt + 1 >= mostAttempts) throw error
        await pause(attempt, this.#wire.options, signal)
      }
    }
  }

  /** Stops the turn that this player plays; true where there was one. */
  async interrupt(): Promise<boolean> {
    return (await this.#ask<Interrupted>("POST", "/interrupt")).isInterrupted
  }

  /** What the player sees now. */
  refresh(): Promise<SessionState> {
    return this.#place("GET", "")
  }

  /** Kept events from a cursor on, oldest first. */
  async *events(from = 0): AsyncGenerator<SessionEvent, void, undefined> {
    for (let cursor = from; ;) {
      const page = await this.#ask<EventPage>("GET", "/events", { query: { from: String(cursor) } })
      yield* page.events
      if (page.events.length === 0 || page.cursor <= cursor) return
      cursor = page.cursor
    }
  }

  /** A socket that resumes by itself: for several players, and for turns without a request each. */
  connect(options: SocketOptions = {}): PlaySocket {
    return new PlaySocket(this.#wire, this, options)
  }

  rewind(turn: number): Promise<SessionState> {
    return this.#place("POST", "/rewind", { turn })
  }

  /** A session of its own from here, or from an earlier turn. */
  async branch(turn?: number): Promise<PlaySession> {
    const state = await this.#ask<SessionState>("POST", "/branches", { body: turn === undefined ? {} : { turn } })
    return new PlaySession(this.#wire, state.session, state)
  }

  async upgrade(): Promise<{ readonly session: PlaySession; readonly lost: readonly string[] }> {
    const { state, lost } = await this.#ask<Upgraded>("POST", "/upgrade")
    return { session: new PlaySession(this.#wire, state.session, state), lost }
  }

  save(name: string): Promise<SaveSlot> {
    return this.#ask("POST", "/saves", { body: { name } })
  }
  async saves(): Promise<SaveList["saves"]> {
    return (await this.#ask<SaveList>("GET", "/saves")).saves
  }
  load(name: string): Promise<SessionState> {
    return this.#place("POST", "/load", { name })
  }

  /** What happened so far, for somebody who comes back. */
  async recap(): Promise<Recap["lines"]> {
    return (await this.#ask<Recap>("GET", "/recap")).lines
  }

  async transcript(format: "text" | "json" = "text"): Promise<string> {
    return (await this.#wire.send({ method: "GET", path: this.#path("/transcript"), query: { format } })).text()
  }

  async memories(holder: string): Promise<MemoryList["memories"]> {
    return (await this.#ask<MemoryList>("GET", "/memories", { query: { holder } })).memories
  }

  /** Pins a memory, or puts it right. */
  changeMemory(id: string, change: MemoryChange): Promise<void> {
    return this.#ask("PATCH", `/memories/${encodeURIComponent(id)}`, { body: change })
  }

  /** Forgets for good; without `holder`, everybody does. */
  forget(id: string, holder?: string): Promise<void> {
    return this.#ask("DELETE", `/memories/${encodeURIComponent(id)}`, { query: { holder } })
  }

  /** Reports a text to the operator, by its cursor. */
  async report(report: NewReport): Promise<string> {
    return (await this.#ask<MadeReport>("POST", "/reports", { body: report })).report
  }

  /** Invites another player; `join` of that player's client takes it. */
  invite(options: { readonly character?: string; readonly minutes?: number } = {}): Promise<Invitation> {
    return this.#ask("POST", "/invitations", { body: options })
  }

  /** The whole session as one file. */
  async export(): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#wire.send({ method: "GET", path: this.#path("/export") })).arrayBuffer())
  }

  remove(): Promise<void> {
    return this.#ask("DELETE", "")
  }
}
