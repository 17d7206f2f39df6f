import { expect, test } from "vitest"
import { createMockLanguageModel, lastText } from "@daydream/engine/testing"
import { createHolderMemory, createModelReflector, dueForReflection, reflect } from "./index.ts"
import type { HolderMemory } from "./index.ts"

function weighty(count: number): HolderMemory {
  const memory = createHolderMemory("mira")
  for (let n = 1; n <= count; n++)
    memory.add({ type: "episode", id: `m${n}`, at: n, journalIndex: n, text: `Event ${n}`, importance: n / 10, source: "seen" })
  return memory
}

const options = { now: 20, journalIndex: 20, idOf: (index: number) => `thought-${index}`, threshold: 1 }

test("nothing is thought about until enough has gathered since the last thought", () => {
  const memory = weighty(4)
  expect(dueForReflection(memory, { threshold: 1.1 })).toEqual([])
  expect(dueForReflection(memory, { threshold: 0.9 }).map(({ id }) => id)).toEqual(["m1", "m2", "m3", "m4"])
  expect(dueForReflection(memory, { threshold: 0.9, limit: 2 }).map(({ id }) => id)).toEqual(["m3", "m4"])
  memory.add({ type: "reflection", id: "t", at: 5, journalIndex: 5, text: "So it goes", importance: 0.4, source: "seen", basis: ["m4"] })
  expect(dueForReflection(memory, { threshold: 0.1 })).toEqual([])
})

test("a model's thoughts rest on the memories that it was given, and on no other", async () => {
  const model = createMockLanguageModel({ answer: () => JSON.stringify({ thoughts: [
    { text: " I grow used to events. ", memories: [1, 3, 3] }, { text: "Invented", memories: [99] }, { text: "", memories: [1] },
  ] }) })
  const memory = weighty(4)
  const thoughts = await reflect(memory, createModelReflector(model, "en"), options)
  expect(thoughts).toEqual([{ type: "reflection", id: "thought-0", at: 20, journalIndex: 20, text: "I grow used to events.", basis: ["m1", "m3"],
    source: "seen", importance: 0.3 }])
  const [call] = model.calls
  expect(call === undefined ? "" : lastText(call.prompt)).toBe("1. Event 1\n2. Event 2\n3. Event 3\n4. Event 4")
  for (const thought of thoughts) memory.add(thought)
  expect(memory.forget(["m1"])).toEqual(["m1", "thought-0"])
})

test("an answer that is not what was asked for gives no thought, and a light day asks no model", async () => {
  const model = createMockLanguageModel({ answer: () => "I think, therefore" })
  expect(await reflect(weighty(4), createModelReflector(model, "zh"), options)).toEqual([])
  expect(await reflect(weighty(1), createModelReflector(model, "zh"), options)).toEqual([])
  expect(model.calls.length).toBe(1)
})
