import { expect, test } from "vitest"
import { fuzzTurns } from "./turn-fuzzing.ts"

test("a small fuzz of turns breaks nothing, and has tried what it should try", async () => {
  const { counts, failures } = await fuzzTurns({ events: 3_000, seed: "test" })
  expect(failures).toEqual([])
  const { "dreams ended": _, ...tried } = counts
  for (const [name, count] of Object.entries(tried)) expect([name, count > 0]).toEqual([name, true])
})
