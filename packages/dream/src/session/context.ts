/** What the parts of this folder work with. */
import type { Store } from "@daydream/engine/storage"
import type { MemoryStore } from "../memory/index.ts"
import type { SessionState } from "../protocol/index.ts"
import type { Ports } from "../turn/index.ts"
import type { TurnEngine } from "./engine.ts"
import { playerOf, readSession } from "./rows.ts"
import type { SessionRow } from "./rows.ts"
import type { States } from "./states.ts"
import type { DreamVersions } from "./versions.ts"
import { viewOf } from "./view.ts"

export interface Context {
  readonly store: Store
  readonly memory: MemoryStore
  readonly versions: DreamVersions
  readonly states: States
  readonly engine: TurnEngine
  /** The ports of a session's turns. */
  readonly portsOf: (row: SessionRow) => Ports
  /** The wall clock: no journal depends on it. */
  readonly now: () => Date
  readonly newId: () => string
  /** Gives vectors to new memories, in the background. */
  readonly embed: (memories: string, holders: readonly string[]) => void
  /** Hears what failed in a turn and is no message for players. */
  readonly onFailure: (error: unknown) => void
  /** Hears that a session was played or moved, after the commit. */
  readonly onChange: (session: string, turns: number) => void
}

/** What `player` sees of the session now. Throws `session_unknown`, `not_in_session`, `dream_version_lost`. */
export async function stateFor({ store, states, engine }: Context, session: string, player: string): Promise<SessionState> {
  const row = await readSession(store, session)
  const who = playerOf(row, player)
  return viewOf(await states.standingOf(row), who, engine)
}
