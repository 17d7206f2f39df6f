import { describe, expect, test } from "vitest"
import { languages } from "@daydream/engine/language"
import { contentKinds, parseDream } from "../bundle/index.ts"
import { emptyTaste, learnTaste } from "../taste/index.ts"
import { faultOf, tidy } from "./check-value.ts"
import { checkMade, colourOf, createSkeleton, makeDream, readSkeletons, readWish } from "./index.ts"
import type { MakeOptions } from "./index.ts"
import { isUnwanted } from "./unwanted.ts"

const check: MakeOptions["check"] = async (files) => parseDream(files).problems

describe.each(languages)("skeletons in %s", (language) => {
  test("stand by themselves: with their own words alone each makes a dream without faults", async () => {
    for (const skeleton of await readSkeletons(language))
      for (const seed of ["1", "2", "3", "4", "5"]) {
        const made = await makeDream(language === "zh" ? "一个地方" : "a place", {
          skeletons: async () => [skeleton], check, seed, modelName: "none", language,
        })
        expect(made?.problems.filter(({ severity }) => severity === "error"), `${skeleton.id} ${seed}`).toEqual([])
        expect(made?.repaired).toEqual([])
        const { dream } = parseDream(made?.files ?? [])
        expect(dream?.made).toMatchObject({ by: "wish" })
      }
  })

  test("are played to every ending", { timeout: 120_000 }, async () => {
    for (const skeleton of await readSkeletons(language)) {
      const made = await makeDream("a 1 place", { skeletons: async () => [skeleton], check: checkMade, seed: "1", modelName: "none", language })
      expect(made?.problems.map(({ code, file, line }) => [code, file, line]), `skeleton ${skeleton.id}`).toEqual([])
      expect(made?.repaired).toEqual([])
    }
  })

  test("can be told without any content that a reader does not want", async () => {
    for (const skeleton of await readSkeletons(language))
      for (const seed of ["1", "2", "3", "4", "5"]) {
        const made = await makeDream("a 1 place", {
          skeletons: async () => [skeleton], check, seed, modelName: "none", language, colour: { tone: null, without: contentKinds },
        })
        for (const { slot, value } of made?.slots ?? [])
          expect(isUnwanted(value, contentKinds, language), `${skeleton.id} ${seed} ${slot}: ${value}`).toBe(false)
        // What the skeleton says outside its blanks; what a dial turns on is withheld in play.
        for (const { path, bytes } of skeleton.files.filter((file) => /story|characters/u.test(file.path)))
          for (const line of new TextDecoder().decode(bytes).split("\n").filter((one) => !one.includes('dial("fear")')))
            expect(isUnwanted(line, contentKinds, language), `${skeleton.id} ${path}: ${line}`).toBe(false)
      }
  })

  test("own words pass the check that a model's words must pass", async () => {
    for (const { steps, id } of await readSkeletons(language)) {
      const values: Record<string, string> = {}
      for (const step of steps)
        for (const [name, slot] of Object.entries(step.slots)) {
          const filled = slot.fallback.map((text) => text.replaceAll(/\{\{(\w+)\}\}/gu, (_, used: string) => values[used] ?? ""))
          for (const text of filled) expect([text, faultOf(text, slot, { language, values, wish: "" })], `${id} ${name}`).toEqual([text, null])
          values[name] = filled[0] ?? ""
        }
    }
  })
})

describe("what a model gives", () => {
  const sentence = { kind: "sentence", ask: "", most: 40, fallback: [] } as const
  const context = { language: "zh", values: { keeper: "沈砚", end: "灯还亮着，门没有关上。" }, wish: "" } as const
  test.each([
    ["雾很大。", null], ["The fog is thick.", "language"], ["雾很大 fog。", "language"], ["作为一个人工智能，我不知道。", "nature"],
    ["{雾}很大。", "signs"], ["雾大（笑）。", "signs"], ["他说“走吧。", "signs"], ["雾很大很大很大很大很大很大很大很大。", "repeats"],
    ["画面中有一盏灯。", "meta"], [`${"雾".repeat(41)}。`, "too_long"], ["", "empty"], ["他心中充满了遗憾。", "cliche"], ["灯还亮着，门没有关上了。", "copied"],
  ])("%s: %s", (text, fault) => expect(faultOf(text, { ...sentence, fallback: ["a", "b"] }, context)).toBe(fault))

  test("is brought into form where that is beyond doubt", () => {
    expect(tidy("「雾很大,看不清」", sentence, "zh")).toBe("雾很大，看不清。")
    expect(tidy("a small book", { kind: "name" }, "en")).toBe("the small book")
    expect(tidy("Nettle Lane", { kind: "name" }, "en")).toBe("Nettle Lane")
    expect(tidy(" the fog  is thick ", sentence, "en")).toBe("The fog is thick.")
    expect(tidy("老钟楼。", { kind: "name" }, "zh")).toBe("老钟楼")
    expect(tidy("因为没有别的路。", { kind: "words" }, "zh")).toBe("没有别的路")
  })

  test("may not be a name that stands for none", () => {
    const person = { kind: "person" as const, ask: "", most: 4, fallback: ["a", "b"] }
    expect(faultOf("张三", person, context)).toBe("name_form")
    expect(faultOf("沈砚", person, context)).toBe("taken")
    expect(faultOf("听到真相后说的一句话：走吧。", { ...sentence, fallback: ["a", "b"], ask: "终于听到真相后说的一句话" }, context)).toBe("echoes")
    expect(faultOf("守望者", person, context)).toBe("name_form")
    expect(faultOf("顾三秋", person, context)).toBe(null)
  })
})

describe("a taste", () => {
  test("sets the tone, at its ends and not in the middle; a tone that is asked for goes before it", () => {
    const set = (position: number) => learnTaste(emptyTaste, { kind: "set", dial: "tone", position })
    expect(colourOf(emptyTaste, "en")).toEqual({ tone: null, without: [] })
    expect(colourOf(set(0), "en").tone).toBe("warm, light and cheerful")
    expect(colourOf(set(1), "zh").tone).toBe("阴沉、凝重")
    expect(colourOf(set(0.5), "en").tone).toBe(null)
    expect(colourOf(set(1), "en", "silly").tone).toBe("silly")
  })

  test("keeps out of a dream what the reader does not want, and tells the model so", async () => {
    const { createMockLanguageModel } = await import("@daydream/engine/testing")
    const skeleton = createSkeleton(
      { format: 1, id: "small", language: "en", fits: "small", examples: ["small", "big"], steps: [{ id: "one", label: "one", ask: "write", slots: {
        look: { kind: "sentence", ask: "write", most: 40, fallback: ["A coffin stands there.", "A chair stands there."] },
      } }] },
      [{ path: "story.ink", bytes: new TextEncoder().encode("{{look}}") }],
    )
    const asked: string[] = []
    const made = await makeDream("a small house", {
      skeletons: async () => [skeleton], seed: "1", modelName: "mock", check: async () => [], colour: { tone: null, without: ["death"] },
      model: createMockLanguageModel({
        answer: ({ prompt }) => {
          asked.push(JSON.stringify(prompt))
          return JSON.stringify({ look: "There is a grave." })
        },
      }),
    })
    expect(asked[0]).toContain("Leave out: death")
    expect(made?.slots).toEqual([{ slot: "look", value: "A chair stands there.", by: "skeleton", faults: ["unwanted", "unwanted", "unwanted"] }])
  })
})

describe("a wish", () => {
  test("must say something, and not too much", () => {
    expect(() => readWish("  \n ")).toThrow(/no wish/u)
    expect(() => readWish("雾".repeat(301))).toThrow(/300/u)
  })
  test("for what is never made is refused", () => {
    expect(() => readWish("来一个色情故事")).toThrow(/cannot be made/u)
  })
  test("that sounds like a crisis makes no dream", async () => {
    expect(await makeDream("我不想活了", { skeletons: readSkeletons, check, seed: "1", modelName: "none" })).toBe(null)
  })
})

test("texts that break the dream are replaced by the skeleton's own, and only they", async () => {
  const skeleton = createSkeleton(
    { format: 1, id: "small", language: "zh", fits: "小", examples: ["小", "大"], steps: [{ id: "one", label: "一", ask: "写", slots: {
      good: { kind: "sentence", ask: "写", most: 20, fallback: ["雨停了。", "风停了。"] },
      bad: { kind: "sentence", ask: "写", most: 20, fallback: ["灯灭了。", "灯暗了。"] },
    } }] },
    [{ path: "story.ink", bytes: new TextEncoder().encode("{{good}}\n{{bad}}\n") }],
  )
  const { createMockLanguageModel } = await import("@daydream/engine/testing")
  const made = await makeDream("小", {
    skeletons: async () => [skeleton], seed: "1", modelName: "mock", language: "zh",
    model: createMockLanguageModel({ answer: () => JSON.stringify({ skeleton: "small", good: "天亮了。", bad: "鬼来了。" }) }),
    check: async ([file]) => new TextDecoder().decode(file?.bytes).split("\n").flatMap((text, index) => (text.includes("鬼") ? [{
      code: "x", severity: "error" as const, file: "story.ink", line: index + 1, column: 1, message: { en: "x", zh: "x" }, hint: { en: "", zh: "" },
    }] : [])),
  })
  expect(made?.repaired).toEqual(["bad"])
  expect(new TextDecoder().decode(made?.files[0]?.bytes)).toMatch(/^天亮了。\n灯[灭暗]了。\n$/u)
})
