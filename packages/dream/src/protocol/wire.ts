/** The types of the schemas, as plain immutable values. */
import type { z } from "zod"
import type * as answers from "./answer.ts"
import type * as requests from "./request.ts"

/** What comes out of JSON is not to be changed. */
export type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T

type Of<S extends z.ZodType> = Immutable<z.output<S>>

export type ClientMessage = Of<typeof requests.clientMessage>
export type ServerMessage = Of<typeof answers.serverMessage>
export type DreamList = Of<typeof answers.dreamList>
export type PlayedTurn = Of<typeof answers.playedTurn>
export type EventPage = Of<typeof answers.eventPage>
export type MadePlayer = Of<typeof answers.madePlayer>
export type PlayErrorBody = Of<typeof answers.playError>
