/** Sessions that are open in this process: one turn at a time each, and who is to hear of it. */
import type { SessionEvent, SessionState } from "../protocol/index.ts"
import { serviceErrors } from "./errors.ts"
import { RunningTurn } from "./running.ts"

/** What moves a session. */
export type Movement =
  | { readonly kind: "began"; readonly player: string; readonly turn: RunningTurn }
  | { readonly kind: "committed" | "failed" | "changed" | "removed"; readonly player: string }

export type Listener = (movement: Movement) => void

export interface Room {
  readonly running: RunningTurn | null
  /** Begins a turn, or joins the one of the same player and key. Throws `turn_in_progress`. */
  play(player: string, key: string | null, begin: () => AsyncIterable<SessionEvent>): RunningTurn
  /** Runs what may not meet a turn, and tells of it. Throws `turn_in_progress`. */
  change(
    player: string,
    kind: "changed" | "removed",
    work: () => Promise<SessionState | void>
  ): Promise<SessionState | void>
}

export interface Rooms {
  of(session: string): Room
  /** Hears of the session until the returned function is called. */
  listen(session: string, listener: Listener): () => void
  /** Settles when no turn is being played any more. */
  quiet(): Promise<void>
  running(): readonly { readonly session: string; readonly turn: RunningTurn }[]
  /** Takes no more turns and changes: `play_closing`. */
  close(): void
}

class OpenRoom implements Room {
  running: RunningTurn | null = null
  readonly listeners = new Set<Listener>()
  isChanging = false
  readonly #isClosing: () => boolean

  constructor(isClosing: () => boolean) {
    this.#isClosing = isClosing
  }

  #requireRest(): void {
    if (this.#isClosing()) throw serviceErrors.play_closing({})
    if (this.running !== null || this.isChanging) throw serviceErrors.turn_in_progress({})
  }

  tell(movement: Movement): void {
    for (const listener of this.listeners) listener(movement)
  }

  play(player: string, key: string | null, begin: () => AsyncIterable<SessionEvent>): RunningTurn {
    const { running } = this
    if (running !== null && key !== null && running.key === key && running.player === player) return running
    this.#requireRest()
    const turn = new RunningTurn(player, key, begin())
    this.running = turn
    this.tell({ kind: "began", player, turn })
    void this.#leaveAtEnd(turn)
    return turn
  }

  async #leaveAtEnd(turn: RunningTurn): Promise<void> {
    await turn.ended
    this.running = null
    this.tell({ kind: turn.committed === null ? "failed" : "committed", player: turn.player })
  }

  async change(
    player: string,
    kind: "changed" | "removed",
    work: () => Promise<SessionState | void>
  ): Promise<SessionState | void> {
    this.#requireRest()
    this.isChanging = true
    try {
      const state = await work()
      this.tell({ kind, player })
      return state
    } finally {
      this.isChanging = false
    }
  }
}

export function createRooms(): Rooms {
  const rooms = new Map<string, OpenRoom>()
  let isClosing = false
  const open = (session: string): OpenRoom => {
    // What nobody is in needs no room: swept when another is opened.
    if (rooms.size > 1_000)
      for (const [id, room] of rooms)
        if (room.running === null && !room.isChanging && room.listeners.size === 0) rooms.delete(id)
    const room = rooms.get(session) ?? new OpenRoom(() => isClosing)
    rooms.set(session, room)
    return room
  }
  const running = () =>
    [...rooms].flatMap(([session, room]) => (room.running === null ? [] : [{ session, turn: room.running }]))
  return {
    of: open,
    listen: (session, listener) => {
      const room = open(session)
      room.listeners.add(listener)
      return () => void room.listeners.delete(listener)
    },
    running,
    quiet: async () => void (await Promise.all(running().map(({ turn }) => turn.ended))),
    close: () => {
      isClosing = true
    },
  }
}
