import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { randomEvent, randomInput, randomWorldFile } from "../testing/index.ts"
import { advance, append, charactersOf, createWorld, requireWorld } from "../world/index.ts"
import type { Entry, World } from "../world/index.ts"
import { findLeaks, perceive } from "./index.ts"

const seeds = fc.integer({ min: 0, max: 1e9 })
const worldOf = (seed: number) =>
  createWorld(requireWorld([randomWorldFile(createRandom("world", seed), { secrets: 5 })]))

function leaksOf(world: World): string[] {
  return charactersOf(world.definition).flatMap(({ id }) => {
    const perception = perceive(world, id)
    return perception === null ? ["no perception"] : findLeaks(world, perception).map((leak) => `${id} ${leak}`)
  })
}

test("nothing of a secret that the holder does not know is in what it perceives, whatever has been tried", () => {
  let secretsKnown = 0
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createRandom("play", seed)
      let world = worldOf(seed)
      for (let count = 0; count < 60; count++) {
        const { input, proposal } = randomInput(random, world, count)
        const result = advance(world, input, proposal)
        if (result.entry !== undefined) world = append(world, result.entry).world
      }
      expect(leaksOf(world)).toEqual([])
      secretsKnown += charactersOf(world.definition).flatMap(
        ({ id }) => perceive(world, id)?.facts.filter(({ isSecret }) => isSecret) ?? [],
      ).length
    }),
    { numRuns: 40, seed: 3 },
  )
  expect(secretsKnown).toBeGreaterThan(0)
})

test("not even a forged journal makes anybody perceive what it cannot know", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createRandom("forged", seed)
      let world = worldOf(seed)
      for (let count = 0; count < 40; count++) {
        const events = Array.from({ length: 3 }, () => randomEvent(random, world)) as Entry["events"]
        world = append(world, {
          index: world.journal.length,
          input: { kind: "tick", id: `f${count}`, time: world.state.time },
          proposal: null,
          events,
        }).world
      }
      expect(leaksOf(world)).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test("a leak is found where there is one", () => {
  const world = worldOf(5)
  const fact = world.definition.facts.get("secret-0")
  const text = fact?.values.get("a")?.says.en ?? ""
  const holder = charactersOf(world.definition).find(
    ({ id }) => (world.state.knowledge[id]?.["secret-0"] ?? []).length === 0,
  )
  const perception = perceive(world, holder?.id ?? "")
  if (perception === null) throw new Error("nobody")
  expect(text).not.toBe("")
  expect(
    findLeaks(world, {
      ...perception,
      place: { id: "x", names: {}, description: { en: text.toUpperCase() }, exits: [] },
    }),
  ).not.toEqual([])
})

test("somebody who is no character perceives nothing", () => {
  expect(perceive(worldOf(1), "place-0")).toBeNull()
  expect(perceive(worldOf(1), "__proto__")).toBeNull()
})
