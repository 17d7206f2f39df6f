/** Clocks: when each character decides, and what an act does to them. Pure. */
import { advance, append, charactersOf, entriesOf, freeAt } from "../world/index.ts"
import type { RecordedEntry, RefusalCode, World, WorldEvent } from "../world/index.ts"
import type { Act, Clock, Clocks, Pace, Standing } from "./model.ts"

/** A village's pace: a look around every half minute, a minute to the next place. */
export const villagePace: Pace = { step: 30, travel: 60, reaction: 5 }

/** The characters that no human plays. */
export const actorsOf = ({ definition }: Pick<World, "definition">): string[] =>
  charactersOf(definition)
    .filter(({ isPlayer }) => !isPlayer)
    .map(({ id }) => id)

const isOnStage = ({ state }: World, character: string) => (state.positions[character] ?? null) !== null

/** Clocks that begin now: everybody on the stage decides as soon as they are free. */
export function startClocks(world: World, characters: readonly string[] = actorsOf(world)): Clocks {
  const clockOf = (id: string): Clock => {
    const free = Math.max(world.state.time, freeAt(world, id))
    return { due: isOnStage(world, id) ? free : null, free, since: 0, heard: 0, refused: null, habits: {} }
  }
  return Object.fromEntries(characters.map((id) => [id, clockOf(id)]))
}

/** True where `event` is of a kind that makes `character`, who noticed it, think again. */
function concerns(event: WorldEvent, character: string): boolean {
  switch (event.kind) {
    case "said":
      return event.speaker !== character && (event.to.length === 0 || event.to.includes(character))
    case "placed":
      return event.in === character
    case "learned":
      return event.holder === character
    case "moved":
    case "narrated":
    case "shown":
      return true
    default:
      return false
  }
}

const newest = (world: World, standing: Standing): readonly RecordedEntry[] =>
  entriesOf(world, standing.world.journal.length)

/** Whom the newest entries wake: those who noticed what concerns them, but for who acted. */
function woken(clocks: Clocks, entries: readonly RecordedEntry[], actor: string | null, pace: Pace): Clocks {
  let now = clocks
  for (const { events, witnesses, input } of entries)
    for (const [at, event] of events.entries())
      for (const id of witnesses[at] ?? []) {
        const clock = Object.hasOwn(now, id) ? now[id] : undefined
        if (clock === undefined || id === actor || !concerns(event, id)) continue
        const due = Math.max(clock.free, input.time + pace.reaction)
        now = { ...now, [id]: { ...clock, due: Math.min(clock.due ?? due, due), heard: input.time } }
      }
  return now
}

function ownClock(
  act: Act & { readonly character: string },
  before: World,
  after: World,
  refused: RefusalCode | null,
  { clock, pace }: { readonly clock: Clock; readonly pace: Pace },
): Clock {
  const { character: id, time } = act
  const isMoved = before.state.positions[id] !== after.state.positions[id]
  const free = Math.max(freeAt(after, id), time + (isMoved ? pace.travel : 1))
  const rest = refused === null ? Math.max(pace.step, Math.ceil(act.rest)) : pace.step
  // What others did at the same moment came too late for this decision.
  const next = clock.heard === time ? Math.min(rest, pace.reaction) : rest
  const due = isOnStage(after, id) ? Math.max(free, time + next) : null
  const { habits } = clock
  const followed = act.habit === null || refused !== null ? habits : { ...habits, [act.habit]: time }
  return { due, free, since: time, heard: clock.heard, refused, habits: followed }
}

/** What comes of `act`. What the world refuses leaves it as it is; the character's clock goes on all the same. */
export function enact(standing: Standing, act: Act, pace: Pace): Standing {
  const { character } = act
  const isIdle = character !== null && act.proposal === null
  const result = isIdle ? undefined : advance(standing.world, act.input, act.proposal)
  const world = result?.entry === undefined ? standing.world : append(standing.world, result.entry).world
  const clocks = woken(standing.clocks, newest(world, standing), character, pace)
  if (character === null) return { world, clocks }
  const own = ownClock({ ...act, character }, standing.world, world, result?.refusal?.code ?? null, {
    clock: clocks[character] as Clock,
    pace,
  })
  return { world, clocks: { ...clocks, [character]: own } }
}
