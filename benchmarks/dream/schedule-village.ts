/** A village of 25 and their day, by chance: what `schedule.ts` plays. The mind is a stand-in for a slow model. */
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import type { Decision, Pace, View } from "@daydream/dream/schedule"
import type { WorldDefinition } from "@daydream/dream/world"
import { requireWorld } from "@daydream/dream/world"

/** Everything lies on a grid of ten seconds, so that lock step meets as many characters at one moment as it can. */
export const pace: Pace = { step: 30, travel: 120, reaction: 10 }
const grid = 10

const several = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T

const shops = ["cafe", "bar", "store", "school", "workshop", "clinic", "library", "park"] as const
const streets = several(8, (at) => `street-${at}`)

interface Villager {
  readonly id: string
  readonly home: string
  readonly house: string
  readonly work: string
  readonly shop: string
  readonly lunch: string
  readonly evening: string
  /** Seconds after midnight. */
  readonly rises: number
  readonly leaves: number
  readonly eats: number
  readonly ends: number
  readonly sleeps: number
  /** Seconds for which it goes out in the evening. */
  readonly outFor: number
  /** How likely it is to speak to somebody, and to answer. */
  readonly talks: number
}

/**
 * A ring of eight streets, a shop at each, twelve houses. Everybody has a bedroom in a house and a desk in a shop; halls,
 * shops, streets and the park are where they meet.
 */
export function makeVillage(
  seed: string,
  { sociable = 1, isOpen = false }: { readonly sociable?: number; readonly isOpen?: boolean } = {},
): {
  readonly definition: WorldDefinition
  readonly villagers: readonly Villager[]
} {
  const random = createRandom("village", seed)
  const houses = several(12, (at) => `house-${at}`)
  const minute = (from: number, to: number) => (from + random.integer(to - from)) * 60
  const villagers = several(25, (at): Villager => {
    const shop = pick(random, shops)
    return {
      id: `villager-${at}`,
      home: `bedroom-${at}`,
      house: houses[at % houses.length] ?? "",
      work: `desk-${at}`,
      shop,
      lunch: pick(random, ["cafe", "park", "bar", "house", "work"]),
      evening: pick(random, ["bar", "park", "cafe", "house", "home"]),
      rises: minute(330, 480),
      leaves: minute(490, 570),
      eats: minute(700, 780),
      ends: minute(960, 1080),
      sleeps: minute(1260, 1380),
      outFor: minute(30, 30 + Math.round(120 * sociable)),
      talks: Math.min(0.8, (0.2 + random.next() * 0.5) * sociable),
    }
  })
  const exitsOf = (street: number): string[] => [
    streets[(street + 1) % streets.length] ?? "",
    streets[(street + streets.length - 1) % streets.length] ?? "",
    shops[street] ?? "",
    ...houses.filter((_, at) => at % streets.length === street),
  ]
  // A bedroom and a desk's room have a lock: nobody but their owner comes in.
  const room = (to: string, owner: string) => (isOpen ? to : { to, when: { same: ["$actor", owner] } })
  const rooms = (building: string) =>
    villagers.flatMap(({ id, home, house, work, shop }) => [
      ...(house === building ? [room(home, id)] : []),
      ...(shop === building ? [room(work, id)] : []),
    ])
  const places = Object.fromEntries([
    ...streets.map((id, at) => [id, { names: `Street ${at}`, exits: exitsOf(at) }] as const),
    ...shops.map((id, at) => [id, { names: `The ${id}`, exits: [streets[at] ?? "", ...rooms(id)] }] as const),
    ...houses.map((id, at) => [id, { names: `House ${at}`, exits: [streets[at % 8] ?? "", ...rooms(id)] }] as const),
    ...villagers.flatMap(({ home, house, work, shop }, at) => [
      [home, { names: `Bedroom ${at}`, exits: [house] }] as const,
      [work, { names: `Desk ${at}`, exits: [shop] }] as const,
    ]),
  ])
  const document = {
    format: 1,
    id: "village",
    names: "Village",
    languages: ["en"],
    starts: "day 1 00:00",
    places,
    characters: Object.fromEntries(
      villagers.map(({ id, home }, at) => [id, { names: `Villager${at}son`, at: home }]),
    ),
    things: { lantern: { names: "the lantern", at: "bar" }, book: { names: "the book", at: "library" } },
    facts: {
      school_bell: { where: "school", says: "The school bell is ringing." },
      bar_open: { where: "bar", says: "The bar is open." },
      news: { starts: true, known: ["villager-0"], says: "The mill is to be sold." },
    },
    moves: {
      sleep: { names: "Sleep", takes: "1h" },
      work: { names: "Work", takes: "5m" },
      eat: { names: "Eat", takes: "5m" },
      wash: { names: "Wash", takes: "5m" },
      rest: { names: "Rest", takes: "5m" },
    },
    rules: {
      bell: { when: { time: { after: "day 1 09:00" } }, effects: [{ set: { fact: "school_bell", value: true } }] },
      opening: { when: { time: { after: "day 1 17:00" } }, effects: [{ set: { fact: "bar_open", value: true } }] },
    },
  }
  return { definition: requireWorld([{ name: "world.yaml", text: JSON.stringify(document) }]), villagers }
}

/** Where a villager means to be, and what it does there. */
function intentOf(villager: Villager, time: number): { readonly at: string; readonly does: string } {
  const now = time % 86_400
  const place = (spot: string): string =>
    spot === "home" || spot === "work" || spot === "house" ? villager[spot] : spot
  if (now < villager.rises || now >= villager.sleeps) return { at: villager.home, does: "sleep" }
  if (now < villager.rises + 1200) return { at: villager.home, does: "wash" }
  if (now < villager.leaves) return { at: villager.house, does: "eat" }
  if (now < villager.eats) return { at: villager.work, does: "work" }
  if (now < villager.eats + 2400) return { at: place(villager.lunch), does: "eat" }
  if (now < villager.ends) return { at: villager.work, does: "work" }
  return { at: now < villager.ends + villager.outFor ? place(villager.evening) : villager.home, does: "rest" }
}

const buildingOf = (place: string, villagers: readonly Villager[]): string => {
  const owner = villagers.find(({ home, work }) => home === place || work === place)
  if (owner === undefined) return place
  return owner.home === place ? owner.house : owner.shop
}

const streetOf = (building: string): number => {
  const shop = shops.findIndex((id) => id === building)
  return shop >= 0 ? shop : Number(building.replace(/^\D+/u, "")) % streets.length
}

/** The next place on the way. */
function stepTo(from: string, to: string, villagers: readonly Villager[]): string {
  const [here, there] = [buildingOf(from, villagers), buildingOf(to, villagers)]
  if (here !== from) return here
  if (here === there) return to
  const [a, b] = [streetOf(here), streetOf(there)]
  if (!here.startsWith("street-")) return streets[a] ?? ""
  if (a === b) return there
  const clockwise = (b - a + streets.length) % streets.length
  return streets[(a + (clockwise <= streets.length / 2 ? 1 : streets.length - 1)) % streets.length] ?? ""
}

/** What a villager does: the same on equal views. */
export function mindOf(seed: string, villagers: readonly Villager[]): (view: View) => Decision {
  return (view) => {
    const random = createRandom("mind", seed, view.character, view.time, view.perception.events.length)
    const villager = villagers.find(({ id }) => id === view.character)
    const here = view.perception.place?.id
    if (villager === undefined || here === undefined) return { proposal: null, rest: 600 }
    const rest = (least: number, most: number) => least + random.integer((most - least) / grid) * grid
    const { at, does } = intentOf(villager, view.time)
    const spoken = view.perception.events.filter((event) => event.kind === "said" && event.speaker !== view.character)
    const others = view.perception.characters
    const isAnswer = spoken.length > 0
    if (does !== "sleep" && others.length > 0 && random.next() < (isAnswer ? villager.talks + 0.15 : villager.talks / 3)) {
      const last = spoken.at(-1)
      const to = last?.kind === "said" && others.some(({ id }) => id === last.speaker) ? last.speaker : pick(random, others).id
      const speech = { text: "So it is, then.", language: "en" as const, origin: "authored" as const, to: [to] }
      return { proposal: { move: "say", arguments: {}, speech }, rest: rest(60, 300) }
    }
    if (here !== at) return { proposal: { move: "go", arguments: { to: stepTo(here, at, villagers) } }, rest: 0 }
    return { proposal: { move: does, arguments: {} }, rest: rest(120, 600) }
  }
}
