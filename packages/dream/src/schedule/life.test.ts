import { expect, test } from "vitest"
import { createWorld, entriesOf, knowledgeOf, requireWorld, writeJournal } from "../world/index.ts"
import type { Proposal } from "../world/index.ts"
import { createSchedule, lockStep, startClocks } from "./index.ts"
import type { Committed, Deciding, Decision, Pace, RunOptions, Schedule, Standing, View } from "./index.ts"

const pace: Pace = { step: 30, travel: 60, reaction: 5 }
const day = (hours: number, minutes = 0) => hours * 3600 + minutes * 60

const village = {
  format: 1,
  id: "village",
  names: "Village",
  languages: ["en"],
  starts: "day 1 08:00",
  places: {
    inn: { names: "The inn", exits: ["road"] },
    road: { names: "The road", exits: ["inn", "mill"] },
    mill: { names: "The mill", exits: ["road"] },
    island: { names: "The island" },
  },
  characters: {
    player: { names: "The guest", player: true, at: "inn" },
    ada: { names: "Ada", at: "inn" },
    ben: { names: "Ben", at: "inn" },
    cid: { names: "Cid", at: "mill" },
    dot: { names: "Dot", at: "island" },
    eve: { names: "Eve" },
  },
  things: { key: { names: "the key", at: "inn" } },
  facts: {
    open: { where: "mill", says: "The mill is open." },
    news: { starts: true, known: ["ada"], says: "The ship has come." },
  },
  rules: {
    dawn: {
      when: { time: { after: "day 1 09:00" } },
      effects: [{ set: { fact: "open", value: true } }, { move: { who: "eve", to: "mill" } }],
    },
  },
}

const standingOf = (characters?: readonly string[]): Standing => {
  const world = createWorld(requireWorld([{ name: "world.yaml", text: JSON.stringify(village) }]))
  return { world, clocks: startClocks(world, characters) }
}
const say = (text: string): Proposal => ({
  move: "say",
  arguments: {},
  speech: { text, language: "en", origin: "authored" },
})
const idle: Decision = { proposal: null, rest: day(10) }

/** Decides by a function, and keeps what was asked. */
function mind(decide: (view: View) => Decision): Deciding & { readonly asked: View[] } {
  const asked: View[] = []
  return {
    asked,
    decide: async (view) => {
      asked.push(view)
      await new Promise((resolve) => setImmediate(resolve))
      return decide(view)
    },
  }
}

async function all(schedule: Schedule, options: RunOptions): Promise<Committed[]> {
  const steps: Committed[] = []
  for await (const step of schedule.run(options)) steps.push(step)
  return steps
}

test("of two who reach for a thing at the same moment one gets it, and the other is told why not", async () => {
  const thinking = mind(({ character, refused }) =>
    refused === null && character !== "cid" && character !== "dot"
      ? { proposal: { move: "take", arguments: { thing: "key" } }, rest: day(10) }
      : idle,
  )
  const schedule = createSchedule(standingOf(), thinking, { pace })
  await all(schedule, { until: day(8, 30) })
  expect(schedule.standing.world.state.positions["key"]).toBe("ada")
  const again = thinking.asked.filter(({ character }) => character === "ben")
  expect(again.map(({ time, refused }) => [time, refused])).toEqual([
    [day(8), null],
    [day(8) + 30, "move_closed"],
  ])
})

test("what somebody is told wakes it, and it knows it then", async () => {
  const thinking = mind(({ character, time }) =>
    character === "ada" && time === day(8)
      ? { proposal: { move: "tell", arguments: { fact: "news", value: "true" } }, rest: day(10) }
      : idle,
  )
  const schedule = createSchedule(standingOf(), thinking, { pace })
  await all(schedule, { until: day(12) })
  const woken = thinking.asked.filter(({ character, time }) => character === "ben" && time > day(8))
  expect(woken.map(({ time }) => time)).toEqual([day(8) + 5])
  expect(woken[0]?.perception.facts).toMatchObject([{ fact: "news", value: true, source: { kind: "told", by: "ada" } }])
  expect(woken[0]?.perception.events).toMatchObject([{ kind: "said", speaker: "ada" }])
})

test("a rule fires at its time, and whoever it brings on the stage begins to live", async () => {
  const thinking = mind(() => idle)
  const schedule = createSchedule(standingOf(), thinking, { pace })
  const steps = await all(schedule, { until: day(12) })
  const dawn = steps.find(({ entries }) => entries.length > 0)
  expect(dawn).toMatchObject({ time: day(9), character: null })
  const { definition, state } = schedule.standing.world
  expect(knowledgeOf(definition, state, "cid", "open")).toMatchObject([
    { value: false, until: day(9) },
    { value: true, since: day(9) },
  ])
  expect(thinking.asked.filter(({ character }) => character === "eve").map(({ time }) => time)).toEqual([day(9) + 5])
})

test("those who cannot meet do not wait for each other, but those who can do", async () => {
  const asked: string[] = []
  const schedule = createSchedule(
    standingOf(["cid", "dot", "ada"]),
    {
      decide: async ({ character, time }) => {
        asked.push(`${character} ${time - day(8)}`)
        // Ada thinks for as long as anybody else does anything.
        if (character === "ada") await new Promise((resolve) => setTimeout(resolve, 60))
        return { proposal: { move: "wait", arguments: {} }, rest: 60 }
      },
    },
    { pace, concurrency: 3 },
  )
  await all(schedule, { until: day(8, 5) })
  const before = asked.slice(0, asked.indexOf("ada 60"))
  expect(before).toContain("dot 240")
  expect(before).toContain("cid 0")
  expect(before).not.toContain("cid 120")
})

/** A world where something done at the mill is seen at the inn, and the other way round. */
function farReaching(): Standing {
  const { places, characters, facts, ...rest } = village
  const file = {
    ...rest,
    places: {
      ...places,
      inn: { names: "The inn", exits: ["road", { to: "cellar", when: { fact: { id: "raised" } } }] },
      cellar: { names: "The cellar", exits: ["inn"] },
    },
    characters: { ada: characters.ada, ben: { ...characters.ben, at: "island" }, cid: characters.cid },
    facts: { ...facts, raised: { where: "mill", says: "The flag is up." } },
    moves: {
      signal: {
        names: "Signal", who: ["ben"], when: { in: { thing: "key", in: "inn" } }, effects: [{ set: { fact: "open", value: true } }],
      },
      raise: { names: "Raise the flag", who: ["cid"], when: { at: { place: "mill" } }, effects: [{ set: { fact: "raised", value: true } }] },
    },
    rules: {},
  }
  const world = createWorld(requireWorld([{ name: "world.yaml", text: JSON.stringify(file) }]))
  return { world, clocks: startClocks(world) }
}

/** Plays with one who thinks long; gives how often somebody was asked in vain, and checks the journal against lock step. */
async function slowly(slow: string, decide: (view: View) => Decision) {
  const until = day(8, 3)
  const still = await lockStep(farReaching(), mind(decide), { until, pace })
  const schedule = createSchedule(
    farReaching(),
    {
      decide: async (view) => {
        if (view.character === slow && view.time === day(8)) await new Promise((resolve) => setTimeout(resolve, 40))
        return decide(view)
      },
    },
    { pace, concurrency: 3 },
  )
  await all(schedule, { until })
  expect(writeJournal(schedule.standing.world)).toBe(writeJournal(still.world))
  return { redone: schedule.counts.redone, world: schedule.standing.world }
}

test("what comes of a decision is not taken for sure while somebody may still thwart it at the same moment", async () => {
  const { redone, world } = await slowly("ada", ({ character, time }) => {
    if (time > day(8)) return { proposal: { move: "wait", arguments: {} }, rest: 60 }
    if (character === "ada") return { proposal: { move: "take", arguments: { thing: "key" } }, rest: 600 }
    return { proposal: { move: character === "ben" ? "signal" : "wait", arguments: {} }, rest: character === "ben" ? 600 : 60 }
  })
  expect(world.state.facts["open"]?.value).toBe(false)
  expect(redone).toBe(0)
})

test("who stands before a gate waits for the one who may open it from afar", async () => {
  const moves: number[] = []
  const { redone } = await slowly("cid", ({ character, time, moves: open }) => {
    if (character === "ada") moves.push(open.filter(({ move }) => move === "go").length)
    const raises = character === "cid" && time === day(8)
    return { proposal: { move: raises ? "raise" : "wait", arguments: {} }, rest: 60 }
  })
  expect(redone).toBe(0)
  expect(moves.slice(-3)).toEqual([1, 2, 2])
})

test("the player's surroundings go first", async () => {
  const order: string[] = []
  const thinking: Deciding = {
    decide: async ({ character }) => {
      order.push(character)
      return idle
    },
  }
  await all(createSchedule(standingOf(["cid", "dot", "ada", "ben"]), thinking, { pace, concurrency: 1 }), {
    until: day(9),
    focus: "player",
  })
  expect(order.slice(0, 2)).toEqual(["ada", "ben"])
  expect(order.length).toBe(4)
})

test("what comes from outside changes what was decided for later, and only that", async () => {
  const thinking = mind(({ perception }) =>
    perception.events.some((event) => event.kind === "said" && event.speaker === "player")
      ? { proposal: say("Good morning to you."), rest: day(10) }
      : { proposal: { move: "wait", arguments: {} }, rest: 600 },
  )
  const schedule = createSchedule(standingOf(["ada", "cid"]), thinking, { pace, concurrency: 2 })
  const guest = { kind: "act", id: "guest/1", time: day(8, 14), actor: "player" }
  const greeting: Proposal = { ...say(""), speech: { text: "Good morning.", language: "en", origin: "player" } }
  const run = schedule.run({ until: day(9) })
  for (let step = await run.next(); step.done !== true; step = await run.next())
    // While everybody is at about ten past, the guest speaks at a quarter past.
    if (step.value.time === day(8, 10) && step.value.character === "ada") schedule.add(guest, greeting)
  const said = entriesOf(schedule.standing.world).flatMap(({ events }) => events.filter(({ kind }) => kind === "said"))
  expect(said).toMatchObject([
    { speaker: "player", time: day(8, 14) },
    { speaker: "ada", time: day(8, 14) + 5 },
  ])
  expect(thinking.asked.filter(({ character }) => character === "cid").length).toBe(6)
  expect(() => schedule.add({ ...guest, time: day(8) })).toThrow(
    expect.objectContaining({ code: "schedule_too_late" }),
  )
})

test("a run that is broken off goes on later to the same journal", async () => {
  const decide = ({ character, time }: View): Decision => ({
    proposal: character === "ada" ? say(`It is ${time}.`) : { move: "wait", arguments: {} },
    rest: 60 + (time % 7) * 30,
  })
  const until = day(8, 40)
  const still = await lockStep(standingOf(), mind(decide), { until, pace })
  const schedule = createSchedule(standingOf(), mind(decide), { pace, concurrency: 3 })
  let steps = 0
  for await (const _ of schedule.run({ until })) if (++steps === 7) break
  expect(writeJournal(schedule.standing.world)).not.toBe(writeJournal(still.world))
  await all(schedule, { until: day(8, 20) })
  await all(schedule, { until })
  expect(writeJournal(schedule.standing.world)).toBe(writeJournal(still.world))
  // Or from what was kept, by another process.
  const kept = JSON.parse(JSON.stringify(schedule.standing.clocks)) as Standing["clocks"]
  const later = { world: schedule.standing.world, clocks: kept }
  await all(schedule, { until: day(9, 30) })
  const other = createSchedule(later, mind(decide), { pace })
  await all(other, { until: day(9, 30) })
  expect(writeJournal(other.standing.world)).toBe(writeJournal(schedule.standing.world))
})

test("where a decision fails the run fails with its error, the others are stopped, and the next run asks again", async () => {
  let fails = true
  let stopped = 0
  const schedule = createSchedule(
    standingOf(["ada", "cid"]),
    {
      decide: async ({ character }, { abortSignal }) => {
        if (!fails) return idle
        if (character === "ada") throw new Error("no model")
        await new Promise((resolve) => abortSignal.addEventListener("abort", resolve))
        stopped++
        return idle
      },
    },
    { pace, concurrency: 2 },
  )
  await expect(all(schedule, { until: day(9) })).rejects.toThrow("no model")
  await new Promise((resolve) => setImmediate(resolve))
  expect(stopped).toBe(1)
  fails = false
  expect((await all(schedule, { until: day(9) })).map(({ character }) => character)).toEqual(["ada", "cid"])
})

test("an abort ends a run at once with its reason", async () => {
  const controller = new AbortController()
  const schedule = createSchedule(standingOf(["ada"]), { decide: () => new Promise<never>(() => {}) }, { pace })
  const running = all(schedule, { until: day(9), abortSignal: controller.signal })
  controller.abort(new Error("enough"))
  await expect(running).rejects.toThrow("enough")
})
