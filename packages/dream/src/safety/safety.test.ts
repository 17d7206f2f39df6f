import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Dial } from "../bundle/index.ts"
import { contentKinds, ratings } from "../bundle/index.ts"
import { ageBands, allowanceOf, allowanceOfAll, dialsFor, generatedNotice, isWithheld, labelOf, remindersUntil, isCrisis } from "./index.ts"

const dial = (content: Dial["content"]): Dial => ({
  id: "romance", names: {}, starts: "slow", content,
  values: [{ value: "off", names: {} }, { value: "slow", names: {} }, { value: "warm", names: {} }],
})

describe("limits", () => {
  test("no minor can switch romance on, whatever is asked", () => {
    fc.assert(fc.property(
      fc.constantFrom(...ageBands.filter((age) => age !== "adult")), fc.constantFrom(...ratings),
      fc.subarray([...contentKinds]), fc.constantFrom("off", "slow", "warm", "other"),
      (age, rating, without, asked) => {
        const allowance = allowanceOf({ rating }, { age, without })
        expect(allowance.withheld).toContain("romance")
        expect(dialsFor([dial("romance")], allowance, { romance: asked })).toEqual({ romance: "off" })
        expect(isWithheld(allowance, "romance")).toBe(true)
      }))
  })

  test("an adult has what was asked for, except what is not wanted", () => {
    const adult = allowanceOf({ rating: "adult" }, { age: "adult", without: [] })
    expect(adult).toEqual({ isOpen: true, withheld: [], isMinor: false })
    expect(dialsFor([dial("romance")], adult, { romance: "warm" })).toEqual({ romance: "warm" })
    expect(dialsFor([dial("romance")], adult, { romance: "nonsense" })).toEqual({ romance: "slow" })
    const without = allowanceOf({ rating: "adult" }, { age: "adult", without: ["romance"] })
    expect(dialsFor([dial("romance")], without, { romance: "warm" })).toEqual({ romance: "off" })
  })

  test("a child of the fiction says nothing of romance to anybody", () => {
    const adult = allowanceOf({ rating: "adult" }, { age: "adult", without: [] })
    expect(isWithheld(adult, "romance", { isMinor: true })).toBe(true)
    expect(isWithheld(adult, "fear", { isMinor: true })).toBe(false)
  })

  test("ratings open from their age on; an unknown age is a teen's", () => {
    const open = (rating: (typeof ratings)[number]) =>
      ageBands.filter((age) => allowanceOf({ rating }, { age, without: [] }).isOpen)
    expect(open("everyone")).toEqual(["child", "teen", "adult", "unknown"])
    expect(open("teen")).toEqual(["teen", "adult", "unknown"])
    expect(open("adult")).toEqual(["adult"])
  })

  test("in company everybody's limits hold", () => {
    const all = allowanceOfAll([
      allowanceOf({ rating: "teen" }, { age: "adult", without: ["fear"] }),
      allowanceOf({ rating: "teen" }, { age: "child", without: [] }),
    ])
    expect(all.isOpen).toBe(false)
    expect(all.isMinor).toBe(true)
    expect(all.withheld).toEqual(expect.arrayContaining(["fear", "romance", "violence"]))
  })
})

describe("signs of a crisis", () => {
  test.each([
    "I want to kill myself", "i don't want to live anymore", "I’m thinking about ending my life", "They'd be better off without me",
    "I just want to die", "我想死", "我不想活了", "我真的活不下去了", "我想自杀", "我打算结束自己的生命", "没有活下去的意义",
  ])("%s", (text) => expect(isCrisis(text)).toBe(true))

  test.each([
    "Did he kill himself?", "Who died under the jetty?", "I want to kill the lamp", "I want to live here", "Your brother wants to die at sea?",
    "他是自杀的吗？", "我想死你了", "她弟弟淹死了", "我想去码头", "你想死吗", "我不想活动", "I would die for a cup of tea",
  ])("not: %s", (text) => expect(isCrisis(text)).toBe(false))
})

test("a reminder is due every two hours of play, every hour for minors", () => {
  expect([0, 7199, 7200, 14_400].map((seconds) => remindersUntil(seconds, false))).toEqual([0, 0, 1, 2])
  expect([3599, 3600, 7200].map((seconds) => remindersUntil(seconds, true))).toEqual([0, 1, 2])
})

test("generated texts are labelled; in a dream from a wish so are its author's words", () => {
  expect(labelOf("reworded", "en")).toEqual({ isGenerated: true, text: "AI-generated from the author's note" })
  expect(labelOf("authored", "zh")).toEqual({ isGenerated: false, text: "作者撰写" })
  expect(labelOf("authored", "zh", "wish")).toEqual({ isGenerated: true, text: "AI 生成" })
  expect(labelOf("player", "en", "wish").isGenerated).toBe(false)
})

test("the notice says what is true of the dream", () => {
  expect(generatedNotice({ made: { by: "wish", wish: "x", model: "m" }, freedom: "select" }).zh).toContain("AI 生成")
  expect(generatedNotice({ made: { by: "author" }, freedom: "select" }).en).toContain("Its author wrote the words")
  expect(generatedNotice({ made: { by: "author" }, freedom: "reword" }).en).toContain("marked so")
})
