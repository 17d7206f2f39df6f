import { expect, it } from "vitest"
import { stagesOf } from "./stages.ts"

it("tells one number that never falls, also where a part of a stage begins anew", () => {
  const told: number[] = []
  const [first, second] = stagesOf((done) => told.push(done), [1, 3])
  first?.(5, 10)
  first?.(10, 10)
  second?.(1, 2)
  second?.(0, 2)
  second?.(2, 2)
  expect(told).toEqual([125, 250, 625, 625, 1000])
})
