/** The promises of `run.ts`, on 200 sets a method instead of 1,000. */
import { describe, expect, it } from "vitest"
import { attemptShare } from "@daydream/industry/certificate"
import {
  checkSaysBroken, checkSaysHolds, choosingOnCertify, fiveCopies, grouped, peeking, retries, ungrouped, withoutReplacement,
} from "./controls.ts"
import { settings } from "./settings.ts"
import { mostBroken, simulate } from "./simulate.ts"

const sets = 200
const delta = 0.05
// 21 of 200: the 99.9 % quantile. Seeds are fixed, so the tests are deterministic.
const most = mostBroken(sets, delta)
const first = delta * attemptShare(1)

const quick = settings().filter(({ world }) =>
  /^(?:plan|cascade, hard|abstaining, hard|abstaining, truth|tiny|recall)/u.test(world.name),
)

describe("promises over many data sets", () => {
  it("allow 73 broken of 1,000 and 21 of 200 at delta 0.05", () => {
    expect([mostBroken(1000, 0.05), most]).toEqual([73, 21])
  })

  it.each(quick)("are kept, and made where they can be: $world.name", async ({ world, options, power = 0 }) => {
    const result = await simulate(world, { ...options, thresholds: 5, sets, delta })
    expect(result.broken).toBeLessThanOrEqual(most)
    expect(result.certified).toBeGreaterThanOrEqual(power * sets)
  })

  it.each([
    () => grouped(sets, first), () => retries(sets, delta, true), () => checkSaysHolds(sets, delta), () => checkSaysBroken(sets, delta),
  ])("are kept with copies, with retries and under constant looking (%#)", (honest) => {
    expect(honest().broken).toBeLessThanOrEqual(most)
  })

  it.each([
    () => ungrouped(sets, delta), () => fiveCopies(sets, delta), () => withoutReplacement(sets, delta),
    () => choosingOnCertify(sets, delta), () => retries(sets, delta, false), () => peeking(sets, delta),
  ])("are seen to break for methods that are wrong (%#)", (control) => {
    expect(control().broken).toBeGreaterThan(most)
  })
})
