/** Where everybody and everything may be, as far as is known. Pure. */
import { placeOf } from "../world/index.ts"
import type { WorldState } from "../world/index.ts"
import type { Act, Standing } from "./model.ts"
import type { Timeline } from "./timeline.ts"

function addPlaces(found: Map<string, Set<string>>, { world }: Standing, ids: Iterable<string>): void {
  for (const id of ids) {
    const place = placeOf(world.definition, world.state, id)
    if (place === null) continue
    const places = found.get(id)
    if (places === undefined) found.set(id, new Set([place]))
    else places.add(place)
  }
}

const changedPositions = (before: WorldState, after: WorldState): string[] =>
  before.positions === after.positions
    ? []
    : Object.keys(after.positions).filter((id) => before.positions[id] !== after.positions[id])

/**
 * By character and thing: the places where it is, from the committed world on through all that is known. A character that
 * went by its own act is no longer where it was: it left only when all that happened there before was known.
 */
export function whereaboutsOf<A extends Act>(timeline: Timeline<A>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  let before = timeline.committed
  addPlaces(found, before, Object.keys(before.world.state.positions))
  for (const [at, act] of timeline.acts.entries()) {
    const after = timeline.after(at + 1)
    const changed = new Set(changedPositions(before.world.state, after.world.state))
    if (changed.size > 0) {
      if (act.character !== null && changed.has(act.character)) found.delete(act.character)
      const { positions } = after.world.state
      // What is carried goes along.
      const carried = Object.keys(positions).filter((id) => changed.has(positions[id] ?? ""))
      addPlaces(found, after, [...changed, ...carried])
    }
    before = after
  }
  return found
}
