/**
 * From when on something that nobody knows yet may change what is known: the earliest time by mark. Everybody who has
 * not decided may do anything that it ever may, go on from place to place, wake others, and set off rules. Pure.
 */
import { holds } from "../world/index.ts"
import type { WorldState } from "../world/index.ts"
import { placeOf } from "../world/index.ts"
import { atlasOf, movesAt } from "./atlas.ts"
import type { Atlas } from "./atlas.ts"
import type { Footprint, Mark } from "./marks.ts"
import type { Act, Pace, Standing } from "./model.ts"
import type { Timeline } from "./timeline.ts"

/** A decided act, with what its decision and its outcome depended on. */
export interface DecidedAct extends Act {
  readonly place: string | null
  readonly reads: readonly Mark[]
}

/** Earliest times by mark. */
export interface Disturbances {
  of(mark: Mark): number
  /** The earliest of several. */
  ofAny(marks: readonly Mark[]): number
}

/** Where somebody or something may be until its next own act: as known, the last one first. */
type Whereabouts = Map<string, Set<string>>

interface Actor {
  readonly id: string
  readonly due: number
  readonly free: number
  readonly place: string | null
}

function addPlaces(whereabouts: Whereabouts, standing: Standing, ids: Iterable<string>): void {
  for (const id of ids) {
    const place = placeOf(standing.world.definition, standing.world.state, id)
    if (place === null) continue
    const places = whereabouts.get(id)
    if (places === undefined) whereabouts.set(id, new Set([place]))
    else places.add(place)
  }
}

const changedPositions = (before: WorldState, after: WorldState): string[] =>
  before.positions === after.positions
    ? []
    : Object.keys(after.positions).filter((id) => before.positions[id] !== after.positions[id])

function whereaboutsOf(timeline: Timeline<DecidedAct>): Whereabouts {
  const found: Whereabouts = new Map()
  let before = timeline.committed
  addPlaces(found, before, Object.keys(before.world.state.positions))
  for (const [at, act] of timeline.acts.entries()) {
    const after = timeline.after(at + 1)
    const changed = new Set(changedPositions(before.world.state, after.world.state))
    if (act.character !== null && changed.has(act.character)) found.delete(act.character)
    // What is carried goes along.
    const carried = Object.keys(after.world.state.positions).filter((id) =>
      changed.has(after.world.state.positions[id] ?? ""),
    )
    addPlaces(found, after, [...changed, ...carried])
    before = after
  }
  return found
}

class Tide implements Disturbances {
  private readonly times = new Map<Mark, number>()
  private readonly atlas: Atlas
  private readonly pace: Pace
  private readonly timeline: Timeline<DecidedAct>
  private readonly actors: readonly Actor[]
  private readonly occupants = new Map<string, Mark[]>()
  private readonly whereabouts: Whereabouts
  /** By actor and place: when it may act there. */
  private readonly acting = new Map<string, Map<string, number>>()
  private readonly horizon: number
  private earliest = Number.POSITIVE_INFINITY
  private isRising = true

  constructor(timeline: Timeline<DecidedAct>, horizon: number) {
    const { definition } = timeline.committed.world
    this.atlas = atlasOf(definition)
    this.pace = timeline.pace
    this.timeline = timeline
    this.horizon = horizon
    const { clocks } = timeline.latest
    this.actors = Object.keys(clocks).map((id) => actorOf(timeline, id))
    this.whereabouts = whereaboutsOf(timeline)
    for (const [id, places] of this.whereabouts)
      for (const place of places) {
        const mark = definition.entities.get(id)?.kind === "character" ? `of:${id}` : `thing:${id}`
        this.occupants.set(place, [...(this.occupants.get(place) ?? []), mark])
      }
    const open = timeline.acts.filter(({ character }) => character !== null)
    while (this.isRising) {
      this.isRising = false
      for (const actor of this.actors) this.spread(actor)
      for (const act of open)
        if (act.place !== null && this.ofAny(act.reads) <= act.time)
          this.acts(act.character ?? "", act.place, act.time)
      for (const rule of this.atlas.rules) this.fire(rule)
    }
  }

  of(mark: Mark): number {
    if (mark === "*" || mark === "actor") return this.earliest
    return this.times.get(mark) ?? Number.POSITIVE_INFINITY
  }

  ofAny(marks: readonly Mark[]): number {
    let least = Number.POSITIVE_INFINITY
    for (const mark of marks) if (mark !== "actor") least = Math.min(least, this.of(mark))
    return least
  }

  private lower(mark: Mark, time: number): void {
    if (time >= this.horizon || time >= (this.times.get(mark) ?? Number.POSITIVE_INFINITY)) return
    this.times.set(mark, time)
    this.isRising = true
    if (mark.startsWith("at:")) for (const one of this.occupants.get(mark.slice(3)) ?? []) this.lower(one, time)
  }

  /** Something is changed from afar: whoever is around it notices. */
  private touch(mark: Mark, time: number): void {
    if (mark === "actor" || time >= this.horizon) return
    if (mark === "*") {
      for (const place of this.atlas.ways.keys()) this.lower(`at:${place}`, time)
      for (const { id } of this.actors) this.lower(`of:${id}`, time)
      for (const fact of this.timeline.committed.world.definition.facts.keys()) this.lower(`fact:${fact}`, time)
      return
    }
    this.lower(mark, time)
    const { definition, state } = this.timeline.committed.world
    const id = mark.slice(mark.indexOf(":") + 1)
    const seat = mark.startsWith("fact:") ? (definition.facts.get(id)?.where ?? null) : id
    if (seat === null || mark.startsWith("done:")) return
    const places = this.whereabouts.get(seat)
    if (places !== undefined) for (const place of places) this.lower(`at:${place}`, time)
    else {
      const place = placeOf(definition, state, seat)
      if (place !== null) this.lower(`at:${place}`, time)
    }
  }

  private mayAct(actor: string, place: string, time: number): void {
    if (time >= this.horizon) return
    const known = this.acting.get(actor) ?? new Map<string, number>()
    this.acting.set(actor, known)
    if (time >= (known.get(place) ?? Number.POSITIVE_INFINITY)) return
    known.set(place, time)
    this.isRising = true
  }

  /** All that one actor may do, from where it is on. */
  private spread({ id, due, free, place }: Actor): void {
    const moved = this.acting.get(id) ?? new Map<string, number>()
    if (place !== null) {
      const woken = Math.max(free, Math.min(this.of(`at:${place}`), this.of(`of:${id}`)) + this.pace.reaction)
      this.mayAct(id, place, Math.min(due, woken))
    }
    for (const [from, time] of moved) this.acts(id, from, time)
  }

  /** `id` does something in `place` at `time`. */
  private acts(id: string, place: string, time: number): void {
    if (time >= this.horizon) return
    this.earliest = Math.min(this.earliest, time)
    this.lower(`of:${id}`, time)
    this.lower(`at:${place}`, time)
    for (const to of this.atlas.ways.get(place) ?? []) this.arrive(id, to, time)
    for (const move of this.timeline.committed.world.definition.builtins) this.lower(`done:${move}`, time)
    for (const move of movesAt(this.atlas, id, place)) this.leave(move, id, time)
  }

  private arrive(id: string, place: string, time: number): void {
    this.lower(`at:${place}`, time)
    this.mayAct(id, place, time + this.pace.travel)
  }

  /** What a move or a rule leaves behind. */
  private leave({ id: what, writes, moves, notBefore }: Footprint, actor: string, from: number): void {
    const time = Math.max(from, notBefore)
    if (time >= this.horizon) return
    this.lower(`done:${what}`, time)
    for (const mark of writes) this.touch(mark, time)
    for (const { who, to } of moves)
      for (const place of to) {
        if (who === "actor" && actor === "") continue
        this.lower(`at:${place}`, time)
        if (who === "actor") this.mayAct(actor, place, time + this.pace.travel)
        // Who is moved by others may have something to do at once.
        else this.mayAct(who, place, time)
      }
  }

  /**
   * A rule whose condition asks who acts may be set off by anybody's next act; one that is repeated, or holds and could not
   * happen yet, by any. Any other one only where what it reads may change.
   */
  private fire(rule: Atlas["rules"][number]): void {
    const { definition, state } = this.timeline.committed.world
    if (!rule.isRepeated && state.done[rule.id] !== undefined) return
    const isAnybodys = rule.isRepeated || holds(definition, state, rule.when, { actor: "", here: "" })
    const time = Math.min(
      this.ofAny(rule.reads),
      rule.isOfActor
        ? Math.min(...(rule.places?.map((place) => this.of(`at:${place}`)) ?? [this.earliest]))
        : isAnybodys
          ? this.earliest
          : Number.POSITIVE_INFINITY,
    )
    this.leave(rule, "", time)
    for (const { who, to } of rule.moves)
      if (who === "actor")
        for (const { id } of this.actors)
          for (const place of to) {
            this.lower(`at:${place}`, Math.max(time, rule.notBefore))
            this.mayAct(id, place, Math.max(time, rule.notBefore))
          }
  }
}

/** Where and when a character decides next. */
function actorOf(timeline: Timeline<DecidedAct>, id: string): Actor {
  const { due, free } = timeline.latest.clocks[id] as { due: number | null; free: number }
  const at = due === null ? timeline.latest : timeline.before(due)
  return { id, due: due ?? Number.POSITIVE_INFINITY, free, place: at.world.state.positions[id] ?? null }
}

/** The earliest times; what lies at `horizon` or later is told as never. */
export const disturbancesOf = (timeline: Timeline<DecidedAct>, horizon: number): Disturbances =>
  new Tide(timeline, horizon)
