import * as fc from "fast-check"
import { expect, test } from "vitest"
import { displayWidth } from "./width.ts"
import { wrap } from "./wrap.ts"

test("Chinese breaks between characters but never before a full stop", () => {
  expect(wrap("把没有把握的行留给人工处理。", 12)).toBe("把没有把握的\n行留给人工处\n理。")
  expect(wrap("一二三四五六。", 12)).toBe("一二三四五\n六。")
})

test("English breaks at spaces and keeps its own line breaks", () => {
  expect(wrap("rows left to people\nsecond", 10)).toBe("rows left\nto people\nsecond")
})

test("wrapping loses nothing but spaces, and no line of short words is too long", () => {
  const word = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/u), fc.constantFrom("标签", "置信度", "行"))
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 10, max: 40 }), (words, width) => {
      const text = words.join(" ")
      const wrapped = wrap(text, width)
      expect(wrapped.replaceAll(/\s/gu, "")).toBe(text.replaceAll(/\s/gu, ""))
      for (const line of wrapped.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    }),
  )
})
