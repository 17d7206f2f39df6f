/** Where sessions stand: rebuilt from their turns, and kept in this process for the next turn. */
import type { Store } from "@daydream/engine/storage"
import type { ContentKind, Dream } from "../bundle/index.ts"
import type { MemoryStore } from "../memory/index.ts"
import { allowanceOf, allowanceOfAll, dialsFor } from "../safety/index.ts"
import type { Allowance } from "../safety/index.ts"
import type { PlayState } from "../turn/index.ts"
import type { TurnEngine } from "./engine.ts"
import { pathTo, readTurns } from "./journal.ts"
import { readSession } from "./rows.ts"
import type { SessionRow } from "./rows.ts"
import type { DreamVersions } from "./versions.ts"

/** A session with all that follows from its row. */
export interface Standing {
  readonly row: SessionRow
  readonly dream: Dream
  /** Of all its players. */
  readonly allowance: Allowance
  readonly dials: Readonly<Record<string, string>>
  readonly state: PlayState
}

export interface States {
  /** Throws `session_unknown`, `dream_version_lost`. */
  standing(session: string): Promise<Standing>
  standingOf(row: SessionRow): Promise<Standing>
  /** The state after the turn `head` of the session's tree. */
  stateAt(standing: Omit<Standing, "state">, head: string | null): Promise<PlayState>
  /** Keeps a state that was just reached. */
  keep(standing: Omit<Standing, "state">, head: string, state: PlayState): void
  /** Drops everything: something was forgotten. */
  clear(): void
}

interface Kept {
  readonly play: string
  readonly head: string
  readonly state: PlayState
  readonly epoch: string
}

export interface StatesOptions {
  readonly store: Store
  readonly memory: MemoryStore
  readonly versions: DreamVersions
  readonly engine: TurnEngine
  /** What the operator leaves out for everybody. */
  readonly without: readonly ContentKind[]
  /** States that stay in this process. */
  readonly capacity: number
}

export function createStates({ store, memory, versions, engine, without, capacity }: StatesOptions): States {
  const kept = new Map<string, Kept>()
  /** A play is a session under settings: others give other states. */
  const playOf = ({ row, dials }: Omit<Standing, "state">) => JSON.stringify([row.id, dials])

  const keep: States["keep"] = (standing, head, state) => {
    const play = playOf(standing)
    const name = `${play} ${head}`
    kept.delete(name)
    kept.set(name, { play, head, state, epoch: standing.row.epoch })
    for (const oldest of kept.keys()) if (kept.size > capacity) kept.delete(oldest)
  }
  const find = (standing: Omit<Standing, "state">, head: string): PlayState | undefined => {
    const found = kept.get(`${playOf(standing)} ${head}`)
    if (found === undefined || found.epoch !== standing.row.epoch) return undefined
    keep(standing, head, found.state)
    return found.state
  }
  const begin = ({ row, dream, dials }: Omit<Standing, "state">) =>
    engine.startPlay(dream, { session: row.id, seed: row.seed, language: row.language, dials })

  const stateAt: States["stateAt"] = async (standing, head) => {
    if (head === null) return begin(standing)
    const found = find(standing, head)
    if (found !== undefined) return found
    const play = playOf(standing)
    // The latest state of this play that is still known, if it lies on the way.
    const [near] = [...kept.values()].filter((one) => one.play === play && one.epoch === standing.row.epoch)
      .toSorted((a, b) => b.state.turns - a.state.turns)
    const ids = await pathTo(store, head, near === undefined ? 0 : near.state.turns - 1)
    const isOnTheWay = near !== undefined && ids[0] === near.head
    let state = isOnTheWay ? near.state : begin(standing)
    const due = isOnTheWay ? ids.slice(1) : near === undefined ? ids : await pathTo(store, head)
    for await (const { turn } of readTurns(store, memory, due)) state = engine.applyTurn(standing.dream, state, turn)
    keep(standing, head, state)
    return state
  }
  const standingOf: States["standingOf"] = async (row) => {
    const dream = await versions.of(row)
    const allowance = allowanceOfAll(row.players.map(({ age, without: own }) => allowanceOf(dream, { age, without: [...own, ...without] })))
    const facts = { row, dream, allowance, dials: dialsFor(dream.dials.values(), allowance, row.dials) }
    return { ...facts, state: await stateAt(facts, row.head) }
  }
  return {
    standing: async (session) => standingOf(await readSession(store, session)),
    standingOf,
    stateAt,
    keep,
    clear: () => kept.clear(),
  }
}
