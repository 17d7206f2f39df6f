import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { advance, append, createWorld, factHistory, holds, readCondition, readEffects, requireWorld } from "./index.ts"

const definition = requireWorld(
  ["world.yaml", "plot.yaml"].map((name) => ({
    name,
    text: readFileSync(new URL(`example/${name}`, import.meta.url), "utf8"),
  })),
)

test("a condition outside the world's files is read against its names", () => {
  const { state } = createWorld(definition)
  const { condition, problems } = readCondition(
    definition,
    { all: [{ at: { place: "taproom" } }, { not: { fact: { id: "hatch_open" } } }, { together: ["$actor", "$whom"] }] },
    { bindings: { whom: "character" } },
  )
  expect(problems).toEqual([])
  if (condition === undefined) throw new Error("no condition")
  expect(holds(definition, state, condition, { actor: "wen", whom: "guest" })).toBe(true)
  expect(holds(definition, state, condition, { actor: "wen", whom: "luo" })).toBe(false)
  expect(holds(definition, state, condition, {})).toBe(false)
})

test("what is wrong with it is told by its path", () => {
  const told = (value: unknown) =>
    readCondition(definition, value).problems.map(({ code, path }) => `${path.join(".")} ${code}`)
  expect(told({ at: { place: "cellarr" } })).toEqual(["at.place unknown_reference"])
  expect(told({ at: { plaze: "cellar" } })).toEqual(["at missing_key", "at.plaze unknown_key"])
  expect(told({ knows: { fact: "drowned", is: "everybody" } })).toEqual(["knows.is value_unknown"])
  expect(told({})).toEqual([" one_condition"])
  expect(told("yes")).toEqual([" wrong_type"])
  expect(readEffects(definition, [{ set: { fact: "oil", value: 10 } }]).problems.map(({ code }) => code)).toEqual([
    "value_unknown",
  ])
})

test("effects become a story's input, and the history of a fact is in the journal", () => {
  const { effects } = readEffects(definition, [
    { set: { fact: "hatch_open", value: true } },
    { narrate: { to: "everyone", text: { en: "A creak.", zh: "吱呀一声。" } } },
  ])
  const world = createWorld(definition)
  const result = advance(world, { kind: "story", id: "s1", time: world.state.time + 30, effects }, null)
  expect(result.events?.map(({ kind }) => kind)).toEqual(["waited", "changed", "narrated"])
  if (result.entry === undefined) throw new Error("refused")
  expect(factHistory(append(world, result.entry).world, "hatch_open")).toEqual([
    { value: false, since: 72_000, until: 72_030 },
    { value: true, since: 72_030, until: null },
  ])
  expect(factHistory(world, "nothing")).toEqual([])
})
