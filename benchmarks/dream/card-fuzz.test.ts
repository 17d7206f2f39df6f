import { expect, test } from "vitest"
import { makeSeeds, mutate } from "./card-mutate.ts"
import { useFile } from "./card-use.ts"

test("every seed is read", () => {
  expect(Object.entries(makeSeeds()).filter(([, bytes]) => useFile(bytes) !== "read")).toEqual([])
})

test("a damaged file gives a message or is read, and nothing crashes", () => {
  const seeds = makeSeeds()
  const outcomes = new Set<string>()
  for (let i = 0; i < 500; i++) outcomes.add(useFile(mutate(seeds, i).bytes))
  expect(outcomes).toContain("read")
  expect(outcomes.size).toBeGreaterThan(4)
})
