import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { randomUtterance, randomWorldFile } from "../testing/index.ts"
import { createWorld, replay, requireWorld, stateHash, writeJournal, charactersOf } from "../world/index.ts"
import type { WorldDefinition, WorldFile } from "../world/index.ts"
import { createSchedule, lockStep, startClocks } from "./index.ts"
import type { Deciding, Decision, Pace, Standing, View } from "./index.ts"
import { townByChance } from "./town.test.support.ts"

const pace: Pace = { step: 30, travel: 120, reaction: 7 }

/** Somebody without a mind, who decides by chance, and the same on equal views. */
function byChance(definition: WorldDefinition, seed: number, before: (view: View) => Promise<void>): Deciding {
  return {
    questions: () => [{ op: "fact", fact: "crowd", test: { atLeast: 4 } }],
    decide: async (view): Promise<Decision> => {
      await before(view)
      const random = createRandom("mind", seed, JSON.stringify(view))
      const rest = 30 + random.integer(1500)
      const move = view.moves[random.integer(view.moves.length + 1)]
      if (move === undefined) return { proposal: null, rest }
      const entity = definition.entities.get(view.character)
      const isPlayer = entity?.kind === "character" && entity.isPlayer
      const speech = {
        text: randomUtterance(random, definition),
        language: "en" as const,
        origin: isPlayer ? ("player" as const) : ("generated" as const),
      }
      const proposal = { move: move.move, arguments: move.arguments, ...(random.next() < 0.4 ? { speech } : {}) }
      return { proposal, rest }
    },
  }
}

function standingOf(file: WorldFile): Standing {
  const world = createWorld(requireWorld([file]))
  return { world, clocks: startClocks(world, charactersOf(world.definition).map(({ id }) => id)) }
}

/** Answers after so many turns of the event loop, different for each view; counts who is asked for a time that another was past. */
function jumbled(seed: number) {
  const counts = { asked: 0, behind: 0 }
  let latest = 0
  const before = async (view: View) => {
    counts.asked++
    if (view.time < latest) counts.behind++
    latest = Math.max(latest, view.time)
    const turns = createRandom("delay", seed, view.character, view.time).integer(12)
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { counts, before }
}

/** Plays both ways and compares. Gives how many decisions were made for a time that another was past. */
async function compare(file: WorldFile, seed: number, hours: number) {
  const start = standingOf(file)
  const { definition } = start.world
  const until = start.world.state.time + hours * 3600
  const still = await lockStep(start, byChance(definition, seed, async () => {}), { until, pace })
  const { counts, before } = jumbled(seed)
  const schedule = createSchedule(start, byChance(definition, seed, before), { pace, concurrency: 8 })
  const order: string[] = []
  for await (const { time, character } of schedule.run({ until }))
    order.push(`${String(time).padStart(9, "0")} ${character ?? ""}`)
  const { standing } = schedule
  expect(writeJournal(standing.world)).toBe(writeJournal(still.world))
  expect(standing.clocks).toEqual(still.clocks)
  expect(order).toEqual(order.toSorted())
  expect(schedule.counts).toEqual({ asked: counts.asked, redone: 0 })
  expect(stateHash(replay(definition, standing.world.journal.shared).world)).toBe(stateHash(standing.world))
  return { ...counts, entries: standing.world.journal.length }
}

test("out of order and in parallel, worlds by chance get the journal of lock step, and nothing is decided twice", async () => {
  let entries = 0
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      entries += (await compare(randomWorldFile(createRandom("world", seed), { secrets: 3 }), seed, 1.5)).entries
    }),
    { numRuns: 15, seed: 11 },
  )
  expect(entries).toBeGreaterThan(300)
})

test("so do wide towns with gates, letters and rules by the clock, where characters are far apart in time", async () => {
  const sum = { asked: 0, behind: 0 }
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      const { asked, behind } = await compare(townByChance(createRandom("town", seed)), seed, 2.5)
      sum.asked += asked
      sum.behind += behind
    }),
    { numRuns: 40, seed: 12 },
  )
  expect(sum.behind / sum.asked).toBeGreaterThan(0.05)
})
