/** What a character decides on. Pure. */
import { perceive } from "../perception/index.ts"
import type { Perception } from "../perception/index.ts"
import { entriesOf, holds, legalMoves } from "../world/index.ts"
import type { Condition, World } from "../world/index.ts"
import type { Noticed, Standing, View } from "./model.ts"

/** The journal's index from which on its entries are of `time` or later. */
function indexAt(world: World, time: number): number {
  const entries = entriesOf(world)
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.input.time ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

function withoutIndex(event: Perception["events"][number]): Noticed {
  const { index: _, ...noticed } = event
  return noticed
}

/** What `character` decides on at `time`, where nothing more happens before. Null where it is not on the stage. */
export function viewOf(
  standing: Standing,
  character: string,
  time: number,
  questions: readonly Condition[] = [],
): View | null {
  const { definition, state } = standing.world
  const here = state.positions[character] ?? null
  const clock = standing.clocks[character]
  if (here === null || clock === undefined) return null
  const world: World = { ...standing.world, state: { ...state, time } }
  const perception = perceive(world, character, { since: indexAt(world, clock.since) })
  if (perception === null) return null
  const { index: _, events, ...rest } = perception
  return {
    character,
    time,
    perception: { ...rest, events: events.map(withoutIndex) },
    moves: legalMoves(world, character),
    answers: questions.map((condition) => holds(definition, world.state, condition, { actor: character, here })),
    refused: clock.refused,
    habits: clock.habits,
  }
}
