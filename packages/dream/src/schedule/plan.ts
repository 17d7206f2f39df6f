/** Who may decide now, whatever those who are behind may still do. Pure. */
import type { Condition, WorldDefinition } from "../world/index.ts"
import { atlasOf, readsAt } from "./atlas.ts"
import { disturbancesOf } from "./disturbance.ts"
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
  /** The character whose surroundings go first: the player. */
  readonly focus?: string | undefined
  readonly questions?: ((character: string) => readonly Condition[]) | undefined
}

/** What {@link plan} finds. */
export interface Plan {
  /** Who may be asked now, in the order in which to ask. */
  readonly ready: readonly Due[]
  /** Who must wait for others. */
  readonly blocked: readonly Due[]
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
 * Who may decide: those whose surroundings, and whatever else their decision and its outcome depend on, nobody who is
 * behind them in time can change before their own time. Whoever is furthest behind always may. The player's surroundings
 * come first, then who is furthest behind.
 */
export function plan(timeline: Timeline<DecidedAct>, options: PlanOptions): Plan {
  const dues = duesOf(timeline, options)
  const horizon = Math.max(0, ...dues.map(({ time }) => time)) + 1
  const disturbances = disturbancesOf(timeline, horizon)
  const isReady = ({ reads, time }: Due) => disturbances.ofAny(reads) >= time
  const { definition, state } = timeline.committed.world
  const near = around(definition, options.focus === undefined ? null : (state.positions[options.focus] ?? null))
  const isNear = ({ place }: Due) => place !== null && near.has(place)
  return {
    ready: dues
      .filter(isReady)
      .toSorted(
        (a, b) =>
          Number(isNear(b)) - Number(isNear(a)) || a.time - b.time || (a.character < b.character ? -1 : 1),
      ),
    blocked: dues.filter((due) => !isReady(due)),
  }
}
