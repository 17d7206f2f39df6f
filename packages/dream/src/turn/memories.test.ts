import { expect, test } from "vitest"
import { ferryDream, withFreedom } from "./ferry.test.support.ts"
import { opening, play, says, takes } from "./play.test.support.ts"

const dream = withFreedom(ferryDream(), "select")

test("who hears keeps what was said with its source; one id stands for it with all", async () => {
  const { turns } = await play(dream, [...opening, says("罗三说渡口从来没有死过人。")])
  const { memories } = turns.at(-1)!
  const heard = memories.filter(({ event }) => event.type === "episode" && event.text.includes("客人说"))
  expect(heard.map(({ holder, event }) => [holder, event.source, event.toldBy])).toEqual([["guest", "said", undefined], ["wen", "told", "guest"]])
  expect(new Set(heard.map(({ event }) => event.id)).size).toBe(1)
  expect(heard[0]?.event.at).toBeGreaterThan(0)
})

test("what is told is kept as a fact of the teller, what is seen as one of the world", async () => {
  const told = await play(dream, [...opening, says("罗三说渡口从来没有死过人。")])
  const fact = told.turns.at(-1)?.memories.find(({ holder, event }) => holder === "wen" && event.type === "fact")
  expect(fact?.event).toMatchObject({ subject: "guest", attribute: "drowned", value: "nobody", source: "told", toldBy: "guest", importance: 0.8 })
  const { turns } = await play(dream, [...opening, says("地窖在哪？"), { kind: "do", move: "lift_hatch", arguments: {} }])
  const seen = turns.at(-1)?.memories.filter(({ event }) => event.type === "fact" && event.attribute === "hatch_open")
  expect(seen?.map(({ holder, event }) => [holder, event.source, event.type === "fact" && event.subject])).toEqual([["guest", "seen", "world"], ["wen", "seen", "world"]])
})

test("nobody keeps what it did not notice, and no secret goes to one who was away", async () => {
  const ask = takes("topic:wen/brother")
  const { turns } = await play(dream, [...opening, ask, ask, ask, ask])
  const { memories } = turns.at(-1)!
  expect(memories.some(({ holder }) => holder === "luo")).toBe(false)
  expect(memories.find(({ holder, event }) => holder === "guest" && event.type === "fact")?.event).toMatchObject({ attribute: "drowned", toldBy: "wen" })
  expect(memories.find(({ event }) => event.type === "relation")).toMatchObject({ holder: "wen", event: { from: "wen", to: "guest", name: "trust", value: 4 } })
})

test("ids hold no content, and are unique for each holder", async () => {
  const { turns } = await play(dream, [...opening, says("灯怎么了"), says("去栈桥"), says("今晚有船吗"), { kind: "wait", seconds: 600 }])
  const all = turns.flatMap(({ memories }) => memories.map(({ holder, event }) => `${holder} ${event.id}`))
  expect(new Set(all).size).toBe(all.length)
  for (const { memories, index } of turns) for (const { event } of memories) {
    expect(event.id).toMatch(/^t\d+:[\w.:-]+$/u)
    expect(event.journalIndex).toBe(index)
  }
})
