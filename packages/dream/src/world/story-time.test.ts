import * as fc from "fast-check"
import { expect, test } from "vitest"
import { formatTime, parseDuration, parseTime } from "./index.ts"

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400 * 9000 }), (time) => {
      expect(parseTime(formatTime(time))).toBe(time)
    }),
  )
})

test.each([
  ["21:30", 77_400],
  ["day 2 00:00:01", 86_401],
  ["day 0 10:00", null],
  ["24:00", null],
  ["1:5", null],
  ["tomorrow", null],
])("%s", (text, time) => {
  expect(parseTime(text)).toBe(time)
})

test.each([
  ["90s", 90],
  ["5m", 300],
  ["1h", 3600],
  ["5", null],
  ["-5m", null],
])("%s", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})
