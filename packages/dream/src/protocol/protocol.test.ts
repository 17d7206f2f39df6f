import { Ajv2020 } from "ajv/dist/2020.js"
import { expect, expectTypeOf, test } from "vitest"
import type { z } from "zod"
import type { PlayerInput } from "../turn/index.ts"
import type { sessionEvent as eventSchema, sessionState as stateSchema } from "./event.ts"
import { answers, playJsonSchema, requests, sessionEvent } from "./index.ts"
import type { Immutable, SessionEvent, SessionState } from "./index.ts"
import type { playerInput } from "./request.ts"

test("the schemas have exactly the types of the contract", () => {
  expectTypeOf<Immutable<z.output<typeof stateSchema>>>().toEqualTypeOf<Immutable<SessionState>>()
  expectTypeOf<Immutable<z.output<typeof eventSchema>>>().toEqualTypeOf<Immutable<SessionEvent>>()
  expectTypeOf<Immutable<z.output<typeof playerInput>>>().toEqualTypeOf<Immutable<PlayerInput>>()
})

test("the published JSON Schema is what the code says (vitest -u writes it)", async () => {
  await expect(`${JSON.stringify(playJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(
    "../../../../docs/reference/play.schema.json"
  )
  const validate = new Ajv2020({ strict: false }).compile(playJsonSchema())
  expect(validate({ type: "play", input: { kind: "say", text: "你好" } })).toBe(true)
  expect(validate({ type: "play", input: { kind: "say", txt: "你好" } })).toBe(false)
  expect(validate({ type: "pong", since: 3 })).toBe(true)
})

test("what a newer server adds is passed over, what a client misspells is refused", () => {
  const event = { type: "feel", cursor: 3, turn: 1, character: "mara", feeling: "afraid", intensity: 0.5 }
  const { intensity: _newer, ...known } = event
  expect(sessionEvent.parse(event)).toEqual(known)
  expect(requests.playTurn.safeParse({ input: { kind: "begin" }, expect: 0 }).success).toBe(false)
  expect(answers.eventPage.parse({ events: [], cursor: 0, more: true })).toEqual({ events: [], cursor: 0 })
})

test("text that is no text is refused", () => {
  for (const text of ["a\0b", "\ud800", "x".repeat(2_001)])
    expect(requests.playerInput.safeParse({ kind: "say", text }).success).toBe(false)
  expect(requests.playerInput.safeParse({ kind: "say", text: "灯怎么灭了？🕯️" }).success).toBe(true)
})

test("every name in the schemas leads somewhere", () => {
  const text = JSON.stringify(playJsonSchema())
  const names = [...text.matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name]) => name ?? "")
  const { $defs } = JSON.parse(text) as { $defs: object }
  expect(names.filter((name) => !Object.hasOwn($defs, name))).toEqual([])
})
