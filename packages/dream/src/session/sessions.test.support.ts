/** What the tests of sessions share: a store of their own, and short ways to play. */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import type { SessionEvent } from "../protocol/index.ts"
import { applyTurn, startPlay } from "../turn/index.ts"
import type { PlayerInput, PlayState, Turn } from "../turn/index.ts"
import type { Dream } from "../bundle/index.ts"
import type { Sessions, TurnRequest } from "./model.ts"

export interface OwnStore {
  readonly store: Store
  remove(): Promise<void>
}

/** An embedded store in a folder of its own. */
export async function ownStore(): Promise<OwnStore> {
  const base = await mkdtemp(join(tmpdir(), "daydream-session-"))
  await chmod(base, 0o755)
  const store = await openStore({ folder: join(base, "store") })
  return {
    store,
    remove: async () => {
      await store.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

export const begin: PlayerInput = { kind: "begin" }
export const says = (text: string, to?: string): PlayerInput => (to === undefined ? { kind: "say", text } : { kind: "say", text, to })
export const waits: PlayerInput = { kind: "wait" }

export const player = "u1"

/** Opens a session and plays its opening until the story rests. */
export async function opened(sessions: Sessions, seed = "1"): Promise<string> {
  const { session } = await sessions.open({ dream: "inn", seed, player: { id: player, age: "adult" } })
  await played(sessions, session, begin)
  const { suggestions: [first] } = await sessions.state(session, player)
  await played(sessions, session, { kind: "take", option: first?.option ?? "" })
  return session
}

export const played = (sessions: Sessions, session: string, input: PlayerInput, more: Partial<TurnRequest> = {}): Promise<SessionEvent[]> =>
  all(sessions.play({ session, player, input, ...more }))

export const textsOf = (events: readonly SessionEvent[]): string[] => events.flatMap((event) => ("text" in event && event.type !== "turn" && event.text !== null ? [event.text] : []))

/** Where the turns lead to, worked out apart from the sessions' own code. */
export function stateOfTurns(dream: Dream, turns: readonly Turn[], seed: string): PlayState {
  let state = startPlay(dream, { session: "check", seed, language: "zh", dials: { tone: "warm" } })
  for (const turn of turns) state = applyTurn(dream, state, turn)
  return state
}
