import { expect, test } from "vitest"
import { createProgress, formatBytes, formatTime } from "./progress.ts"
import type { Terminal } from "./terminal.ts"

function fakeTerminal(isInteractive: boolean) {
  const notes: string[] = []
  const statuses: string[] = []
  const terminal: Terminal = {
    isInteractive,
    out: () => {},
    note: (line) => notes.push(line),
    status: (line) => statuses.push(line),
  }
  return { terminal, notes, statuses }
}

test("without a terminal a line comes every 10 % at most once a second, and one at the end", () => {
  const { terminal, notes, statuses } = fakeTerminal(false)
  let now = 0
  const progress = createProgress(terminal, "Labelling", "en", () => now, { total: 1000, unit: { en: "rows", zh: "行" } })
  for (let done = 10; done <= 1000; done += 10) {
    now += 50
    progress.update(done)
  }
  progress.finish()
  progress.finish()
  expect(statuses.filter((line) => line !== "")).toEqual([])
  expect(notes).toHaveLength(6)
  expect(notes[0]).toBe("Labelling  20 %  200/1,000 rows  200 rows/s  0:04 left")
  expect(notes.at(-1)).toBe("Labelling  1,000 rows  in 0:05")
})

test("slow work without a terminal still shows a sign of life every five seconds", () => {
  const { terminal, notes } = fakeTerminal(false)
  let now = 0
  const progress = createProgress(terminal, "Reading", "en", () => now, { total: 1_000_000 })
  for (let step = 1; step <= 30; step++) {
    now += 1000
    progress.update(step)
  }
  expect(notes).toHaveLength(6)
})

test("on a terminal the line is redrawn at most ten times a second, with a bar", () => {
  const { terminal, statuses } = fakeTerminal(true)
  let now = 0
  const progress = createProgress(terminal, "下载", "zh", () => now, { total: 2_000_000, unit: "bytes" })
  for (let step = 1; step <= 100; step++) {
    now += 10
    progress.update(step * 20_000)
  }
  expect(statuses.length).toBeLessThanOrEqual(11)
  expect(statuses.at(-1)).toMatch(/^下载 {2}█+░* {2}\d+ % {2}[\d.]+ MB\/2\.0 MB {2}2\.0 MB\/s {2}剩余 0:00$/u)
})

test("the time left follows the present speed, not that of the slow start", () => {
  const { terminal, notes } = fakeTerminal(false)
  let now = 0
  const progress = createProgress(terminal, "Rows", "en", () => now, { total: 100_000 })
  for (let second = 1; second <= 60; second++) {
    now = second * 1000
    progress.update(second)
  }
  for (let second = 61; second <= 90; second++) {
    now = second * 1000
    progress.update(60 + (second - 60) * 1000)
  }
  expect(notes.at(-1)).toContain("1,000/s")
})

test("bytes and times read as people write them", () => {
  expect([999, 1500, 22_928_619, 1_117_320_768].map(formatBytes)).toEqual(["999 B", "1.5 kB", "22.9 MB", "1.1 GB"])
  expect([4999, 750_000, 3_723_000].map(formatTime)).toEqual(["0:05", "12:30", "1:02:03"])
})
