import * as fc from "fast-check"
import { expect, test } from "vitest"
import { displayWidth, pad, truncate } from "./width.ts"

test("Chinese characters and full-width punctuation take two columns", () => {
  expect(displayWidth("账户，余额")).toBe(10)
  expect(displayWidth("TF-IDF 词频")).toBe(11)
})

test("combining marks and colour sequences take none, an emoji takes two", () => {
  expect(displayWidth("e\u0301")).toBe(1)
  expect(displayWidth("\u001B[31mred\u001B[39m")).toBe(3)
  expect(displayWidth("👩‍👩‍👧")).toBe(2)
})

test("a cut text never takes more than its width, and a short one is untouched", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const cut = truncate(text, width)
      expect(displayWidth(cut)).toBeLessThanOrEqual(Math.max(width, 1))
      expect(cut === text).toBe(displayWidth(text) <= width)
    }),
  )
})

test("filling counts columns, not characters", () => {
  expect(pad("标签", 6)).toBe("标签  ")
  expect(pad("97", 4, "right")).toBe("  97")
})
