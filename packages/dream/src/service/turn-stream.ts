/**
 * Turns as this service runs them: each stream ends with `committed`, `error`, or, where nothing came of the turn, the
 * state as it was.
 */
import type { SessionEvent } from "../protocol/index.ts"
import type { Sessions, TurnRequest } from "../session/index.ts"
import type { Caller } from "./caller.ts"
import type { Service } from "./endpoint.ts"
import type { RunningTurn } from "./running.ts"

async function* toItsEnd(
  begin: () => Promise<AsyncIterable<SessionEvent>>,
  stateNow: () => ReturnType<Sessions["state"]>
): AsyncGenerator<SessionEvent, void, undefined> {
  for await (const event of await begin()) {
    yield event
    if (event.type === "committed" || event.type === "error") return
  }
  // Refused in the world before anything happened: no turn is kept.
  const state = await stateNow()
  yield { type: "changed", cursor: null, turn: state.turns, state }
}

type Asked = Omit<TurnRequest, "session" | "player" | "abortSignal">

function run(
  service: Service,
  { id, account }: Caller,
  session: string,
  { key }: { readonly key?: string },
  begin: () => AsyncIterable<SessionEvent>
): RunningTurn {
  const { sessions, rooms, options } = service
  return rooms.of(session).play(id, key ?? null, () =>
    toItsEnd(
      async () => {
        await options.onTurn?.(session, account)
        return begin()
      },
      () => sessions.state(session, id)
    )
  )
}

/** Plays a turn, or joins the same one. Throws `turn_in_progress`. */
export const playTurn = (service: Service, caller: Caller, session: string, asked: Asked): RunningTurn =>
  run(service, caller, session, asked, () => service.sessions.play({ session, player: caller.id, ...asked }))

/** Plays the last turn again. Throws `turn_in_progress`. */
export const retryTurn = (service: Service, caller: Caller, session: string, asked: Partial<Asked>): RunningTurn =>
  run(service, caller, session, asked, () => service.sessions.retry(session, caller.id, asked))
