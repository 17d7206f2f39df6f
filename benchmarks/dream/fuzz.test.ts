import { expect, test } from "vitest"
import { fuzzWorlds } from "./fuzz.ts"

test("a small fuzz breaks nothing, and has tried what it should try", () => {
  const { counts, failures } = fuzzWorlds({ events: 12_000, seed: "test" })
  expect(failures).toEqual([])
  for (const [name, count] of Object.entries(counts)) expect([name, count > 0]).toEqual([name, true])
})
