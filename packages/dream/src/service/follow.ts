/** What one player hears of a session: what was kept from a cursor on, then its turns as they are played. */
import type { Language } from "@daydream/engine/language"
import type { SessionEvent } from "../protocol/index.ts"
import type { Sessions } from "../session/index.ts"
import { serviceErrors } from "./errors.ts"
import { errorEvent } from "./outward.ts"
import type { Movement, Rooms } from "./room.ts"

export interface Following {
  readonly session: string
  /** As sessions name it. */
  readonly player: string
  /** The first event to be sent; undefined: only what comes. */
  readonly from?: number
  readonly language: Language
  readonly signal: AbortSignal
  /** Milliseconds between two looks for what another process played. */
  readonly lookMs: number
}

/** `resumed`: all that was kept has been sent; `state` of an own turn comes live. */
export type Heard = SessionEvent | { readonly type: "resumed"; readonly cursor: number }

/** Movements in order, one at a time. */
class Inbox {
  readonly #movements: Movement[] = []
  #wake: () => void = () => undefined
  readonly push = (movement: Movement): void => {
    this.#movements.push(movement)
    this.#wake()
  }

  next(): Movement | undefined {
    return this.#movements.shift()
  }

  has(turn: object): boolean {
    return this.#movements.some((one) => one.kind === "began" && one.turn === turn)
  }

  /** True when time is up and nothing came; false as soon as something comes, or the signal aborts. */
  async isQuietFor(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (this.#movements.length > 0 || signal.aborted) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const stop = () => resolve(false)
    const timer = setTimeout(() => resolve(true), milliseconds)
    signal.addEventListener("abort", stop)
    this.#wake = stop
    const isQuiet = await promise
    clearTimeout(timer)
    signal.removeEventListener("abort", stop)
    return isQuiet
  }
}

/** Throws `session_unknown` and the like, and `cursor_gone` where the session was taken back before `from`. */
export async function* follow(
  sessions: Sessions,
  rooms: Rooms,
  following: Following
): AsyncGenerator<Heard, void, undefined> {
  const { session, player, signal } = following
  const inbox = new Inbox()
  const stop = rooms.listen(session, inbox.push)
  try {
    const state = await sessions.state(session, player)
    const from = following.from ?? state.cursor
    if (from > state.cursor) throw serviceErrors.cursor_gone({ cursor: from, latest: state.cursor })
    const place = { position: from, turns: state.turns }
    for await (const event of sessions.events(session, player, from)) yield event
    place.position = Math.max(from, state.cursor)
    yield { type: "resumed", cursor: place.position }
    const { running } = rooms.of(session)
    if (running !== null && !inbox.has(running)) inbox.push({ kind: "began", player: running.player, turn: running })
    while (!signal.aborted) {
      const movement = inbox.next()
      if (movement !== undefined) yield* hear(movement, sessions, following, place)
      else {
        // Nothing came in this process: another one may have played.
        if (await inbox.isQuietFor(following.lookMs, signal)) yield* catchUp(sessions, following, place)
      }
    }
  } finally {
    stop()
  }
}

interface Place {
  position: number
  turns: number
}

async function* hear(
  movement: Movement,
  sessions: Sessions,
  following: Following,
  place: Place
): AsyncGenerator<Heard, void, undefined> {
  const { session, player } = following
  const isOwn = movement.player === player
  if (movement.kind === "began" && isOwn) yield* live(movement, following, place)
  else if (movement.kind === "began")
    yield { type: "turn", cursor: null, turn: place.turns, player: movement.player, text: null }
  else if (movement.kind === "committed") yield* catchUp(sessions, following, place)
  else if (movement.kind !== "failed" || !isOwn) {
    // Of a session that was removed, asking throws what a client is told.
    const state = await sessions.state(session, player)
    Object.assign(place, { position: state.cursor, turns: state.turns })
    yield { type: "changed", cursor: null, turn: state.turns, state }
  }
}

/** An own turn, as it is played. */
async function* live(
  { turn }: Extract<Movement, { kind: "began" }>,
  { language }: Following,
  place: Place
): AsyncGenerator<Heard, void, undefined> {
  try {
    for await (const event of turn.follow()) {
      if (event.type === "committed") Object.assign(place, { position: event.state.cursor, turns: event.state.turns })
      yield event
    }
  } catch (error) {
    yield errorEvent(error, { language, turn: place.turns })
  }
}

/** What others played since. */
async function* catchUp(
  sessions: Sessions,
  { session, player }: Following,
  place: Place
): AsyncGenerator<Heard, void, undefined> {
  const state = await sessions.state(session, player)
  if (state.cursor === place.position && state.turns === place.turns) return
  const isBack = state.cursor < place.position || state.turns < place.turns
  if (!isBack) for await (const event of sessions.events(session, player, place.position)) yield event
  Object.assign(place, { position: state.cursor, turns: state.turns })
  yield isBack
    ? { type: "changed", cursor: null, turn: state.turns, state }
    : { type: "committed", cursor: null, turn: Math.max(0, state.turns - 1), turns: state.turns, state }
}
