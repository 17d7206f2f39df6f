import { expect, test } from "vitest"
import { perceive } from "../perception/index.ts"
import {
  advance,
  append,
  applyEvent,
  createWorld,
  holds,
  initialState,
  isAcquainted,
  knowledgeOf,
  legalMoves,
  reduce,
  requireWorld,
} from "./index.ts"
import type { World, WorldEvent } from "./index.ts"

const definition = requireWorld([
  {
    name: "world.yaml",
    text: `format: 1
id: attic
names: Attic
languages: [en]
starts: day 1 22:00
places:
  attic: {names: the attic, exits: [stairs]}
  stairs: {names: the stairs, exits: [attic]}
characters:
  ann: {names: Ann, at: attic}
  ben: {names: Ben, at: attic}
  cat: {names: Cat, at: attic, hidden: true}
  you: {names: You, at: stairs, player: true}
things:
  trunk: {names: the trunk, at: attic, container: true}
  crate: {names: the crate, at: attic, container: true}
  letter: {names: the letter, at: trunk, hidden: true, known: []}
relations:
  trust: {}
facts:
  will:
    starts: ben
    known: [ben]
    values:
      ann: {says: The house goes to Ann., words: [Ann's house]}
      ben: {says: The house goes to Ben., words: [Ben's house]}
    guard: {tell: [{who: [ben], when: {relation: {kind: trust, from: ben, to: ann, atLeast: 1}}}]}
  seal: {where: letter, starts: true, says: The seal is broken.}
moves:
  gloat: {names: Gloat over Ben's house}
  ponder: {names: "Ponder {what}", arguments: {what: {kind: fact, from: known}}}
`,
  },
])

const { starts: time } = definition
const start = initialState(definition)
const after = (...events: WorldEvent[]) =>
  events.reduce((state, event) => {
    const step = applyEvent(definition, state, event)
    if (step === undefined) throw new Error(`${event.kind} cannot happen`)
    return step.state
  }, start)
const witnesses = (event: WorldEvent, state = start) => applyEvent(definition, state, event)?.witnesses
const record = (world: World, ...events: WorldEvent[]) =>
  append(world, { index: world.journal.length, input: { kind: "tick", id: "t", time }, proposal: null, events }).world

test("only what is so can be seen", () => {
  expect(
    applyEvent(definition, start, {
      kind: "learned",
      time,
      holder: "ann",
      fact: "will",
      value: "ann",
      source: { kind: "seen", place: "attic" },
    }),
  ).toBeUndefined()
  expect(
    knowledgeOf(
      definition,
      after({
        kind: "learned",
        time,
        holder: "ann",
        fact: "will",
        value: "ben",
        source: { kind: "seen", place: "attic" },
      }),
      "ann",
      "will",
    ),
  ).toHaveLength(1)
})

test("only who knows, and may, can tell", () => {
  const told = (by: string) =>
    ({ kind: "learned", time, holder: "you", fact: "will", value: "ben", source: { kind: "told", by } }) as const
  expect(applyEvent(definition, start, told("ann"))).toBeUndefined()
  expect(applyEvent(definition, start, told("ben"))).toBeUndefined()
  expect(applyEvent(definition, start, told("you"))).toBeUndefined()
  const trusting = after({ kind: "related", time, relation: "trust", from: "ben", to: "ann", value: 1 })
  expect(applyEvent(definition, trusting, told("ben"))?.witnesses).toEqual(["you"])
})

test("a move whose name tells a secret is open only to those who know it", () => {
  const world = createWorld(definition)
  const isOpen = (id: string) => legalMoves(world, id).some(({ move }) => move === "gloat")
  expect(["ann", "ben", "you"].filter(isOpen)).toEqual(["ben"])
  const gloat = (actor: string) =>
    advance(world, { kind: "act", id: "x", time, actor }, { move: "gloat", arguments: {} }).refusal?.code
  expect([gloat("ann"), gloat("ben")]).toEqual(["move_closed", undefined])
})

test("what is hidden is not seen, and neither is what lies in it, until it shows itself", () => {
  const world = createWorld(definition)
  const seen = (id: string, now = world) => perceive(now, id)?.characters.map((one) => one.id)
  expect(seen("ann")).toEqual(["ben"])
  expect(seen("cat")).toEqual(["ann", "ben"])
  expect(perceive(world, "ann")?.things.map(({ id }) => id)).toEqual(["trunk", "crate"])
  expect(perceive(world, "ann")?.known.map(({ id }) => id)).not.toContain("letter")
  expect(knowledgeOf(definition, start, "ann", "seal")).toEqual([])
  const shown = record(world, { kind: "shown", time, entity: "letter" }, { kind: "shown", time, entity: "cat" })
  expect(seen("ann", shown)).toEqual(["ben", "cat"])
  expect(knowledgeOf(definition, shown.state, "ann", "seal")).toHaveLength(1)
  expect(knowledgeOf(definition, shown.state, "you", "seal")).toEqual([])
})

test("a container that shows itself does not show what is hidden in it", () => {
  const state = after({ kind: "hidden", time, entity: "trunk" }, { kind: "shown", time, entity: "trunk" })
  expect(isAcquainted(definition, state, "ann", "letter")).toBe(false)
})

test("a whisper teaches nobody else", () => {
  const state = after(
    { kind: "moved", time, character: "you", to: "attic" },
    {
      kind: "said",
      time,
      speaker: "you",
      text: "The house goes to Ann.",
      language: "en",
      origin: "player",
      claims: [],
      to: ["ben"],
      isWhisper: true,
    },
  )
  expect(["ann", "ben", "cat"].map((id) => knowledgeOf(definition, state, id, "will").length)).toEqual([0, 2, 0])
})

test("who sees a move does not see a fact in it that it does not know", () => {
  const act = {
    kind: "acted",
    time,
    actor: "ben",
    move: "ponder",
    arguments: { what: "will" },
    until: time,
    isSecret: false,
  } as const
  const world = record(createWorld(definition), act)
  const argumentsFor = (id: string) =>
    perceive(world, id)?.events.map((event) => (event.kind === "acted" ? event.arguments : null))
  expect(argumentsFor("ann")).toEqual([{}])
  expect(argumentsFor("ben")).toEqual([{ what: "will" }])
  const forged = record(createWorld(definition), {
    ...act,
    move: "take",
    arguments: { thing: "The house goes to Ben.", what: "will" },
  })
  expect(perceive(forged, "ann")?.events.map((event) => (event.kind === "acted" ? event.arguments : null))).toEqual([
    {},
  ])
})

test("somebody hidden hears what is said and is not noticed", () => {
  const speech = (speaker: string) =>
    ({
      kind: "said",
      time,
      speaker,
      text: "Hush.",
      language: "en",
      origin: "generated",
      claims: [],
      to: [],
      isWhisper: false,
    }) as const
  expect(witnesses(speech("ann"))).toEqual(["ann", "ben", "cat"])
  expect(witnesses(speech("cat"))).toEqual(["cat"])
  expect(witnesses({ kind: "moved", time, character: "cat", to: "stairs" })).toEqual(["cat"])
  expect(witnesses({ kind: "moved", time, character: "ann", to: "stairs" })).toEqual(["ann", "ben", "cat", "you"])
})

test("things do not lie in themselves, in each other's circle, or in what holds nothing", () => {
  const put = (thing: string, into: string) => ({ kind: "placed", time, thing, in: into }) as const
  expect(reduce(definition, start, put("trunk", "trunk"))).toBe(start)
  expect(reduce(definition, after(put("crate", "trunk")), put("trunk", "crate")).positions.trunk).toBe("attic")
  expect(reduce(definition, start, put("trunk", "letter"))).toBe(start)
})

test("a character says no secret by itself, not with typed claims, not with words, and never as a player", () => {
  const say = (speaker: string, text: string, more: object = {}) =>
    applyEvent(definition, start, {
      kind: "said",
      time,
      speaker,
      text,
      language: "en",
      origin: "authored",
      claims: [],
      to: [],
      isWhisper: false,
      ...more,
    }) !== undefined
  expect(say("ann", "Good night.")).toBe(true)
  expect(say("ann", "Ben's house, of course.")).toBe(false)
  expect(say("ben", "The house goes to Ben.")).toBe(false)
  expect(say("ben", "It is settled.", { claims: [{ fact: "will", value: "ben" }] })).toBe(false)
  expect(say("ann", "The house goes to Ben.", { origin: "player" })).toBe(false)
  expect(say("you", "The house goes to Ben.", { origin: "player" })).toBe(true)
  expect(say("you", "Good night.", { origin: "generated" })).toBe(false)
  expect(say("ann", "So it is.", { claims: [{ fact: "seal", value: true }] })).toBe(false)
  const authored = advance(
    createWorld(definition),
    { kind: "act", id: "x", time, actor: "ann" },
    { move: "say", arguments: {}, speech: { text: "Ben's house!", language: "en", origin: "authored" } },
  )
  expect(authored.refusal?.findings.map(({ kind, text }) => [kind, text])).toEqual([["secret_word", "Ben's house"]])
})

test("a hearsay that contradicts what was seen stands beside it", () => {
  const state = after(
    { kind: "moved", time, character: "you", to: "attic" },
    {
      kind: "said",
      time,
      speaker: "you",
      text: "The house goes to Ann!",
      language: "en",
      origin: "player",
      claims: [],
      to: [],
      isWhisper: false,
    },
  )
  expect(knowledgeOf(definition, state, "ben", "will").map(({ value, source }) => [value, source.kind])).toEqual([
    ["ben", "authored"],
    ["ann", "told"],
  ])
  expect(holds(definition, state, { op: "knows", who: "ben", fact: "will", is: "ann", rank: 3 }, {})).toBe(false)
})
