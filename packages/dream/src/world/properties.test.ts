import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { randomEvent, randomInput, randomWorldFile } from "../testing/index.ts"
import {
  advance,
  append,
  applyEvent,
  canonicalJson,
  charactersOf,
  createWorld,
  entriesOf,
  findBreaches,
  initialState,
  legalMoves,
  parseWorld,
  readJournal,
  reduce,
  replay,
  requireWorld,
  rewind,
  stateHash,
  tellingObstacle,
  writeJournal,
} from "./index.ts"
import type { World, WorldDefinition } from "./index.ts"

const seeds = fc.integer({ min: 0, max: 1e9 })
const worldOf = (seed: number): WorldDefinition => requireWorld([randomWorldFile(createRandom("world", seed))])

function playOn(world: World, seed: number, inputs: number): World {
  const random = createRandom("play", seed)
  let now = world
  for (let count = 0; count < inputs; count++) {
    const { input, proposal } = randomInput(random, now, count)
    const result = advance(now, input, proposal)
    if (result.entry !== undefined) now = append(now, result.entry).world
  }
  return now
}

test("worlds by chance have no errors", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(parseWorld([randomWorldFile(createRandom("world", seed))]).problems).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test("no event, possible or not, breaks an invariant or runs time back, and what cannot happen changes nothing", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const definition = worldOf(seed)
      const random = createRandom("events", seed)
      let state = initialState(definition)
      expect(findBreaches(definition, state)).toEqual([])
      for (let count = 0; count < 150; count++) {
        const event = randomEvent(random, { definition, state })
        const step = applyEvent(definition, state, event)
        const next = reduce(definition, state, event)
        expect(step === undefined && next !== state).toBe(false)
        expect(next.time).toBeGreaterThanOrEqual(state.time)
        state = next
      }
      expect(findBreaches(definition, state)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test("the reducer takes whatever there is", () => {
  const definition = worldOf(1)
  const state = initialState(definition)
  const kinds = [
    "said",
    "acted",
    "moved",
    "placed",
    "shown",
    "hidden",
    "changed",
    "learned",
    "related",
    "felt",
    "narrated",
    "fired",
    "waited",
  ]
  const anything = fc.oneof(
    fc.anything(),
    fc
      .record({ kind: fc.constantFrom(...kinds), time: fc.oneof(fc.integer(), fc.constant(state.time)) })
      .chain((base) =>
        fc
          .dictionary(
            fc.constantFrom(
              "speaker",
              "text",
              "language",
              "origin",
              "claims",
              "to",
              "isWhisper",
              "actor",
              "move",
              "arguments",
              "until",
              "isSecret",
              "character",
              "thing",
              "in",
              "entity",
              "fact",
              "value",
              "holder",
              "source",
              "relation",
              "from",
              "feeling",
              "rule",
            ),
            fc.oneof(
              fc.anything(),
              fc.constantFrom(
                "person-0",
                "thing-0",
                "place-0",
                "secret-0",
                "trust",
                "calm",
                "en",
                "generated",
                state.time,
              ),
            ),
          )
          .map((more) => ({ ...more, ...base })),
      ),
  )
  fc.assert(
    fc.property(anything, (event) => {
      expect(findBreaches(definition, reduce(definition, state, event))).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test("advance takes whatever there is, and refuses or gives events that all can happen", () => {
  const definition = worldOf(2)
  const world = createWorld(definition)
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (input, proposal) => {
      const result = advance(world, input, proposal)
      expect(result.refusal === undefined ? append(world, result.entry).refused : 0).toBe(0)
    }),
    { numRuns: 1500 },
  )
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createRandom("play", seed)
      let now = createWorld(worldOf(seed))
      for (let count = 0; count < 40; count++) {
        const { input, proposal } = randomInput(random, now, count)
        const result = advance(now, input, proposal)
        if (result.entry === undefined) continue
        const next = append(now, result.entry)
        expect(next.refused).toBe(0)
        expect(findBreaches(now.definition, next.world.state)).toEqual([])
        now = next.world
      }
    }),
    { numRuns: 40 },
  )
})

test("every move that is called legal is accepted, unless an author's own effect turns out impossible", () => {
  const refusalsOf = (world: World) =>
    charactersOf(world.definition).flatMap(({ id }) =>
      legalMoves(world, id).flatMap(({ move, arguments: args }) => {
        const { refusal } = advance(
          world,
          { kind: "act", id: "x", time: world.state.time, actor: id },
          { move, arguments: args },
        )
        return refusal === undefined || (refusal.code === "impossible" && move.startsWith("deed-"))
          ? []
          : [`${id} ${move}: ${refusal.code}`]
      }),
    )
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(refusalsOf(playOn(createWorld(worldOf(seed)), seed, 15))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test("a journal replays byte for byte, and each prefix is the state of that time", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const definition = worldOf(seed)
      const world = playOn(createWorld(definition), seed, 40)
      const text = writeJournal(world)
      const again = replay(definition, readJournal(text))
      expect(again.refused).toBe(0)
      expect(writeJournal(again.world)).toBe(text)
      expect(canonicalJson(again.world.state)).toBe(canonicalJson(world.state))
      const length = seed % (world.journal.length + 1)
      const prefix = replay(definition, entriesOf(world).slice(0, length)).world
      expect(stateHash(rewind(world, length))).toBe(stateHash(prefix))
      // The same inputs and proposals lead to the same events.
      let live = createWorld(definition)
      for (const entry of entriesOf(world)) {
        const result = advance(live, entry.input, entry.proposal)
        expect(canonicalJson(result.events)).toBe(canonicalJson(entry.events))
        if (result.entry !== undefined) live = append(live, result.entry).world
      }
      expect(stateHash(live)).toBe(stateHash(world))
    }),
    { numRuns: 40 },
  )
})

test("a branch from any prefix leaves the trunk as it was", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const world = playOn(createWorld(worldOf(seed)), seed, 25)
      const before = writeJournal(world)
      const branch = playOn(rewind(world, seed % (world.journal.length + 1)), seed + 1, 10)
      playOn(world, seed + 2, 5)
      expect(writeJournal(world)).toBe(before)
      expect(replay(world.definition, readJournal(writeJournal(branch))).refused).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test("a damaged journal loses what is damaged and nothing else breaks", () => {
  fc.assert(
    fc.property(seeds, fc.nat(), fc.string({ maxLength: 6 }), (seed, at, garbage) => {
      const definition = worldOf(seed)
      const text = writeJournal(playOn(createWorld(definition), seed, 10))
      const cut = at % (text.length + 1)
      const { world } = replay(definition, readJournal(text.slice(0, cut) + garbage + text.slice(cut + 3)))
      expect(findBreaches(definition, world.state)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test("no character says a secret that it does not know or may not tell", () => {
  const squeeze = (text: string) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]/gu, "")
  let said = 0
  let secrets = 0
  const stolen: string[] = []
  fc.assert(
    fc.property(seeds, (seed) => {
      const definition = worldOf(seed)
      const random = createRandom("speech", seed)
      let state = initialState(definition)
      for (let count = 0; count < 200; count++) {
        const event = randomEvent(random, { definition, state }) as {
          kind?: string
          speaker?: string
          text?: string
          claims?: unknown[]
        } | null
        const step = applyEvent(definition, state, event)
        if (step !== undefined && event?.kind === "said") {
          const speaker = definition.entities.get(event.speaker ?? "")
          const text = squeeze(event.text ?? "")
          if (speaker?.kind === "character" && !speaker.isPlayer) {
            said++
            for (const fact of definition.facts.values())
              for (const { value, words } of fact.guard === null ? [] : fact.values.values())
                if (
                  Object.values(words)
                    .flat()
                    .some((word) => text.includes(squeeze(word)))
                ) {
                  secrets++
                  if (tellingObstacle(definition, state, speaker.id, { fact: fact.id, value }) !== null)
                    stolen.push(`${speaker.id}: ${event.text}`)
                }
          }
        }
        state = step?.state ?? state
      }
    }),
    { numRuns: 60, seed: 7 },
  )
  expect(stolen).toEqual([])
  // The test has seen speech, and secrets told by those who may.
  expect(said).toBeGreaterThan(100)
  expect(secrets).toBeGreaterThan(0)
})
