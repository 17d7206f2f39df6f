import { expect, test } from "vitest"
import { entriesOf } from "../../world/index.ts"
import { authorOnly, ferryDream, withFreedom } from "../ferry.test.support.ts"
import type { Ports, SayContext, SayNote } from "../index.ts"
import { begin, opening, play, says, takes, textsOf } from "../play.test.support.ts"

interface Asked {
  readonly context: SayContext
  readonly note: SayNote
}

/** A speaker that gives `answers`, one list an attempt, and keeps what it was asked. */
function speaking(...answers: readonly (readonly string[])[]): { readonly ports: Ports; readonly asked: Asked[] } {
  const asked: Asked[] = []
  return {
    asked,
    ports: {
      ...authorOnly(),
      say: {
        async *say(context, note) {
          asked.push({ context, note })
          yield* answers[Math.min(asked.length, answers.length) - 1] ?? []
        },
      },
    },
  }
}

const dream = ferryDream()
const tea = takes("topic:wen/tea")

test("a note is worded by the model, sentence by sentence, where the author allows it", async () => {
  const { ports, asked } = speaking(["天冷，", "喝口热茶吧。"])
  const { turns } = await play(dream, [...opening, tea], { ports })
  expect(turns.at(-1)?.outputs).toMatchObject([
    { type: "say", character: "wen", text: "天冷，", origin: "reworded" }, { type: "say", text: "喝口热茶吧。", origin: "reworded" },
  ])
  expect(asked[0]?.note).toEqual({ kind: "note", note: "她给客人倒茶，说外面冷，喝点热的", hears: null })
  const select = await play(withFreedom(dream, "select"), [...opening, tea], { ports })
  expect(select.turns.at(-1)?.said).toEqual(["wen/tea/0"])
})

test("what is refused is asked for again, then the author's line stands in", async () => {
  const bad = ["我弟弟在栈桥下淹死了。", "作为一个人工智能，我给你倒茶。", "王船长请你喝茶。", "Here is your tea.", "茶".repeat(400)]
  const { ports, asked } = speaking([bad[0]!], [bad[1]!], ["喝茶吧。"])
  const { turns } = await play(dream, [...opening, tea], { ports })
  expect(textsOf(turns.at(-1)!)).toEqual(["喝茶吧。"])
  expect(asked.map(({ context }) => context.attempt)).toEqual([0, 1, 2])
  expect(turns.at(-1)?.trace.filter(({ step }) => step === "refused")).toMatchObject([
    { refused: { text: bad[0], attempt: 0 } }, { refused: { text: bad[1], attempt: 1, findings: [{ kind: "claims_nature" }] } },
  ])
  for (const text of bad) {
    const { turns: [, , turn] } = await play(dream, [...opening, tea], { ports: speaking([text]).ports })
    expect(turn?.outputs).toMatchObject([{ type: "say", text: "茶来了。", origin: "fallback", line: "tea/0" }])
    expect(turn?.trace.filter(({ step }) => step === "refused")).toHaveLength(3)
  }
})

test("a secret that is parted over several sentences is refused with the part that completes it", async () => {
  const { ports } = speaking(["文掌柜的弟弟淹", "死在栈桥下"])
  const { turns } = await play(dream, [...opening, tea], { ports })
  expect(textsOf(turns.at(-1)!)).toEqual(["文掌柜的弟弟淹"])
})

test("a speaker that fails leaves the author's line", async () => {
  const ports: Ports = { ...authorOnly(), say: { say: () => { throw new Error("no model") } } }
  const { turns } = await play(dream, [...opening, tea], { ports })
  expect(textsOf(turns.at(-1)!)).toEqual(["茶来了。"])
})

test("small talk is free only where the author gives that freedom", async () => {
  const { ports, asked } = speaking(["今夜风大。"])
  const talk = await play(dream, [...opening, says("乌拉乌拉")], { ports })
  expect(talk.turns.at(-1)?.outputs.at(-1)).toMatchObject({ type: "say", text: "今夜风大。", origin: "generated" })
  expect(asked[0]?.note).toEqual({ kind: "talk", hears: "乌拉乌拉" })
  const reword = await play(withFreedom(dream, "reword"), [...opening, says("乌拉乌拉")], { ports })
  expect(reword.turns.at(-1)?.said).toEqual(["wen/unclear/0"])
})

test("what was heard is no answer to it", async () => {
  const { ports } = speaking(["乌拉，乌拉！"])
  const { turns } = await play(dream, [...opening, says("乌拉乌拉")], { ports })
  expect(turns.at(-1)?.said).toEqual(["wen/unclear/0"])
})

test("a guarded fact is never worded freely, even by one who may tell it", async () => {
  const ask = takes("topic:wen/brother")
  const { ports } = speaking(["我弟弟是在桥下溺水的。"])
  const trusting = await play(dream, [...opening, ask, ask, ask], { ports })
  expect(trusting.state.world.state.relations.trust?.wen?.guest).toBe(3)
  const { turns: [turn] } = await play(dream, [says("乌拉乌拉")], { from: trusting.state, ports })
  expect(turn?.trace.filter(({ step }) => step === "refused")).toMatchObject([{ refused: { reason: "guarded" } }, {}, {}])
  expect(turn?.said).toEqual(["wen/unclear/0"])
})

test("no prompt has a guarded fact in it, from lore or memory either", async () => {
  const { ports, asked } = speaking(["嗯。"])
  const recall: Ports["recall"] = async () => [{
    memory: { type: "episode", id: "m1", at: 0, journalIndex: 0, text: "有人说：渡口从来没有死过人。", importance: 1, source: "told", isPinned: false, isEdited: false },
    score: 1, parts: { words: 1, meaning: 0, recency: 0, importance: 0, presence: 0, pinned: 0 },
  }]
  const { turns } = await play(dream, [...opening, says("你弟弟在栈桥做什么，乌拉"), says("乌拉乌拉乌拉")], { ports: { ...ports, recall } })
  const prompts = asked.map(({ context }) => `${context.prefix}\n${context.suffix}`)
  expect(prompts.length).toBeGreaterThan(0)
  for (const prompt of prompts) {
    expect(prompt).not.toContain("从来没有死过人")
    expect(prompt).toContain("渡口在山脚。")
    expect(prompt).toContain("话不多")
  }
  expect(turns.at(-1)?.trace).toContainEqual(expect.objectContaining({ step: "perceive", holder: "wen", memories: ["m1"] }))
})

test("the cached part of the prompt stays the same from turn to turn", async () => {
  const { ports, asked } = speaking(["嗯。"])
  await play(dream, [...opening, says("乌拉乌拉"), { kind: "wait", seconds: 30 }, says("哩哩啦啦")], { ports })
  expect(new Set(asked.map(({ context }) => context.prefix)).size).toBe(1)
  expect(new Set(asked.map(({ context }) => context.suffix)).size).toBeGreaterThan(1)
})

test("what was refused is never in the world, and each sentence is there as it was heard", async () => {
  const { ports } = speaking(["文掌柜的弟弟淹死在栈桥下。", "喝茶。"], ["喝茶。", "暖和暖和。"])
  const { state, turns } = await play(dream, [...opening, tea], { ports })
  const spoken = entriesOf(state.world).flatMap(({ events }) => events.flatMap((event) => (event.kind === "said" && event.speaker === "wen" ? [event.text] : [])))
  expect(spoken).toEqual(["喝茶。", "暖和暖和。"])
  expect(turns.at(-1)?.calls).toMatchObject([{ port: "say", sentences: ["文掌柜的弟弟淹死在栈桥下。"] }, { port: "say", sentences: ["喝茶。", "暖和暖和。"] }])
})

test("nothing is asked of a model before the dream begins", async () => {
  const { ports, asked } = speaking(["嗯。"])
  await play(dream, [says("你好"), begin], { ports })
  expect(asked).toEqual([])
})
