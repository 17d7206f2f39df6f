import { expect, test } from "vitest"
import type { SessionEvent } from "./protocol.ts"
import { Seen } from "./seen.ts"

const event = (text: object) => text as unknown as SessionEvent

test("an event is known again, in whatever order its fields come", () => {
  const seen = new Seen()
  expect(seen.judge(event({ type: "narrate", text: "Rain.", cursor: 3, turn: 0, label: { isGenerated: false, text: "x" } }))).toBe("new")
  expect(seen.judge(event({ cursor: 3, label: { text: "x", isGenerated: false }, text: "Rain.", turn: 0, type: "narrate" }))).toBe("again")
  expect(seen.judge(event({ type: "narrate", text: "Snow.", cursor: 3, turn: 0 }))).toBe("other")
})

test("what was given before a durable place is forgotten there", () => {
  const seen = new Seen()
  const one = event({ type: "narrate", text: "Rain.", cursor: 3, turn: 0 })
  seen.judge(one)
  seen.clear()
  expect(seen.judge(one)).toBe("new")
})
