/** What is known of the time to come: acts beyond the committed world, in order, with the world after each. */
import { enact } from "./clocks.ts"
import type { Act, Pace, Standing } from "./model.ts"

/** Acts are in order of time; at one time those from outside first, then by character. */
export function compareActs(a: Pick<Act, "time" | "character">, b: Pick<Act, "time" | "character">): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.character === b.character) return 0
  return (a.character ?? "") < (b.character ?? "") ? -1 : 1
}

interface Item<A extends Act> {
  readonly act: A
  after: Standing | null
}

/** Grows by {@link insert}; the worlds after later acts are then made again, as far as they are asked for. */
export class Timeline<A extends Act = Act> {
  readonly pace: Pace
  private base: Standing
  private items: Item<A>[] = []

  constructor(committed: Standing, pace: Pace) {
    this.base = committed
    this.pace = pace
  }

  get committed(): Standing {
    return this.base
  }

  get acts(): readonly A[] {
    return this.items.map(({ act }) => act)
  }

  /** The earliest act that is not committed. */
  get first(): A | undefined {
    return this.items[0]?.act
  }

  /** Where it stands when all acts are done. */
  get latest(): Standing {
    return this.after(this.items.length)
  }

  /** Where it stands after the first `count` acts. */
  after(count: number): Standing {
    let from = count
    while (from > 0 && this.items[from - 1]?.after === null) from--
    let standing = this.items[from - 1]?.after ?? this.base
    for (; from < count; from++) {
      const item = this.items[from] as Item<A>
      standing = enact(standing, item.act, this.pace)
      item.after = standing
    }
    return standing
  }

  /** Where it stands when the characters decide at `time`: what comes from outside at that time has happened. */
  before(time: number): Standing {
    const place = this.items.findIndex(({ act }) => act.time > time || (act.time === time && act.character !== null))
    return this.after(place < 0 ? this.items.length : place)
  }

  insert(act: A): void {
    const after = this.items.findIndex((item) => compareActs(act, item.act) < 0)
    const place = after < 0 ? this.items.length : after
    this.items.splice(place, 0, { act, after: null })
    this.forget(place)
  }

  remove(act: A): void {
    const place = this.items.findIndex((item) => item.act === act)
    if (place < 0) return
    this.items.splice(place, 1)
    this.forget(place)
  }

  private forget(from: number): void {
    for (let at = from; at < this.items.length; at++) (this.items[at] as Item<A>).after = null
  }

  /** The first act happens for good. */
  commit(): Standing {
    this.base = this.after(1)
    this.items.shift()
    return this.base
  }
}
