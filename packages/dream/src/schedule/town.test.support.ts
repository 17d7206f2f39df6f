/** Towns by chance: wide enough to be apart in, with what reaches far: bells, letters, rules by the clock, gates. */
import type { Random } from "@daydream/engine/random"
import type { WorldDocument, WorldFile } from "../world/index.ts"

const several = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T

type Moves = NonNullable<WorldDocument["moves"]>
type Rules = NonNullable<WorldDocument["rules"]>
type Effects = NonNullable<Moves[string]["effects"]>

/** A town of streets, each a row of places; its people, things, bells and rules by chance. */
export function townByChance(random: Random): WorldFile {
  const places = several(8 + random.integer(10), (at) => `place-${at}`)
  const people = several(3 + random.integer(6), (at) => `person-${at}`)
  const things = several(4, (at) => `thing-${at}`)
  const place = () => pick(random, places)
  const person = () => pick(random, people)
  const thing = () => pick(random, things)
  const clock = () => `${String(8 + random.integer(3)).padStart(2, "0")}:${String(random.integer(60)).padStart(2, "0")}`
  const far = (): Effects[number] =>
    pick<() => Effects[number]>(random, [
      () => ({ set: { fact: "bell", value: random.next() < 0.5 } }),
      () => ({ add: { fact: "crowd", amount: random.integer(5) - 2 } }),
      () => ({ move: { who: person(), to: place() } }),
      () => ({ put: { thing: thing(), in: place() } }),
      () => ({ hide: thing() }),
      () => ({ learn: { who: person(), fact: "news" } }),
      () => ({ learn: { who: "present", fact: "news", from: person() } }),
      () => ({ feel: { who: person(), feeling: pick(random, ["calm", "afraid"]) } }),
      () => ({ narrate: { to: pick(random, [person(), "present", "everyone"]), text: "A bell rings." } }),
      () => ({ relate: { kind: "trust", from: person(), to: "$actor", add: 1 } }),
    ])()
  const near = (): Effects[number] =>
    pick<() => Effects[number]>(random, [
      () => ({ feel: { who: "$actor", feeling: pick(random, ["calm", "afraid"]) } }),
      () => ({ move: { who: "$actor", to: place() } }),
      () => ({ narrate: { to: "present", text: "Steps on the stairs." } }),
    ])()
  const moves: Moves = Object.fromEntries(
    several(4, (at) => [
      `deed-${at}`,
      {
        names: `Deed ${at}`,
        who: random.next() < 0.5 ? [person(), person()] : ("everyone" as const),
        when: pick<() => Moves[string]["when"]>(random, [
          () => ({ at: { place: place() } }),
          () => ({ all: [{ at: { place: place() } }, { fact: { id: "bell", is: true } }] }),
          () => ({ any: [{ at: { place: place() } }, { at: { place: place() } }] }),
          () => ({ all: [{ at: { place: place() } }, { at: { who: person(), place: place() } }] }),
          () => ({ all: [{ at: { place: place() } }, { done: { what: "deed-0", atLeast: 2 } }] }),
        ])(),
        effects: [random.next() < 0.4 ? far() : near()],
        takes: pick(random, ["0s", "5m", "20m"]),
      },
    ]),
  )
  const rules: Rules = Object.fromEntries(
    several(3, (at) => [
      `rule-${at}`,
      {
        when: pick<() => Rules[string]["when"]>(random, [
          () => ({ time: { after: `day 1 ${clock()}` } }),
          () => ({ all: [{ time: { after: `day 1 ${clock()}` } }, { fact: { id: "bell", is: true } }] }),
          () => ({ all: [{ at: { who: "$actor", place: place() } }, { fact: { id: "crowd", atLeast: 4 } }] }),
          () => ({ at: { who: "$actor", place: place() } }),
          () => ({ has: { who: person(), thing: thing() } }),
          () => ({ clock: { from: clock(), to: "12:00" } }),
          () => ({ together: [person(), person()] }),
        ])(),
        repeated: random.next() < 0.15,
        effects: [random.next() < 0.6 ? far() : near()],
      },
    ]),
  )
  const document: WorldDocument = {
    format: 1,
    id: "town",
    names: "Town",
    languages: ["en"],
    starts: "day 1 08:00",
    feelings: ["calm", "afraid"],
    places: Object.fromEntries(
      places.map((id, at) => [
        id,
        {
          names: `Corner${at}`,
          exits: [
            ...(at > 0 ? [places[at - 1] ?? id] : []),
            ...(at + 1 < places.length ? [places[at + 1] ?? id] : []),
            ...(random.next() < 0.2 ? [{ to: place(), when: { fact: { id: "bell", is: true } } }] : []),
          ].filter((to) => to !== id),
        },
      ]),
    ),
    characters: Object.fromEntries(
      people.map((id, at) => [
        id,
        { names: `Person${at}son`, feeling: "calm", ...(random.next() < 0.95 ? { at: place() } : {}) },
      ]),
    ),
    things: Object.fromEntries(
      things.map((id, at) => [id, { names: `gadget${at}`, at: pick(random, [place(), person()]), container: at === 0 }]),
    ),
    relations: { trust: { range: [-5, 5] } },
    facts: {
      bell: { where: place(), says: "The bell is ringing." },
      crowd: { range: [0, 9], starts: 3, where: place(), says: "There are {value} people." },
      news: { starts: true, known: [person()], says: "The ship has come." },
    },
    moves,
    rules,
  }
  return { name: "world.yaml", text: JSON.stringify(document) }
}
