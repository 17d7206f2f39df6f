/** Turns as this service runs them: each stream ends with `committed`, `error`, or, where nothing came of the turn, the state as it was. */
import type { SessionEvent } from "../protocol/index.ts"
import type { Sessions, TurnRequest } from "../session/index.ts"
import type { Caller } from "./caller.ts"
import type { Service } from "./endpoint.ts"
import type { RunningTurn } from "./running.ts"

async function* toItsEnd(events: AsyncIterable<SessionEvent>, stateNow: () => ReturnType<Sessions["state"]>): AsyncGenerator<SessionEvent, void, undefined> {
  for await (const event of events) {
    yield event
    if (event.type === "committed" || event.type === "error") return
  }
  // Refused in the world before anything happened: no turn is kept.
  const state = await stateNow()
  yield { type: "changed", cursor: null, turn: state.turns, state }
}

type Asked = Omit<TurnRequest, "session" | "player" | "abortSignal">

/** Plays a turn, or joins the same one. Throws `turn_in_progress`. */
export const playTurn = ({ sessions, rooms }: Service, { id }: Caller, session: string, asked: Asked): RunningTurn =>
  rooms.of(session).play(id, asked.key ?? null, () =>
    toItsEnd(sessions.play({ session, player: id, ...asked }), () => sessions.state(session, id)))

/** Plays the last turn again. Throws `turn_in_progress`. */
export const retryTurn = ({ sessions, rooms }: Service, { id }: Caller, session: string, asked: Partial<Asked>): RunningTurn =>
  rooms.of(session).play(id, asked.key ?? null, () =>
    toItsEnd(sessions.retry(session, id, asked), () => sessions.state(session, id)))
