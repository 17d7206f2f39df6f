/**
 * From when on something that nobody knows yet may change what is known: the earliest time by mark. Everybody who has
 * not decided may do anything that it ever may, go on from place to place, wake others, and set off rules. As nothing has
 * an effect before its cause, what may happen is gone through in order of time (Dijkstra 1959), and only as far as asked.
 */
import { holds } from "../world/index.ts"
import { atlasOf, movesAt } from "./atlas.ts"
import type { Atlas, RuleFootprint } from "./atlas.ts"
import type { Footprint, Mark } from "./marks.ts"
import type { Act } from "./model.ts"
import type { Timeline } from "./timeline.ts"
import { whereaboutsOf } from "./whereabouts.ts"

/** A decided act, with what its decision and its outcome depended on. */
export interface DecidedAct extends Act {
  readonly place: string | null
  readonly reads: readonly Mark[]
}

interface Actor {
  readonly id: string
  /** Actors of one kind may do the same: of two in one place only the earlier counts. */
  readonly kind: number
  readonly due: number
  readonly free: number
  readonly place: string | null
}

type Happening =
  | { readonly time: number; readonly kind: number; readonly place: string }
  | { readonly time: number; readonly rule: RuleFootprint }

const never = Number.POSITIVE_INFINITY

/** Earliest times by mark, found as far as they are asked for. */
export class Tide {
  private readonly atlas: Atlas
  private readonly timeline: Timeline<DecidedAct>
  private readonly actors: readonly Actor[]
  private readonly whereabouts: ReadonlyMap<string, ReadonlySet<string>>
  private readonly times = new Map<Mark, number>()
  /** By place: who and what may be there. */
  private readonly occupants = new Map<string, Mark[]>()
  private readonly sleepers = new Map<Mark, Actor[]>()
  private readonly watchers = new Map<Mark, ((time: number) => void)[]>()
  private readonly acted = new Set<string>()
  private readonly fired = new Set<RuleFootprint>()
  /** What may happen next, the last first. */
  private readonly coming: Happening[] = []
  private earliest = never

  constructor(timeline: Timeline<DecidedAct>) {
    const { definition } = timeline.committed.world
    this.atlas = atlasOf(definition)
    this.timeline = timeline
    this.actors = Object.keys(timeline.latest.clocks).map((id) => actorOf(timeline, this.atlas, id))
    this.whereabouts = whereaboutsOf(timeline)
    for (const [id, places] of this.whereabouts) {
      const mark = definition.entities.get(id)?.kind === "character" ? `of:${id}` : `thing:${id}`
      for (const place of places) push(this.occupants, place, mark)
    }
    for (const actor of this.actors) this.place(actor)
    for (const act of timeline.acts) this.doubt(act)
    for (const rule of this.atlas.rules) this.arm(rule)
  }

  /** True where none of `marks` may change before `time`. */
  isCalm(marks: readonly Mark[], time: number): boolean {
    for (let next = this.coming.at(-1); next !== undefined && next.time < time; next = this.coming.at(-1)) {
      this.coming.pop()
      if ("rule" in next) this.fire(next.rule, next.time)
      else this.act(next.kind, next.place, next.time)
    }
    return marks.every((mark) => mark === "actor" || (mark === "*" ? this.earliest : this.timeOf(mark)) >= time)
  }

  private timeOf(mark: Mark): number {
    return this.times.get(mark) ?? never
  }

  private expect(happening: Happening): void {
    if (happening.time === never) return
    let [low, high] = [0, this.coming.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.coming[middle] as Happening).time > happening.time) low = middle + 1
      else high = middle
    }
    this.coming.splice(low, 0, happening)
  }

  private watch(marks: readonly Mark[], hears: (time: number) => void): void {
    for (const mark of marks) if (mark !== "actor") push(this.watchers, mark, hears)
  }

  /** Somebody who has not decided yet, and may do so earlier where something wakes it. */
  private place(actor: Actor): void {
    const { id, kind, due, place } = actor
    if (place === null) return
    this.expect({ time: due, kind, place })
    for (const mark of [`at:${place}`, `of:${id}`]) push(this.sleepers, mark, actor)
  }

  /** What comes of a decided act is open as long as what it depends on may change at its own time. */
  private doubt({ character, place, time, reads }: DecidedAct): void {
    if (character === null || place === null) return
    const kind = this.atlas.kinds.get(character) ?? 0
    this.watch(reads, (changed) => {
      if (changed <= time) this.expect({ time, kind, place })
    })
  }

  /** A rule may be set off where what it reads changes; one that asks who acts, by anybody; one that holds or is repeated, by any input. */
  private arm(rule: RuleFootprint): void {
    const { definition, state } = this.timeline.committed.world
    if (!rule.isRepeated && state.done[rule.id] !== undefined) return
    const isAnybodys =
      rule.isOfActor || rule.isRepeated || holds(definition, state, rule.when, { actor: "", here: "" })
    const causes = rule.places?.map((place) => `at:${place}`) ?? ["*"]
    this.watch([...rule.reads, ...(isAnybodys ? causes : [])], (time) =>
      this.expect({ time: Math.max(time, rule.notBefore), rule }),
    )
  }

  private lower(mark: Mark, time: number): void {
    if (time >= this.timeOf(mark)) return
    this.times.set(mark, time)
    const { reaction } = this.timeline.pace
    for (const { kind, place, free } of this.sleepers.get(mark) ?? [])
      if (place !== null) this.expect({ time: Math.max(free, time + reaction), kind, place })
    for (const hears of this.watchers.get(mark) ?? []) hears(time)
    if (mark.startsWith("at:")) for (const one of this.occupants.get(mark.slice(3)) ?? []) this.lower(one, time)
  }

  /** Something is changed from afar: whoever is around it notices. */
  private touch(mark: Mark, time: number): void {
    if (mark === "actor") return
    const { definition } = this.timeline.committed.world
    if (mark === "*") {
      for (const place of this.atlas.ways.keys()) this.lower(`at:${place}`, time)
      for (const { id } of this.actors) this.lower(`of:${id}`, time)
      for (const fact of definition.facts.keys()) this.lower(`fact:${fact}`, time)
      return
    }
    this.lower(mark, time)
    const id = mark.slice(mark.indexOf(":") + 1)
    const seat = mark.startsWith("fact:") ? (definition.facts.get(id)?.where ?? null) : id
    if (seat === null || mark.startsWith("done:")) return
    const here = definition.entities.get(seat)?.kind === "place" ? [seat] : (this.whereabouts.get(seat) ?? [])
    for (const place of here) this.lower(`at:${place}`, time)
  }

  /** Somebody of this kind does something in `place`. */
  private act(kind: number, place: string, time: number): void {
    const key = `${kind} ${place}`
    if (this.acted.has(key)) return
    this.acted.add(key)
    if (time < this.earliest) {
      this.earliest = time
      for (const hears of this.watchers.get("*") ?? []) hears(time)
      for (const move of this.timeline.committed.world.definition.builtins) this.lower(`done:${move}`, time)
    }
    this.lower(`at:${place}`, time)
    for (const to of this.atlas.waysOf[kind]?.get(place) ?? []) this.arrive(kind, to, time)
    for (const move of movesAt(this.atlas, this.atlas.examples[kind] ?? "", place)) this.leave(move, kind, time)
  }

  private arrive(kind: number, place: string, time: number): void {
    this.lower(`at:${place}`, time)
    this.expect({ time: time + this.timeline.pace.travel, kind, place })
  }

  private fire(rule: RuleFootprint, time: number): void {
    if (this.fired.has(rule)) return
    this.fired.add(rule)
    this.leave(rule, null, time)
  }

  /** What a move or a rule leaves behind. Who is moved by others may have something to do at once. */
  private leave({ id, writes, moves }: Footprint, kind: number | null, time: number): void {
    this.lower(`done:${id}`, time)
    for (const mark of writes) this.touch(mark, time)
    for (const { who, to } of moves)
      for (const place of to) {
        if (who === "actor" && kind !== null) this.arrive(kind, place, time)
        else {
          this.lower(`at:${place}`, time)
          const kinds = who === "actor" ? this.atlas.examples.keys() : [this.atlas.kinds.get(who) ?? 0]
          for (const one of kinds) this.expect({ time, kind: one, place })
        }
      }
  }
}

function push<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

/** Where and when a character decides next. */
function actorOf(timeline: Timeline<DecidedAct>, atlas: Atlas, id: string): Actor {
  const { due, free } = timeline.latest.clocks[id] as { due: number | null; free: number }
  const at = due === null ? timeline.latest : timeline.before(due)
  const place = at.world.state.positions[id] ?? null
  return { id, kind: atlas.kinds.get(id) ?? 0, due: due ?? never, free, place }
}
