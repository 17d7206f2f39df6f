/** What characters do by themselves while a turn's time passes. */
import type { CastMember } from "../bundle/index.ts"
import { decideByHabits, lockStep, startClocks } from "../schedule/index.ts"
import type { Clocks } from "../schedule/index.ts"
import { entriesOf } from "../world/index.ts"
import type { World } from "../world/index.ts"
import type { TurnDraft } from "./draft.ts"
import { isStoryAtRest } from "./options.ts"

/** When each habit was last followed: read off the journal, as far back as a habit's rest reaches. */
function lastFollowed(world: World, members: readonly CastMember[]): Record<string, Record<string, number>> {
  const rests = members.flatMap(({ habits }) => habits.map(({ every }) => every))
  const since = world.state.time - Math.max(0, ...rests)
  const found: Record<string, Record<string, number>> = Object.fromEntries(members.map(({ character }) => [character, {}]))
  const entries = entriesOf(world)
  for (let at = entries.length - 1; at >= 0 && (entries[at]?.input.time ?? 0) >= since; at--) {
    const entry = entries[at]
    if (entry?.input.kind !== "act" || entry.proposal === null) continue
    const { actor, time } = entry.input
    const { move, arguments: given } = entry.proposal
    const times = found[actor]
    const habit = members.find(({ character }) => character === actor)?.habits.find((one) =>
      one.move === move && Object.keys(one.arguments).length === Object.keys(given).length
      && Object.entries(one.arguments).every(([name, value]) => given[name] === value))
    if (times !== undefined && habit !== undefined) times[habit.id] ??= time
  }
  return found
}

/**
 * Lets those with habits live on until `until` (excluded). Nobody wanders off from a scene that the story holds, nor whoever
 * is spoken to in this turn. Nothing is kept beside the world: everybody looks around when the turn's time begins to pass.
 */
export async function liveOn(draft: TurnDraft, until: number, abortSignal: AbortSignal | undefined): Promise<void> {
  const { dream, world, story, addressee } = draft
  if (!isStoryAtRest(story)) return
  const members = [...dream.cast.values()].filter(({ habits, character }) => habits.length > 0 && character !== addressee)
  if (members.length === 0) return
  const followed = lastFollowed(world, members)
  const started = startClocks(world, members.map(({ character }) => character))
  const clocks: Clocks = Object.fromEntries(Object.entries(started).map(([id, clock]) => [id, { ...clock, since: world.state.time, habits: followed[id] ?? {} }]))
  const after = await lockStep({ world, clocks }, decideByHabits(dream.cast, world.definition), {
    until, ...(abortSignal === undefined ? {} : { abortSignal }),
  })
  draft.take(after.world)
}
