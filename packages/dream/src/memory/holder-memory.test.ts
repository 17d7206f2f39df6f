import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createHolderMemory, defaultWeights, recencyOf, termsOf } from "./index.ts"
import type { EpisodeEvent, FactEvent, HolderMemory, MemoryEvent, RelationEvent } from "./index.ts"

const episode = (id: string, text: string, rest: Partial<EpisodeEvent> = {}): EpisodeEvent =>
  ({ type: "episode", id, at: 0, journalIndex: 0, text, importance: 0.5, source: "seen", ...rest })
const fact = (id: string, subject: string, attribute: string, value: FactEvent["value"], at: number, rest: Partial<FactEvent> = {}): FactEvent =>
  ({ type: "fact", id, at, journalIndex: at, text: `${subject} ${attribute} ${value}`, importance: 0.5, source: "seen", subject, attribute, value, ...rest })

const memoryOf = (...events: MemoryEvent[]): HolderMemory => {
  const memory = createHolderMemory("mira")
  for (const event of events) expect(memory.add(event)).toBe(true)
  return memory
}
const ids = (memory: HolderMemory, text: string, rest = {}) =>
  memory.recall({ text, now: 100, ...rest }).map((one) => one.memory.id)

const words = ["dog", "Lamp", "海", "灯塔", "storm", "letter", "雾", "brother", "弟弟", "café", "keys", "said", "的"]
const someText = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(" "))
const name = fc.constantFrom("a", "b", "c")
const number = fc.integer({ min: 0, max: 6 })
const base = fc.record({
  at: number, journalIndex: number, text: someText, importance: fc.constantFrom(0, 0.5, 1), source: fc.constantFrom("seen", "told", "said"),
  present: fc.subarray(["a", "b", "c"]), basis: fc.array(fc.integer({ min: 0, max: 19 }), { maxLength: 1 }),
})
const kinds = fc.oneof(
  fc.constant({ type: "episode" }),
  fc.record({ type: fc.constant("fact"), subject: name, attribute: name, value: fc.oneof(number, fc.constant(null)) }),
  fc.record({ type: fc.constant("relation"), from: name, to: name, name, value: number }),
)
const someEvents = fc.array(fc.tuple(base, kinds), { minLength: 1, maxLength: 20 }).map((pairs) =>
  pairs.map(([common, kind], index) => ({
    ...common, ...kind, id: `m${index}`,
    ...(common.basis.every((on) => on < index) ? { basis: common.basis.map((on) => `m${on}`) } : { basis: [] }),
  })))
const someSteps = fc.array(fc.record({
  what: fc.constantFrom("forget", "edit", "pin", "vector"), id: fc.integer({ min: 0, max: 19 }).map((index) => `m${index}`), text: someText,
}), { maxLength: 12 })

const vectorOf = (text: string) => [text.length % 3 + 1, text.length % 5, text.codePointAt(0) ?? 0]

function perform(memory: HolderMemory, steps: readonly { what: string; id: string; text: string }[]): void {
  for (const { what, id, text } of steps) {
    if (what === "forget") memory.forget([id])
    else if (memory.get(id) === undefined) continue
    else if (what === "edit") memory.edit(id, { text })
    else if (what === "pin") memory.pin(id, true)
    else memory.setVector(id, vectorOf(text), "test")
  }
}

/** The same memories put into a new index, oldest last, as far as what they rest on allows. */
function rebuilt(memory: HolderMemory): HolderMemory {
  const fresh = createHolderMemory(memory.holder)
  let due = memory.list().toReversed()
  while (due.length > 0) {
    const { length } = due
    due = due.filter(({ isPinned, isEdited, ...event }) => !fresh.add(event, { isPinned, isEdited }))
    expect(due.length).toBeLessThan(length)
  }
  for (const { id } of memory.list()) {
    const vector = memory.vector(id)
    if (vector !== undefined) fresh.setVector(id, vector, "test")
  }
  return fresh
}

const questions = ["dog storm", "灯塔的雾", "brother said", "nothing known", ""]

test("an index that grew and shrank equals one that was built at once, and recalls the same to the last bit", () => {
  fc.assert(fc.property(someEvents, someSteps, (events, steps) => {
    const memory = createHolderMemory("a")
    for (const event of events) memory.add(event)
    perform(memory, steps)
    const fresh = rebuilt(memory)
    const close = (state: ReturnType<HolderMemory["inspect"]>) => ({ ...state, vectors: state.vectors.map(([id]) => id) })
    expect(close(fresh.inspect())).toEqual(close(memory.inspect()))
    for (const text of questions) {
      const query = { text, now: 4, about: ["b"], present: ["c"], limit: 99 }
      expect(fresh.recall(query)).toEqual(memory.recall(query))
    }
  }), { numRuns: 300 })
})

test("what is forgotten leaves no trace: no text, no posting that was its own, no vector, nothing that rests on it", () => {
  fc.assert(fc.property(someEvents, someSteps, fc.integer({ min: 0, max: 19 }), (events, steps, target) => {
    const secret = "zanzibar 紫水晶钥匙"
    const id = `m${target % events.length}`
    const memory = createHolderMemory("a")
    for (const event of events) memory.add(event.id === id ? { ...event, text: `${secret} ${event.text}` } : event)
    perform(memory, steps.filter((step) => step.id !== id))
    if (memory.get(id) !== undefined) memory.setVector(id, [9, 9, 9], "test")
    const resting = memory.dependents([id])
    const gone = memory.forget([id])
    for (const other of resting) expect(gone).toContain(other)
    const state = memory.inspect()
    const text = JSON.stringify(state)
    for (const term of [...termsOf(secret), "紫水晶钥匙"]) expect(text).not.toContain(term)
    for (const other of [id, ...resting]) expect(text.includes(`"${other}"`)).toBe(false)
    // Not only unreachable: it equals a memory that never held them.
    const never = createHolderMemory("a")
    for (const { isPinned, isEdited, ...event } of rebuilt(memory).list().toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1))))
      never.add(event, { isPinned, isEdited })
    expect(never.inspect().terms).toEqual(state.terms)
  }), { numRuns: 300 })
})

test("the validities of one subject and attribute never overlap, and together they leave no gap", () => {
  fc.assert(fc.property(someEvents, someSteps, (events, steps) => {
    const memory = createHolderMemory("a")
    for (const event of events) memory.add(event)
    perform(memory, steps)
    for (const subject of "abc") for (const attribute of "abc") {
      const history = memory.factHistory(subject, attribute)
      for (let at = -1; at < 8; at++) {
        const holding = history.filter(({ validity: { from, to } }) => from <= at && (to === null || at < to))
        const begun = history.some((one) => one.at <= at)
        expect(holding.length).toBe(begun ? 1 : 0)
        const now = memory.facts(at).filter((one) => one.subject === subject && one.attribute === attribute)
        expect(now.map((one) => one.id)).toEqual(holding.map((one) => one.id))
      }
    }
  }), { numRuns: 300 })
})

test("of two memories that differ in time alone the newer one comes first, and the newest has the highest recency", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 2, maxLength: 20 }), (times) => {
    const memory = memoryOf(...times.map((at) => episode(`m${at}`, "the lamp went out", { at })))
    const recalled = memory.recall({ text: "lamp", now: 10_000, limit: 99 })
    const sorted = times.toSorted((a, b) => b - a)
    expect(recalled.map((one) => one.memory.at)).toEqual(sorted)
    for (const [index, one] of recalled.slice(1).entries())
      expect(one.parts.recency).toBeLessThan(recalled[index]?.parts.recency ?? 0)
  }))
  expect(recencyOf(100, 100, 10)).toBe(1)
  expect(recencyOf(90, 100, 10)).toBe(0.5)
  expect(recencyOf(70, 100, 10)).toBe(0.125)
  expect(recencyOf(120, 100, 10)).toBe(1)
})

test("the order in which memories were kept does not change what comes to mind", () => {
  fc.assert(fc.property(someEvents, (events) => {
    const plain = events.map((event) => ({ ...event, basis: [] }))
    const query = { text: "dog 灯塔 storm", now: 5, about: ["a"], limit: 99 }
    expect(memoryOf(...plain.toReversed()).recall(query)).toEqual(memoryOf(...plain).recall(query))
  }))
})

test("equal memories are ordered by id", () => {
  const memory = memoryOf(...["c", "a", "b"].map((id) => episode(id, "the lamp")))
  expect(ids(memory, "lamp")).toEqual(["a", "b", "c"])
  expect(ids(memory, "lamp", { limit: 2 })).toEqual(["a", "b"])
})

test("each part can be read in the result, and the score is their weighted sum", () => {
  const memory = memoryOf(
    episode("told", "A key lies under the stone", { at: 100, importance: 1, source: "told", toldBy: "old-tom", present: ["cat"] }),
    episode("other", "Soup was served", { at: 50, importance: 0 }),
  )
  memory.setVector("told", [3, 4], "test")
  memory.setVector("other", [-4, 3], "test")
  memory.pin("told", true)
  const [first, second] = memory.recall({ text: "key", vector: [6, 8], now: 100, about: ["old-tom"], present: ["cat"] })
  expect(first?.memory.id).toBe("told")
  expect(first?.parts).toMatchObject({ recency: 1, importance: 1, pinned: 1 })
  expect(first?.parts.meaning).toBeCloseTo(1)
  expect(first?.parts.presence).toBeCloseTo((1 + 0.5 * 0.5) / 1.5)
  expect(second?.parts).toMatchObject({ words: 0, meaning: 0, importance: 0, presence: 0, pinned: 0 })
  const weights = defaultWeights
  const { parts } = first ?? { parts: undefined }
  expect(first?.score).toBeCloseTo(weights.words * (parts?.words ?? 0) + weights.meaning + weights.recency + weights.importance
    + weights.presence * (parts?.presence ?? 0) + weights.pinned)
})

describe("Chinese and mixed text, without an embedder and without a dictionary", () => {
  const memory = memoryOf(
    episode("brother", "她说弟弟三年前在海上失踪了，再也没有回来。"),
    episode("lamp", "守塔人每晚八点点亮灯塔的灯。"),
    episode("tea", "我们一起喝了一杯茉莉花茶。"),
    episode("band", "他最喜欢的乐队叫 Blue Harbor，去年来过镇上。"),
  )
  test.each([
    ["你弟弟怎么了？", "brother"], ["灯塔几点亮灯？", "lamp"], ["喝的是什么茶？", "tea"], ["BLUE HARBOR是谁？", "band"], ["乐队", "band"],
  ])("%s", (question, id) => expect(ids(memory, question)[0]).toBe(id))
})

test("forms of an English word, case, width and accents are one word", () => {
  expect(termsOf("Stopped stops STOPPING ｓｔｏｐ")).toEqual(["stop", "stop", "stop", "stop"])
  expect(termsOf("baked a cake; he bakes cakes")).toEqual(["bak", "a", "cak", "he", "bak", "cak"])
  expect(termsOf("Café's café")).toEqual([...termsOf("cafe cafe")])
  expect(termsOf("灯塔ok")).toEqual(["灯", "灯塔", "塔", "ok"])
})

test("a later fact closes the earlier one; forgetting it lets the earlier hold again; null says that none holds", () => {
  const memory = memoryOf(fact("f1", "anna", "home", "Bergen", 1), fact("f3", "anna", "home", "Oslo", 30), fact("f2", "anna", "home", null, 20))
  expect(memory.factHistory("anna", "home").map(({ value, validity }) => [value, validity.from, validity.to]))
    .toEqual([["Bergen", 1, 20], [null, 20, 30], ["Oslo", 30, null]])
  expect(memory.facts(25).map(({ value }) => value)).toEqual([null])
  expect(ids(memory, "anna home", { now: 40 })).toEqual(["f3"])
  expect(ids(memory, "anna home", { now: 40, includesPast: true }).toSorted((a, b) => a.localeCompare(b))).toEqual(["f1", "f2", "f3"])
  memory.forget(["f3", "f2"])
  expect(memory.facts(40)).toMatchObject([{ value: "Bergen", validity: { from: 1, to: null } }])
})

test("relations keep their history", () => {
  const relation = (id: string, value: number, at: number): RelationEvent =>
    ({ type: "relation", id, at, journalIndex: at, text: `trust ${value}`, importance: 0.5, source: "seen", from: "mira", to: "player", name: "trusts", value })
  const memory = memoryOf(relation("r1", 0.2, 1), relation("r2", 0.8, 5))
  expect(memory.relations(9)).toMatchObject([{ value: 0.8 }])
  expect(memory.relations(3)).toMatchObject([{ value: 0.2 }])
  memory.pin("r1", true)
  expect(memory.relationHistory("mira", "player", "trusts").map((one) => [one.value, one.isPinned])).toEqual([[0.2, true], [0.8, false]])
})

test("an edit changes what is found and drops what rested on the old words; what nobody touched stays", () => {
  const memory = memoryOf(
    episode("cat", "My cat is called Mimi"), episode("sea", "The sea was calm"),
    fact("name", "cat", "name", "Mimi", 1, { basis: ["cat"] }),
    { ...episode("thought", "He loves animals"), type: "reflection", basis: ["name"] },
  )
  memory.setVector("cat", [1, 0], "test")
  expect(memory.edit("cat", { text: "My cat is called Momo" })).toEqual(["name", "thought"])
  expect(memory.get("cat")).toMatchObject({ text: "My cat is called Momo", isEdited: true })
  expect(memory.vector("cat")).toBeUndefined()
  expect(JSON.stringify(memory.inspect())).not.toMatch(/mimi/iu)
  expect(memory.edit("sea", { importance: 0.9 })).toEqual([])
  expect(() => memory.edit("none", {})).toThrow("no memory")
  expect(() => memory.edit("sea", { value: 3 })).toThrow("value")
})

test("what cannot be kept is refused with the field, and what rests on the unknown is not kept", () => {
  const memory = createHolderMemory("mira")
  expect(() => memory.add(episode("a", " "))).toThrow("text")
  expect(() => memory.add(episode("a", "x", { importance: 2 }))).toThrow("importance")
  expect(() => memory.add(episode("a", "x", { at: Number.NaN }))).toThrow("at")
  expect(() => memory.add({ ...episode("a", "x"), type: "reflection", basis: [] })).toThrow("basis")
  expect(memory.add(episode("a", "x", { basis: ["gone"] }))).toBe(false)
  expect(memory.add(episode("a", "x"))).toBe(true)
  expect(memory.add(episode("a", "y"))).toBe(false)
})

test("vectors of another model replace those of the old one", () => {
  const memory = memoryOf(episode("a", "one"), episode("b", "two"))
  memory.setVector("a", [1, 0], "small")
  memory.setVector("b", [1, 0, 0], "large")
  expect(memory.vector("a")).toBeUndefined()
  expect(memory.withoutVector("large").map(({ id }) => id)).toEqual(["a"])
  expect(memory.withoutVector("small").map(({ id }) => id)).toEqual(["a", "b"])
})
