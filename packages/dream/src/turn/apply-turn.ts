/** From a played turn to the state after it, without any model. */
import type { Dream } from "../bundle/index.ts"
import { append } from "../world/index.ts"
import type { PlayState, RecentLine, Turn, TurnOutput } from "./model.ts"

/** Lines that later turns may look back on. */
const keptLines = 24

/** The lines among `outputs`. */
export function recentOf(outputs: readonly TurnOutput[], audience: readonly (readonly string[])[]): RecentLine[] {
  return outputs.flatMap((output, at) => {
    if (output.type !== "say" && output.type !== "narrate") return []
    return [{ speaker: output.type === "say" ? output.character : null, text: output.text, audience: audience[at] ?? [] }]
  })
}

const numbered = (keys: readonly string[], turn: number) => Object.fromEntries(keys.map((key) => [key, turn]))

/**
 * The state after `turn`. Pure: what models answered is in the turn. A turn that was refused changes nothing. Throws
 * where the turn belongs to another place of the play.
 */
export function applyTurn(_dream: Dream, state: PlayState, turn: Turn): PlayState {
  if (turn.refused !== null) return state
  if (turn.index !== state.turns) throw new RangeError(`turn ${turn.index} does not follow ${state.turns} turns`)
  let { world } = state
  for (const entry of turn.entries) {
    if (entry.index !== world.journal.length) throw new RangeError(`entry ${entry.index} does not follow ${world.journal.length} entries`)
    world = append(world, entry).world
  }
  return {
    ...state, world,
    story: turn.story ?? state.story,
    said: { ...state.said, ...numbered(turn.said, turn.index) },
    taken: { ...state.taken, ...numbered(turn.taken, turn.index) },
    scenes: { ...state.scenes, ...numbered(turn.scenes, turn.index) },
    lore: turn.lore ?? state.lore,
    addressees: turn.addressee === null ? state.addressees : { ...state.addressees, [turn.player]: turn.addressee },
    recent: [...state.recent, ...recentOf(turn.outputs, turn.audience)].slice(-keptLines),
    turns: turn.index + 1,
    ended: turn.ended,
  }
}
