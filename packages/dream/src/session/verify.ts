/** A kept session, played again from its inputs and from what models answered. */
import { replayPorts } from "../turn/index.ts"
import type { PlayState, Turn } from "../turn/index.ts"
import { canonicalJson } from "../world/index.ts"
import type { Context } from "./context.ts"
import { pathTo, readTurns } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"
import type { Verification } from "./model.ts"
import { readSession } from "./rows.ts"
import type { Standing } from "./states.ts"
import { faultOf, playHash } from "./session-file.ts"

const recordOf = (turn: Turn): string => canonicalJson({ ...turn, memories: [] })

async function playedAgain({ engine }: Context, { dream, allowance }: Standing, before: PlayState, { row, turn }: KeptTurn): Promise<Turn> {
  const { signal: abortSignal } = new AbortController()
  const outputs = engine.takeTurn(dream, before, { player: turn.player, input: turn.input, allowance, attempt: row.attempt, abortSignal }, replayPorts(turn.calls))
  for (;;) {
    const step = await outputs.next()
    if (step.done === true) return step.value
  }
}

/** Differences are faults only where the same build played the session under the same limits. */
export async function verifySession(context: Context, session: string): Promise<Verification> {
  const { store, memory, states, engine } = context
  const row = await readSession(store, session)
  const standing = await states.standingOf(row)
  let state = await states.stateAt(standing, null)
  const faults: { readonly turn: number; readonly reason: string }[] = []
  let turns = 0
  let forgotten = 0
  for await (const kept of readTurns(store, memory, await pathTo(store, row.head))) {
    const { turn, isForgotten } = kept
    const fault = faultOf(standing.dream, state, turn)
    if (fault !== null) faults.push({ turn: turn.index, reason: fault })
    else if (isForgotten) forgotten++
    else {
      try {
        if (recordOf(await playedAgain(context, standing, state, kept)) !== recordOf(turn)) faults.push({ turn: turn.index, reason: "played again, it differs" })
      } catch (error) {
        faults.push({ turn: turn.index, reason: error instanceof Error ? error.message : "it cannot be played again" })
      }
    }
    state = engine.applyTurn(standing.dream, state, turn)
    turns++
  }
  const now = playHash(standing.state)
  if (playHash(state) !== now) faults.push({ turn: turns, reason: "the turns do not lead to where the session stands" })
  if (turns !== row.turns) faults.push({ turn: turns, reason: `${turns} turns are kept where the session has ${row.turns}` })
  return { turns, forgotten, state: now, faults }
}
