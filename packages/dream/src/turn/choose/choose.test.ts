import { createMockEmbeddingModel, createMockLanguageModel, lastText, promptText } from "@daydream/engine/testing"
import { expect, test } from "vitest"
import { optionsOf } from "../index.ts"
import type { ChooseContext, Option } from "../index.ts"
import { ferryDream } from "../ferry.test.support.ts"
import { opening, play } from "../play.test.support.ts"
import { createMeaningChooser, createModelChooser, createWordChooser, routingTexts } from "./index.ts"

const option = (key: string, name: string, examples: readonly string[] = []): Option =>
  ({ key, kind: "topic", character: "mara", name, examples, patterns: [], isSuggested: true })
const asks = (text: string, language: "en" | "zh" = "zh"): ChooseContext =>
  ({ language, text, addressee: "玛拉", place: null, recent: [], turn: "1/1" })
const chinese = [
  option("lamp", "问她灯的事", ["灯怎么了", "塔上的灯为什么灭了"]), option("brother", "问她哥哥的事", ["你哥哥呢", "你哥哥去哪儿了"]), option("food", "要吃的", ["有吃的吗", "我饿了"]),
]
const english = [option("lamp", "Ask about the lamp", ["why is the light out"]), option("food", "Ask for food", ["I'm hungry", "is there anything to eat"])]

const best = (chosen: Readonly<Record<string, number>>) => Object.entries(chosen).toSorted(([, a], [, b]) => b - a)[0]?.[0]

test("words choose in Chinese and English without a dictionary, and none where nothing is alike", async () => {
  const words = createWordChooser()
  const choose: typeof words.choose = (...asked) => words.choose(...asked)
  expect(best(await choose(asks("你哥哥到底去了哪儿"), chinese))).toBe("brother")
  expect(best(await choose(asks("Is there something to eat here?", "en"), english))).toBe("food")
  expect(best(await choose(asks("昨夜星辰"), chinese))).toBe("none")
  const sum = Object.values(await choose(asks("灯"), chinese)).reduce((a, b) => a + b, 0)
  expect(sum).toBeCloseTo(1, 12)
})

test("meanings are read once, and unread options stand by their words", async () => {
  const embedder = createMockEmbeddingModel({ dimensions: 64 })
  const chooser = createMeaningChooser(embedder, { perTurn: 2 })
  expect(best(await chooser.choose(asks("你哥哥去哪儿了呢"), chinese))).toBe("brother")
  expect(embedder.calls).toEqual([])
  await chooser.prepare(routingTexts(ferryDream(), "zh"))
  await chooser.prepare(routingTexts(ferryDream(), "zh"))
  const read = embedder.calls.flat()
  expect(new Set(read).size).toBe(read.length)
  const before = embedder.calls.length
  expect(best(await chooser.choose(asks("你哥哥去哪儿了呢"), chinese))).toBe("brother")
  expect(embedder.calls.slice(before).flat().length).toBeLessThanOrEqual(3)
})

test("what a dream compares is known beforehand, topics and choices too", async () => {
  const dream = ferryDream()
  const texts = routingTexts(dream, "zh")
  expect(texts).toContain("灯怎么了")
  expect(texts).toContain("打开地板上的门")
  expect(texts.length).toBe(new Set(texts).size)
  const { state } = await play(dream, opening)
  const lamp = optionsOf(dream, state, "guest").find(({ key }) => key === "topic:wen/lamp")
  expect(texts).toEqual(expect.arrayContaining([lamp?.name, ...lamp?.examples ?? []]))
})

test("a model that scores is asked for names, its leaning taken off", async () => {
  const model = createMockLanguageModel({
    // It leans to food whatever is said.
    score: ({ prompt, continuations }) => continuations.map((name) =>
      (name === "要吃的" ? 0.6 : name === "问她灯的事" && lastText(prompt).includes("漆黑") ? 0.5 : 0.01)),
  })
  const chooser = createModelChooser(model)
  expect(best(await chooser.choose(asks("怎么一片漆黑"), chinese))).toBe("lamp")
  expect(promptText((model.calls[0] as { prompt: never }).prompt)).toContain("要吃的：有吃的吗／我饿了")
})

test("the prompt's beginning does not hang on what was said", async () => {
  const model = createMockLanguageModel({ answer: () => JSON.stringify({ label: "要吃的" }) })
  const chooser = createModelChooser(model)
  expect(best(await chooser.choose(asks("饿得慌"), chinese))).toBe("food")
  await chooser.choose(asks("灯亮了吗"), chinese.toReversed())
  const heads = model.calls.map((call) => promptText((call as { prompt: never[] }).prompt.slice(0, 1)))
  expect(heads[0]).toBe(heads[1])
})

test("options with one name are told apart", async () => {
  const model = createMockLanguageModel({ answer: () => JSON.stringify({ label: "去 2" }) })
  expect(best(await createModelChooser(model).choose(asks("去"), [option("a", "去"), option("b", "去")]))).toBe("b")
})
