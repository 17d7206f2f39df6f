import { expect, test } from "vitest"
import type { CastMember, Habit } from "../bundle/index.ts"
import { createWorld, entriesOf, readCondition, requireWorld } from "../world/index.ts"
import { createSchedule, decideByHabits, startClocks } from "./index.ts"

const clock = (hours: number, minutes = 0) => hours * 3600 + minutes * 60

const world = createWorld(
  requireWorld([
    {
      name: "world.yaml",
      text: JSON.stringify({
        format: 1,
        id: "light",
        names: "Light",
        languages: ["en"],
        starts: "day 1 19:00",
        places: {
          home: { names: "Home", exits: ["path"] },
          path: { names: "The path", exits: ["home", "tower"] },
          tower: { names: "The tower", exits: ["path"] },
        },
        characters: { keeper: { names: "The keeper", at: "home" }, cat: { names: "The cat", at: "home" } },
        facts: { lit: { where: "tower", says: "The lamp burns." } },
        moves: {
          trim: { names: "Trim the lamp", when: { at: { place: "tower" } }, effects: [{ set: { fact: "lit", value: true } }] },
        },
      }),
    },
  ]),
)

const member = (character: string, habits: readonly Habit[]): CastMember => ({
  character,
  isMinor: false,
  freedom: "select",
  persona: {},
  voice: {},
  topics: [],
  reactions: [],
  habits,
  unclear: [],
  offWorld: [],
  nature: [],
})

const evening = readCondition(world.definition, { clock: { from: "20:00", to: "23:00" } }).condition ?? null

test("by habit somebody goes to its work step by step, does it as often as the author says, and goes home", async () => {
  const cast = new Map([
    [
      "keeper",
      member("keeper", [
        { id: "go", when: evening, move: "go", arguments: { to: "tower" }, every: 0 },
        { id: "trim", when: evening, move: "trim", arguments: {}, every: 1800 },
        { id: "home", when: evening === null ? null : { op: "not", of: evening }, move: "go", arguments: { to: "home" }, every: 0 },
      ]),
    ],
  ])
  const schedule = createSchedule({ world, clocks: startClocks(world) }, decideByHabits(cast, world.definition))
  for await (const _ of schedule.run({ until: clock(24) }));
  const done = entriesOf(schedule.standing.world).map(({ proposal, input }) => ({
    what: proposal?.arguments["to"] ?? proposal?.move,
    at: input.time,
  }))
  expect(done.map(({ what }) => what)).toEqual(["path", "tower", "trim", "trim", "trim", "trim", "trim", "trim", "path", "home"])
  expect(done[0]?.at).toBeGreaterThanOrEqual(clock(20))
  const trims = done.filter(({ what }) => what === "trim").map(({ at }) => at)
  expect(trims.slice(1).map((at, index) => at - (trims[index] ?? 0)).every((gap) => gap >= 1800 && gap < 2400)).toBe(true)
  expect(done.at(-1)?.at).toBeGreaterThanOrEqual(clock(23))
})
