/** What leaves: players by the names that their hosts gave them, and every text with its label. */
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"
import type { SessionEvent, SessionState } from "../protocol/index.ts"
import { labelOf } from "../safety/index.ts"
import { outwardPlayer } from "./caller.ts"
import { serviceErrors } from "./errors.ts"
import type { Account } from "./options.ts"
import { statusOf } from "./status.ts"

export const outwardState = (state: SessionState, account: Account): SessionState => ({
  ...state,
  players: state.players.map((player) => ({ ...player, id: outwardPlayer(account, player.id) })),
  next: state.next === null ? null : outwardPlayer(account, state.next),
})

/** The event as the client gets it. */
export function outward(event: SessionEvent, account: Account): SessionEvent {
  switch (event.type) {
    case "narrate":
    case "say":
      return event.label === undefined ? { ...event, label: labelOf(event.origin, event.language) } : event
    case "turn":
      return { ...event, player: outwardPlayer(account, event.player) }
    case "committed":
    case "changed":
      return { ...event, state: outwardState(event.state, account) }
    default:
      return event
  }
}

export interface ToldError {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  readonly isRetryable: boolean
}

/** What a client is told of an error; mistakes of the program keep their text to themselves. */
export function toldError(error: unknown, language: Language, account?: Account): ToldError {
  const told = isDaydreamError(error) && statusOf(error) !== 500 ? error : serviceErrors.play_mistake({}, error)
  const { message, hint } = describeError(told, language)
  // Players stand in errors as sessions name them.
  const shown = (text: string) => (account === undefined ? text : text.replaceAll(`${account.namespace}/`, ""))
  return {
    code: told.code,
    message: shown(message),
    hint: hint === undefined ? null : shown(hint),
    isRetryable: told.isRetryable,
  }
}

interface ErrorPlace {
  readonly language: Language
  readonly turn?: number
  /** The message that it answers. */
  readonly request?: string | undefined
  readonly account?: Account
}

/** An error as an event of a stream that has begun. */
export function errorEvent(
  error: unknown,
  { language, turn = 0, request, account }: ErrorPlace
): Extract<SessionEvent, { type: "error" }> {
  const { hint, ...told } = toldError(error, language, account)
  return {
    type: "error",
    cursor: null,
    turn,
    ...told,
    ...(hint === null ? {} : { hint }),
    ...(request === undefined ? {} : { request }),
  }
}
