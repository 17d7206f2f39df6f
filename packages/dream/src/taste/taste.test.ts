import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "@daydream/engine/storage"
import type { Store } from "@daydream/engine/storage"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Dial } from "../bundle/index.ts"
import { emptyTaste, learnTaste, openTasteStore, positionsOf, readTaste, settingsFor } from "./index.ts"
import type { Taste, TasteEvidence } from "./index.ts"

const dial = (id: string, starts: string, values: readonly string[]): Dial => ({
  id, names: {}, starts, content: null, values: values.map((value) => ({ value, names: {} })),
})
const dream = {
  dials: new Map([dial("fear", "some", ["none", "some", "much"]), dial("pace", "slow", ["slow", "fast"])].map((one) => [one.id, one])),
}

describe("a taste", () => {
  test("knows nothing at first: every dial stands where its author began", () => {
    expect(settingsFor(dream, emptyTaste)).toEqual({ fear: "some", pace: "slow" })
  })

  test("takes what is set by hand at once", () => {
    const taste = learnTaste(emptyTaste, { kind: "set", dial: "fear", position: 0 })
    expect(settingsFor(dream, taste)).toEqual({ fear: "none", pace: "slow" })
  })

  test("is not turned by one play that was liked, but by several", () => {
    const positions = positionsOf(dream, { fear: "much", pace: "fast" })
    expect(positions).toEqual({ fear: 1, pace: 1 })
    const play = (times: number) =>
      Array.from({ length: times }).reduce<Taste>((taste) => learnTaste(taste, { kind: "played", positions, liked: 0.4 }), emptyTaste)
    expect(settingsFor(dream, play(1))).toEqual({ fear: "some", pace: "slow" })
    expect(settingsFor(dream, play(6))).toEqual({ fear: "much", pace: "fast" })
  })

  test("moves away from what was disliked", () => {
    const taste = Array.from({ length: 6 }).reduce<Taste>(
      (one) => learnTaste(one, { kind: "played", positions: { fear: 1 }, liked: -1 }), emptyTaste)
    expect(settingsFor(dream, taste).fear).toBe("none")
  })

  test("can change: old evidence fades", () => {
    const old = Array.from({ length: 50 }).reduce<Taste>((one) => learnTaste(one, { kind: "set", dial: "fear", position: 1 }), emptyTaste)
    const now = [1, 2].reduce<Taste>((one) => learnTaste(one, { kind: "set", dial: "fear", position: 0 }), old)
    expect(settingsFor(dream, now).fear).toBe("none")
  })

  test("stays readable whatever it learns", () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, 0.5))
    const evidence: fc.Arbitrary<TasteEvidence> = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), dial: fc.constantFrom("fear", "pace"), position: number }),
      fc.record({ kind: fc.constant("played" as const), positions: fc.dictionary(fc.constantFrom("fear", "pace"), number), liked: number }),
    )
    fc.assert(fc.property(fc.array(evidence, { maxLength: 30 }), (all) => {
      const taste = all.reduce(learnTaste, emptyTaste)
      expect(readTaste(JSON.parse(JSON.stringify(taste)))).toEqual(taste)
      expect(Object.keys(settingsFor(dream, taste))).toEqual(["fear", "pace"])
    }))
  })
})

describe("on the store", () => {
  let base: string
  let store: Store
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "daydream-taste-"))
    await chmod(base, 0o755)
    store = await openStore({ folder: join(base, "store") })
  })
  afterAll(async () => {
    await store.close()
    await rm(base, { recursive: true, force: true })
  })

  test("evidence from two devices at once is not lost, and a player can be forgotten", async () => {
    const tastes = await openTasteStore(store)
    await Promise.all(["fear", "pace", "tone", "length"].map((one) => tastes.learn("ann", { kind: "set", dial: one, position: 1 })))
    expect(Object.keys((await tastes.of("ann")).dials).toSorted()).toEqual(["fear", "length", "pace", "tone"])
    expect((await tastes.set("ann", { without: ["fear"] })).without).toEqual(["fear"])
    expect(await tastes.of("ben")).toEqual(emptyTaste)
    await tastes.forget("ann")
    expect(await tastes.of("ann")).toEqual(emptyTaste)
  })
})
