/** Who may decide now, whatever those who are behind may still do. Pure. */
import type { Condition, WorldDefinition } from "../world/index.ts"
import { atlasOf, readsAt } from "./atlas.ts"
import { Tide } from "./disturbance.ts"
import type { DecidedAct } from "./disturbance.ts"
import { readsOf } from "./marks.ts"
import type { Mark } from "./marks.ts"
import type { Timeline } from "./timeline.ts"

/** Somebody whose decision is due. */
export interface Due {
  readonly character: string
  readonly time: number
  /** Null: not on the stage; there is nothing to decide. */
  readonly place: string | null
  /** What the decision and its outcome depend on. */
  readonly reads: readonly Mark[]
}

export interface PlanOptions {
  /** Decisions from this time on are not looked at. */
  readonly until: number
  /** So many are looked for; by default all. */
  readonly most?: number | undefined
  /** Those who are asked already. */
  readonly without?: { has(character: string): boolean } | undefined
  /** The character whose surroundings go first: the player. */
  readonly focus?: string | undefined
  readonly questions?: ((character: string) => readonly Condition[]) | undefined
}

/** Places from which one sees `place`, or comes to it with one step. */
function around(definition: WorldDefinition, place: string | null): ReadonlySet<string> {
  const ways = [...atlasOf(definition).ways]
  return new Set(place === null ? [] : [place, ...ways.filter(([, to]) => to.includes(place)).map(([from]) => from)])
}

function duesOf(timeline: Timeline<DecidedAct>, { until, questions }: PlanOptions): Due[] {
  const { committed, latest } = timeline
  const { definition, state } = committed.world
  const atlas = atlasOf(definition)
  return Object.entries(latest.clocks).flatMap(([character, { due }]) => {
    if (due === null || due >= until) return []
    const place = timeline.before(due).world.state.positions[character] ?? null
    const asked = questions?.(character) ?? []
    const reads =
      place === null
        ? [`of:${character}`]
        : [
            ...readsAt(atlas, state, character, place),
            ...asked.flatMap((condition) => readsOf(definition, condition)),
          ]
    return [{ character, time: due, place, reads: [...new Set(reads)] }]
  })
}

/**
 * Who may decide, in the order in which to ask: those whose surroundings, and whatever else their decision and its outcome
 * depend on, nobody who is behind them in time can change before their own time. Whoever is furthest behind always may.
 * The player's surroundings come first, then who is furthest behind.
 */
export function plan(timeline: Timeline<DecidedAct>, options: PlanOptions): Due[] {
  const { most = Number.POSITIVE_INFINITY, without, focus } = options
  const { definition, state } = timeline.committed.world
  const near = around(definition, focus === undefined ? null : (state.positions[focus] ?? null))
  const isNear = ({ place }: Due) => place !== null && near.has(place)
  const dues = duesOf(timeline, options)
    .filter(({ character }) => without?.has(character) !== true)
    .toSorted(
      (a, b) => Number(isNear(b)) - Number(isNear(a)) || a.time - b.time || (a.character < b.character ? -1 : 1),
    )
  const tide = new Tide(timeline)
  const found: Due[] = []
  // What the tide has gone through counts by its time, so that dues need not be looked at in order.
  for (const due of dues) if (found.length < most && tide.isCalm(due.reads, due.time)) found.push(due)
  return found
}
