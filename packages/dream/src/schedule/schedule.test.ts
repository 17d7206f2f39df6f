import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { randomUtterance, randomWorldFile } from "../testing/index.ts"
import {
  canonicalJson,
  charactersOf,
  createWorld,
  replay,
  requireWorld,
  stateHash,
  writeJournal,
} from "../world/index.ts"
import type { WorldDefinition } from "../world/index.ts"
import { createSchedule, lockStep, startClocks } from "./index.ts"
import type { Deciding, Decision, Pace, Standing, View } from "./index.ts"

const pace: Pace = { step: 30, travel: 120, reaction: 7 }

/** Somebody without a mind, who decides by chance, and the same on equal views. */
function byChance(definition: WorldDefinition, seed: number, delay: (view: View) => Promise<void>): Deciding {
  return {
    questions: () => [{ op: "fact", fact: "lit", test: { is: true } }],
    decide: async (view): Promise<Decision> => {
      await delay(view)
      const random = createRandom("mind", seed, canonicalJson(view))
      const rest = 30 + random.integer(900)
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

const standingOf = (seed: number, options: { readonly characters?: number } = {}): Standing => {
  const world = createWorld(requireWorld([randomWorldFile(createRandom("world", seed), { secrets: 3, ...options })]))
  return { world, clocks: startClocks(world, charactersOf(world.definition).map(({ id }) => id)) }
}

/** Answers after so many turns of the event loop, different for each view. */
const jumbled = (seed: number) => async (view: View) => {
  const turns = createRandom("delay", seed, view.character, view.time).integer(12)
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function played(start: Standing, deciding: Deciding, until: number, concurrency = 8) {
  const schedule = createSchedule(start, deciding, { pace, concurrency })
  const order: string[] = []
  for await (const { time, character } of schedule.run({ until })) order.push(`${String(time).padStart(9, "0")} ${character ?? ""}`)
  return { schedule, order, standing: schedule.standing }
}

test("out of order and in parallel, a world by chance gets the same journal as in lock step, and nothing is decided twice", async () => {
  let entries = 0
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      const start = standingOf(seed)
      const until = start.world.state.time + 5400
      const still = await lockStep(start, byChance(start.world.definition, seed, async () => {}), { until, pace })
      const { schedule, order, standing } = await played(start, byChance(start.world.definition, seed, jumbled(seed)), until)
      expect(writeJournal(standing.world)).toBe(writeJournal(still.world))
      expect(standing.clocks).toEqual(still.clocks)
      expect(order).toEqual(order.toSorted())
      expect(schedule.counts.redone).toBe(0)
      expect(stateHash(replay(start.world.definition, standing.world.journal.shared).world)).toBe(stateHash(standing.world))
      entries += standing.world.journal.length
    }),
    { numRuns: 25, seed: 11 },
  )
  expect(entries).toBeGreaterThan(500)
})
