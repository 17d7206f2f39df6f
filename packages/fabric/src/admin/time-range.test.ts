import { expect, test } from "vitest"
import { readTime } from "./index.ts"

const now = Date.parse("2026-11-24T12:00:00Z")

test("a length of time counts back from now, a date stands for its beginning", () => {
  expect(readTime("7d", now)).toBe(Date.parse("2026-11-17T12:00:00Z"))
  expect(readTime("90min", now)).toBe(Date.parse("2026-11-24T10:30:00Z"))
  expect(readTime("2w", now)).toBe(Date.parse("2026-11-10T12:00:00Z"))
  expect(readTime("2026-11-01", now)).toBe(Date.parse("2026-11-01T00:00:00Z"))
  expect(readTime("2026-11-01T08:00+08:00", now)).toBe(Date.parse("2026-11-01T00:00:00Z"))
})

test("what is no time is none", () => {
  for (const text of ["", "7", "7 d", "-7d", "1e9d", "9999999d", "2026-13-01", "2026-02-30T00:00Z ", "yesterday", "2026"])
    expect([text, readTime(text, now)]).toEqual([text, undefined])
})
